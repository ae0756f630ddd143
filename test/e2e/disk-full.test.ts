/** A disk that fills up halts the download with path and cause; room on it lets it go on. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { digestsOf } from './stage/content-folder.ts';
import { mountSmallDisk } from './stage/small-disk.ts';
import { Stage } from './stage/stage.ts';
import type { EventLine } from './stage/transfer-process.ts';

const MiB = 2 ** 20;

test('a full disk stops the download with path and cause; it goes on by itself and completes', (t) =>
  Stage.set(async (stage) => {
    const disk = stage.path('disk');
    const obstacle = await mountSmallDisk(stage, disk, 24 * MiB);
    if (obstacle !== undefined) return t.skip(obstacle);
    const filler = stage.path('disk', 'filler');
    await writeFile(filler, Buffer.alloc(12 * MiB));
    const folder = await stage.content('content', [
      ['a.bin', 10 * MiB],
      ['b.bin', 8 * MiB],
    ]);
    const { file, bytes } = await stage.torrent(folder, { pieceLength: MiB / 4 });
    const seeder = await stage.client();
    const place = { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true };
    await seeder.add(bytes, place);
    const leecher = stage.transfer([
      ...['get', file, '-o', disk, '--exit'],
      ...['--peer', `127.0.0.1:${seeder.port}`],
    ]);

    const halted = await leecher.until((event) => event.phase === 'error');
    const { code, message } = halted.stalled as { code: string; message: string };
    assert.equal(code, 'ENOSPC');
    assert.match(
      message,
      /^disk full: .*\/disk\/content\/[ab]\.bin(\.part)? needs [\d.]+ MiB more/,
    );
    const doneBytes = (event: EventLine) => Number(event.doneBytes);
    assert.ok(doneBytes(halted) > 4 * MiB, 'what fits is kept');

    await rm(filler);
    const complete = await leecher.until('complete');
    assert.equal(await leecher.ended, 0);
    // Nothing was fetched over and over meanwhile.
    assert.ok(Number(complete.downloadedBytes) < 1.5 * 18 * MiB, `${complete.downloadedBytes}`);
    await rm(stage.path('disk', 'filler'), { force: true });
    assert.deepEqual(await digestsOf(disk), await digestsOf(stage.path('origin')));
  }));
