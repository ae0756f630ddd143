/** A whole torrent that nobody asks for lets go of its memory, and is there at once when somebody does. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createTorrent } from '../torrent-files/create-torrent.ts';
import { Client } from './client.ts';
import type { ClientTorrent } from './client-contract.ts';

const content = randomBytes(200_000);
const host = '127.0.0.1';

describe('a whole torrent', () => {
  const root = mkdtempSync(join(tmpdir(), 'shoal-sleep-'));
  const seedDir = join(root, 'seed');
  const file = join(seedDir, 'film.bin');
  let source: Uint8Array;
  let client: Client;
  let leechers = 0;

  before(async () => {
    mkdirSync(seedDir);
    writeFileSync(file, content);
    source = (await createTorrent(file, { pieceLength: 16_384 })).bytes;
    client = await openClient();
  });

  after(async () => {
    await client.close();
    rmSync(root, { recursive: true });
  });

  function openClient(): Promise<Client> {
    return Client.open({ host, dir: seedDir, stateDir: join(root, 'state'), sleepAfterMs: 1 });
  }

  function add(alreadyVerified: boolean): Promise<ClientTorrent> {
    return client.add(source, { alreadyVerified, reload: () => source });
  }

  async function untilAsleep(torrent: ClientTorrent): Promise<void> {
    for (let i = 0; !torrent.isAsleep && i < 300; i++) await delay(20);
    assert.equal(torrent.isAsleep, true);
  }

  async function download(): Promise<void> {
    const dir = join(root, `got-${++leechers}`);
    const leecher = await Client.open({ host, dir });
    try {
      const torrent = await leecher.add(source, { peers: [{ host, port: client.port }] });
      await torrent.completed(AbortSignal.timeout(20_000));
      assert.ok(readFileSync(join(dir, 'film.bin')).equals(content));
    } finally {
      await leecher.close();
    }
  }

  test('falls asleep, looks the same, and wakes for a peer', async () => {
    const torrent = await add(true);
    assert.equal(torrent.isAsleep, false);
    await untilAsleep(torrent);
    await torrent.completed();
    const { phase, name, doneBytes, pieceCount } = torrent.status();
    assert.deepEqual([phase, name, doneBytes, pieceCount], ['seeding', 'film.bin', 200_000, 13]);
    assert.equal(torrent.metainfo?.files.length, 1);
    assert.deepEqual(torrent.fileProgress(), [200_000]);
    assert.deepEqual([...new Set(torrent.pieceMap().states)], [2]);
    assert.deepEqual(torrent.priorities(), ['normal']);
    await download();
    assert.equal(torrent.status().uploadedBytes, 200_000);
    await untilAsleep(torrent);
    assert.equal(torrent.status().uploadedBytes, 200_000);
  });

  test('is read from while it sleeps', async () => {
    const [torrent] = client.torrents;
    assert.equal(torrent?.isAsleep, true);
    const chunks: Uint8Array[] = [];
    const { signal } = new AbortController();
    for await (const chunk of torrent!.openFile(0).read(5, 100_000, signal)) chunks.push(chunk);
    assert.ok(Buffer.concat(chunks).equals(content.subarray(5, 100_000)));
    await untilAsleep(torrent!);
  });

  test('starts asleep, and says so when its data was taken away', async () => {
    await client.close();
    client = await openClient();
    const torrent = await add(false);
    assert.deepEqual([torrent.isAsleep, torrent.status().phase], [true, 'seeding']);
    renameSync(file, `${file}.away`);
    const { signal } = new AbortController();
    const read = torrent.openFile(0).read(0, 10, signal)[Symbol.asyncIterator]();
    await assert.rejects(read.next(), { code: 'FILES_MISSING' });
    assert.deepEqual(
      [torrent.isAsleep, torrent.status().phase, torrent.status().error?.code],
      [true, 'error', 'FILES_MISSING'],
    );
    renameSync(`${file}.away`, file);
    torrent.recheck();
    await download();
    assert.equal(torrent.status().error, undefined);
  });
});
