/** Torrents of every version, with padding, from file and from magnet link, in order and in any. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { test } from 'node:test';
import { formatMagnet, type MetainfoVersion } from '../../src/index.ts';
import { digestsOf, mixedContent } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const pieceLength = 64 * 1024;

async function scene(stage: Stage, version: MetainfoVersion, plan = mixedContent) {
  const folder = await stage.content('Shared things – räka', plan);
  const { bytes, metainfo } = await stage.torrent(folder, { version, pieceLength });
  const seeder = await stage.client();
  await seeder.add(bytes, { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true });
  const peers = [{ host: '127.0.0.1', port: seeder.port }];
  const wanted = await digestsOf(stage.path('origin'));
  return { bytes, metainfo, seeder, peers, wanted };
}

for (const version of ['1', '2', 'hybrid'] as const) {
  test(`a version ${version} torrent arrives whole, and nothing beside it`, () =>
    Stage.set(async (stage) => {
      const { bytes, metainfo, peers, wanted } = await scene(stage, version);
      assert.equal(
        metainfo.files.some(({ padding }) => padding),
        version === 'hybrid',
      );
      const client = await stage.client();
      const torrent = await client.add(bytes, { dir: stage.path('copy'), peers });
      await torrent.completed(AbortSignal.timeout(15_000));
      // No padding files, no unfinished names, no parts.
      assert.deepEqual(await digestsOf(stage.path('copy')), wanted);
      assert.equal((await readdir(stage.path('copy'))).length, 1);
    }));
}

for (const version of ['1', '2', 'hybrid'] as const) {
  test(`a magnet link of a version ${version} torrent leads to it`, () =>
    Stage.set(async (stage) => {
      const { metainfo, peers, wanted } = await scene(stage, version);
      const { infoHashV1, infoHashV2 } = metainfo;
      const link = formatMagnet({
        ...(infoHashV1 === undefined ? {} : { infoHashV1 }),
        ...(infoHashV2 === undefined ? {} : { infoHashV2 }),
      });
      const client = await stage.client();
      const torrent = await client.add(link, { dir: stage.path('copy'), peers });
      await torrent.completed(AbortSignal.timeout(15_000));
      assert.equal(torrent.metainfo?.name, metainfo.name);
      assert.deepEqual(await digestsOf(stage.path('copy')), wanted);
    }));
}

test('in sequence, files are done in the order of the torrent', () =>
  Stage.set(async (stage) => {
    const names = ['a.bin', 'b.bin', 'c.bin', 'd.bin'];
    const plan = names.map((name) => [name, 768 * 1024] as const);
    const { bytes, seeder, peers } = await scene(stage, '1', plan);
    seeder.setLimits({ upLimit: 1.5 * 1024 * 1024 });
    const client = await stage.client();
    const options = { dir: stage.path('copy'), peers, sequential: true };
    const torrent = await client.add(bytes, options);
    const order: string[] = [];
    for await (const { phase } of torrent.updates({ intervalMs: 20 })) {
      const files = await readdir(stage.path('copy'), { recursive: true });
      const done = files.map((path) => basename(path)).filter((name) => names.includes(name));
      order.push(...done.filter((name) => !order.includes(name)));
      if (phase === 'seeding') break;
    }
    assert.deepEqual(order.slice(0, 3), names.slice(0, 3));
  }));
