/** One of five seeders sends bad blocks: the download completes, and only the liar is banned. */
import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LogEntry } from '../../src/index.ts';
import { digestsOf, makeContent } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const KiB = 1024;
const pieceLength = 128 * KiB;
const plan = [['data.bin', 24 * KiB * KiB]] as const;

test('one of five seeders corrupts every eighth block: it alone is banned', () =>
  Stage.set(async (stage) => {
    const folder = await stage.content('content', plan);
    const { bytes } = await stage.torrent(folder, { pieceLength });
    const damaged = stage.path('damaged');
    makeContent(join(damaged, 'content'), plan, 'content');
    await damage(join(damaged, 'content', 'data.bin'), 8 * 16 * KiB);

    const place = { seedInPlace: true, alreadyVerified: true };
    const seeders = [];
    for (const dir of [damaged, ...Array<string>(4).fill(stage.path('origin'))]) {
      // Slow enough that all five are needed.
      const seeder = await stage.client({ upLimit: 3 * KiB * KiB });
      await seeder.add(bytes, { ...place, dir });
      seeders.push(seeder);
    }
    const log: LogEntry[] = [];
    const leecher = await stage.client({ log: (entry) => log.push(entry) });
    const peers = seeders.map(({ port }) => ({ host: '127.0.0.1', port }));
    const torrent = await leecher.add(bytes, { dir: stage.path('copy'), peers });
    await torrent.completed(AbortSignal.timeout(20_000));

    const banned = log.filter(({ code }) => code === 'PEER_BANNED');
    assert.deepEqual(
      banned.map(({ remote }) => remote?.port),
      [seeders[0]!.port],
    );
    assert.ok(log.some(({ code }) => code === 'PIECE_CORRUPT'));
    assert.deepEqual(await digestsOf(stage.path('copy')), await digestsOf(stage.path('origin')));
  }));

/** Changes a byte in every run of `stepBytes`. */
async function damage(file: string, stepBytes: number): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  for (let at = 0; at < size; at += stepBytes) {
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, at);
    await handle.write(Buffer.of(byte[0]! ^ 0x55), 0, 1, at);
  }
  await handle.close();
}
