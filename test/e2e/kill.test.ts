/** A leecher that is killed again and again keeps what it had verified. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../src/base/random.ts';
import { digestsOf } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const KiB = 1024;
const pieceLength = 64 * KiB;
const lengthBytes = 20 * KiB * KiB;
const kills = 20;
/** Bytes per second. The seeder keeps to it, so that hardly anything waits in the sockets' buffers. */
const upLimit = 1.25 * KiB * KiB;
/** Fetched again after a kill, at most: two pieces under way, and what the sockets hold. */
const lostPieces = 4;

test(`a leecher killed ${kills} times in one download fetches only what was under way again`, () =>
  Stage.set(async (stage) => {
    const folder = await stage.content('content', [
      ['a/first.bin', lengthBytes * 0.625],
      ['second.bin', lengthBytes * 0.375],
    ]);
    const { file, bytes } = await stage.torrent(folder, { pieceLength });
    const seeder = await stage.client({ upLimit });
    const place = { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true };
    const seeding = await seeder.add(bytes, place);
    const dir = stage.path('copy');
    const state = stage.path('state');
    const get = ['get', file, '-o', dir, '--peer', `127.0.0.1:${seeder.port}`];
    const random = new SeededRandom(7);

    let keptBytes = 0;
    let roundsWithNews = 0;
    for (let round = 1; round <= kills; round++) {
      const leecher = stage.transfer(get, { state });
      // Any moment may be hit: the check at the start, the first block, the middle of a write.
      const isEarly = round % 5 === 0;
      await leecher.until((event) => isEarly || event.phase === 'downloading');
      await sleep(random.below(300));
      await leecher.kill();
      const seen = leecher.events
        .filter(({ phase }) => phase === 'downloading')
        .map(({ doneBytes }) => Number(doneBytes));
      const [first, latest] = [seen[0] ?? keptBytes, seen.at(-1) ?? keptBytes];
      assert.ok(first >= keptBytes, `round ${round}: ${first} bytes are left of ${keptBytes}`);
      if (Math.max(first, latest) > keptBytes) roundsWithNews++;
      keptBytes = latest;
    }
    assert.ok(
      roundsWithNews >= kills / 4,
      `something was fetched in ${roundsWithNews} rounds only`,
    );
    assert.ok(keptBytes < lengthBytes, 'too fast to be killed on the way');

    seeder.setLimits({});
    const last = stage.transfer([...get, '--exit'], { state });
    await last.until('complete');
    assert.equal(await last.ended, 0);
    assert.deepEqual(await digestsOf(dir), await digestsOf(stage.path('origin')));
    const againBytes = seeding.status().uploadedBytes - lengthBytes;
    assert.ok(
      againBytes <= kills * lostPieces * pieceLength,
      `${againBytes / pieceLength} pieces were fetched again`,
    );
  }));
