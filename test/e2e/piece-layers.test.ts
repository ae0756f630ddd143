/**
 * Torrents of version 2 that come without the hashes of their pieces (BEP 52): by magnet link, and as
 * a .torrent that somebody made of one. Peers send the hashes first.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LogEntry, Metainfo } from '../../src/index.ts';
import { encodeBencode, RawBencode } from '../../src/protocol/bencode.ts';
import { digestsOf } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const pieceLength = 16 * 1024;
/** One range, one hash more than that, several with a short one at the end, and files without a layer. */
const plan = [
  ['a whole range', 512 * pieceLength],
  ['one more', 512 * pieceLength + 1],
  ['sub/many', 1100 * pieceLength - 5],
  ['sub/two', 2 * pieceLength],
  ['sub/one piece', pieceLength],
  ['sub/empty', 0],
  ['tiny', 13],
] as const;

const soon = () => AbortSignal.timeout(20_000);

async function scene(stage: Stage) {
  const folder = await stage.content('layered', plan);
  const { bytes, metainfo } = await stage.torrent(folder, { version: '2', pieceLength });
  const seeder = await stage.client();
  await seeder.add(bytes, { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true });
  const link = `magnet:?xt=urn:btmh:1220${metainfo.infoHashV2}`;
  const wanted = await digestsOf(stage.path('origin'));
  return { metainfo, seeder, link, wanted, bytes };
}

const at = (port: number) => ({ peers: [{ host: '127.0.0.1', port }] });

function withoutLayers(metainfo: Metainfo): Uint8Array {
  return encodeBencode(new Map([['info', new RawBencode(metainfo.infoBytes)]]));
}

test('who has a torrent by magnet link alone passes its hashes on', () =>
  Stage.set(async (stage) => {
    const { seeder, link, wanted, metainfo } = await scene(stage);
    const first = await stage.client();
    const got = await first.add(link, { dir: stage.path('first'), ...at(seeder.port) });
    await got.completed(soon());
    assert.deepEqual(await digestsOf(stage.path('first')), wanted);
    assert.deepEqual(got.metainfo?.pieceHashes, metainfo.pieceHashes);
    await seeder.close();
    const second = await stage.client();
    const passedOn = await second.add(link, { dir: stage.path('second'), ...at(first.port) });
    await passedOn.completed(soon());
    assert.deepEqual(await digestsOf(stage.path('second')), wanted);
  }));

test('a .torrent without layers gets them from peers', () =>
  Stage.set(async (stage) => {
    const { seeder, metainfo, wanted } = await scene(stage);
    const client = await stage.client();
    const torrent = await client.add(withoutLayers(metainfo), { dir: stage.path('copy') });
    assert.equal(torrent.status().phase, 'metadata');
    assert.equal(torrent.status().name, metainfo.name);
    await client.close();
    const again = await stage.client();
    const options = { dir: stage.path('copy'), ...at(seeder.port) };
    await (await again.add(withoutLayers(metainfo), options)).completed(soon());
    assert.deepEqual(await digestsOf(stage.path('copy')), wanted);
  }));

test('hashes that came once are kept, and asked for again when what was kept is damaged', () =>
  Stage.set(async (stage) => {
    const { seeder, link, wanted } = await scene(stage);
    const dir = stage.path('copy');
    const stateDir = stage.path('state');
    const first = await stage.client({ stateDir });
    await (await first.add(link, { dir, ...at(seeder.port) })).completed(soon());
    await first.close();

    const alone = await stage.client({ stateDir });
    const kept = await alone.add(link, { dir });
    await kept.completed(soon());
    const file = join(stateDir, `${kept.infoHash}.layers`);
    await alone.close();

    const layers = await readFile(file);
    layers[layers.length - 20]! ^= 1;
    await writeFile(file, layers);
    const log: LogEntry[] = [];
    const warned = await stage.client({ stateDir, log: (entry) => log.push(entry) });
    const again = await warned.add(link, { dir, ...at(seeder.port) });
    assert.equal(again.status().phase, 'metadata');
    assert.ok(log.some(({ code }) => code === 'LAYERS_UNUSABLE'));
    await again.completed(soon());
    assert.equal(again.status().downloadedBytes, kept.status().downloadedBytes);
    assert.deepEqual(await digestsOf(dir), wanted);
  }));
