/**
 * Magnet links of version 2 torrents with libtorrent, both ways. The info dictionary comes without the
 * hashes of the pieces, which are asked for in ranges of 512 (BEP 52, "hash request").
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client } from '../../src/daemon/client/client.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { parseMetainfo } from '../../src/protocol/metainfo.ts';
import { hashesOf } from './content.ts';
import { createWithLibtorrent, libtorrent } from './programs/libtorrent.ts';

const pieceLength = 16 * 1024;
/** In pieces: layers of one range and less, of one hash more than that, and of several ranges. */
const sizes = [0, 0.01, 1, 1.5, 2, 3, 300, 512, 513, 514, 1024.2, 1100];
const signal = AbortSignal.timeout(60_000);

const folder = await mkdtemp(join(tmpdir(), 'shoal-interop-'));
after(() => rm(folder, { recursive: true, force: true }));

const origin = join(folder, 'origin');
const content = join(origin, 'content');
const file = join(folder, 'content.torrent');

async function makeTorrent() {
  await mkdir(content, { recursive: true });
  for (const [i, pieces] of sizes.entries()) {
    const bytes = new Uint8Array(Math.round(pieces * pieceLength));
    for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31 + (at >> 9) + i) & 0xff;
    await writeFile(join(content, `${i} of ${pieces} pieces`), bytes);
  }
  const orders = { path: content, output: file, version: '2', pieceLength, trackers: [] } as const;
  await createWithLibtorrent(orders);
  const bytes = new Uint8Array(await readFile(file));
  const { infoHashV2, pieceHashes } = parseMetainfo(bytes, nodeHashes);
  return { bytes, pieceHashes, link: `magnet:?xt=urn:btmh:1220${infoHashV2}` };
}

async function target(name: string): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  return dir;
}

const skip = libtorrent.missing;

test('with libtorrent', { skip }, async (context) => {
  const { bytes, pieceHashes, link } = await makeTorrent();
  const wanted = await hashesOf(content);

  await context.test('we get', async () => {
    const seeder = await libtorrent.seed({ torrentFile: file, dir: origin });
    const client = await Client.open({ host: '127.0.0.1' });
    try {
      const dir = await target('ours');
      const peers = [{ host: '127.0.0.1', port: seeder.port }];
      const torrent = await client.add(link, { dir, peers });
      await torrent.completed(signal);
      assert.deepEqual(await hashesOf(join(dir, 'content')), wanted);
      assert.deepEqual(torrent.metainfo?.pieceHashes, pieceHashes);
    } finally {
      await client.close();
      await seeder.stop();
    }
  });

  await context.test('it gets', async () => {
    const client = await Client.open({ host: '127.0.0.1' });
    try {
      const torrent = await client.add(bytes, { dir: origin, seedInPlace: true });
      await torrent.completed(signal);
      const dir = await target('theirs');
      const source = `${link}&x.pe=127.0.0.1:${client.port}`;
      const download = await libtorrent.get({ source, dir });
      try {
        await download.done;
        assert.deepEqual(await hashesOf(join(dir, 'content')), wanted);
      } finally {
        await download.stop();
      }
    } finally {
      await client.close();
    }
  });
});
