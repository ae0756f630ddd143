/** Leaving and coming back: the tracker knows at once, and nothing is fetched or hashed twice. */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { test } from 'node:test';
import { Tracker } from '../../src/index.ts';
import { digestsOf } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const MiB = 2 ** 20;
const lengthBytes = 12 * MiB;

async function scene(stage: Stage) {
  const tracker = await Tracker.listen({ host: '127.0.0.1', port: 0 });
  stage.onEnd(() => tracker.close());
  const folder = await stage.content('content', [
    ['a.bin', lengthBytes / 2],
    ['b.bin', lengthBytes / 2],
  ]);
  const trackers = [[tracker.announceUrls[0]!]];
  const { bytes, file } = await stage.torrent(folder, { trackers, pieceLength: MiB / 8 });
  /** Seeders and leechers, as the tracker sees them. */
  const counts = () => {
    const { seeders, leechers } = tracker.stats();
    return [seeders, leechers];
  };
  return { tracker, bytes, file, counts };
}

test('Ctrl-C is seen by the tracker at once, and the next start goes on without a check', () =>
  Stage.set(async (stage) => {
    const { bytes, file, counts } = await scene(stage);
    const seeder = await stage.client({ upLimit: 3 * MiB });
    const place = { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true };
    const seeding = await seeder.add(bytes, place);
    const [copy, state] = [stage.path('copy'), stage.path('state')];
    const first = stage.transfer(['get', file, '-o', copy], { state });
    await first.until((event) => Number(event.doneBytes) > lengthBytes / 4);
    assert.deepEqual(counts(), [1, 1]);
    assert.equal(await first.interrupt(), 130);
    assert.deepEqual(counts(), [1, 0]);
    const kept = Number(first.last('stopped')?.doneBytes);

    seeder.setLimits({});
    const second = stage.transfer(['get', file, '-o', copy], { state });
    const start = await second.until((event) => event.event === 'progress');
    assert.equal(start.phase, 'downloading', 'what did not change is trusted');
    assert.ok(Number(start.doneBytes) >= kept, `${start.doneBytes} bytes of ${kept}`);
    await second.until('complete');
    assert.deepEqual(await digestsOf(copy), await digestsOf(stage.path('origin')));
    assert.equal(await second.interrupt(), 0);
    assert.deepEqual(counts(), [1, 0]);
    // Blocks of unfinished pieces are kept, too; only what was on the line is sent again.
    const sentBytes = seeding.status().uploadedBytes;
    assert.ok(sentBytes < lengthBytes + 2 * MiB, `${sentBytes / lengthBytes} times the content`);
  }));

test('data that is there already is checked and shared at once', () =>
  Stage.set(async (stage) => {
    const { file, counts } = await scene(stage);
    const copy = stage.path('copy');
    await cp(stage.path('origin'), copy, { recursive: true });
    const holder = stage.transfer(['get', file, '-o', copy]);
    const complete = await holder.until('complete');
    assert.equal(complete.downloadedBytes, 0);
    const late = stage.path('late');
    const leecher = stage.transfer(['get', file, '-o', late, '--exit']);
    assert.equal(await leecher.ended, 0);
    assert.deepEqual(await digestsOf(late), await digestsOf(stage.path('origin')));
    assert.equal(await holder.interrupt(), 0);
    assert.deepEqual(counts(), [0, 0]);
  }));
