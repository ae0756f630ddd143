/** A client's torrents are told what to do while they run, between two clients on this machine. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createTorrent } from '../torrent-files/create-torrent.ts';
import { Client } from './client.ts';
import type { AddOptions, ClientTorrent } from './client-contract.ts';

const fileBytes = 700_000;
const names = ['one.bin', 'two.bin', 'three.bin'];

describe('a running torrent', () => {
  const root = mkdtempSync(join(tmpdir(), 'shoal-steering-'));
  const contents = names.map(() => randomBytes(fileBytes));
  let source: Uint8Array;
  let seeder: Client;
  let leecher: Client;
  let dir: string;
  let runs = 0;

  before(async () => {
    const content = join(root, 'seed', 'set');
    mkdirSync(content, { recursive: true });
    names.forEach((name, i) => {
      writeFileSync(join(content, name), contents[order(i)]!);
    });
    source = (await createTorrent(content, { pieceLength: 16_384 })).bytes;
    const host = '127.0.0.1';
    seeder = await Client.open({ host, dir: join(root, 'seed') });
    await seeder.add(source, { alreadyVerified: true, seedInPlace: true });
    leecher = await Client.open({ host, stateDir: join(root, 'state') });
  });

  beforeEach(() => {
    dir = join(root, `got-${++runs}`);
  });

  after(async () => {
    await Promise.all([seeder.close(), leecher.close()]);
    rmSync(root, { recursive: true });
  });

  /** A metainfo lists names in the order of bytes. */
  function order(index: number): number {
    return [...names].sort().indexOf(names[index]!);
  }

  function download(options: AddOptions = {}): Promise<ClientTorrent> {
    const peers = [{ host: '127.0.0.1', port: seeder.port }];
    return leecher.add(source, { dir, peers, ...options });
  }

  function requireFile(index: number, path = join('set', [...names].sort()[index]!)): void {
    assert.ok(readFileSync(join(dir, path)).equals(contents[index]!), path);
  }

  test('fetches files that were skipped once they are wanted', async () => {
    const torrent = await download({ priorities: ['skip', 'high', 'skip'] });
    await torrent.completed();
    assert.deepEqual(torrent.priorities(), ['skip', 'high', 'skip']);
    assert.equal(torrent.fileProgress()[1], fileBytes);
    assert.deepEqual(readdirSync(join(dir, 'set')), ['three.bin']);
    torrent.setPriorities(['low', 'normal', 'normal']);
    assert.equal(torrent.status().phase, 'downloading');
    await torrent.completed();
    for (const index of [0, 1, 2]) requireFile(index);
    assert.deepEqual([...new Set(torrent.pieceMap().states)], [2]);
    assert.ok((torrent.status().availability ?? 0) >= 1);
    await torrent.remove();
  });

  test('is complete once what is missing is skipped', async () => {
    const torrent = await download({ downLimit: 1 });
    torrent.setPriorities(['skip', 'skip', 'skip']);
    await torrent.completed();
    assert.equal(torrent.status().phase, 'seeding');
    assert.equal(torrent.pieceMap().states.includes(3), true);
    await torrent.remove();
  });

  test('gives the end of a skipped file to whoever reads it', async () => {
    const torrent = await download({ priorities: ['skip', 'skip', 'skip'] });
    const reader = torrent.openFile(2);
    assert.deepEqual([reader.name, reader.lengthBytes], ['two.bin', fileBytes]);
    const read = async (begin: number, end: number) => {
      const chunks: Uint8Array[] = [];
      const { signal } = new AbortController();
      for await (const chunk of reader.read(begin, end, signal)) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    const begin = Math.floor(fileBytes * 0.9);
    const [tail, middle] = await Promise.all([read(begin, fileBytes), read(300_000, 420_000)]);
    assert.ok(tail.equals(contents[2]!.subarray(begin)));
    assert.ok(middle.equals(contents[2]!.subarray(300_000, 420_000)));
    assert.ok((torrent.fileProgress()[2] ?? 0) < fileBytes, 'not all of it was fetched');
    assert.throws(() => torrent.openFile(3), { code: 'NO_FILE' });
    await torrent.remove();
  });

  test('a read that nobody can serve ends when it is aborted', async () => {
    const torrent = await leecher.add(source, { dir });
    const abort = new AbortController();
    const chunks = torrent.openFile(0).read(0, 10, abort.signal)[Symbol.asyncIterator]();
    const next = chunks.next();
    abort.abort(new Error('enough'));
    await assert.rejects(next, /enough/);
    const removed = torrent.openFile(0).read(0, 10, new AbortController().signal);
    const last = removed[Symbol.asyncIterator]().next();
    const ended = assert.rejects(last, { code: 'TORRENT_REMOVED' });
    await torrent.remove();
    await ended;
  });

  test('finds by a recheck in place what was damaged, and fetches it again', async () => {
    const torrent = await download();
    await torrent.completed();
    const path = join(dir, 'set', 'one.bin');
    const damaged = readFileSync(path);
    damaged.fill(0, 100_000, 110_000);
    writeFileSync(path, damaged);
    torrent.recheck();
    assert.equal(torrent.status().phase, 'checking');
    await torrent.completed();
    requireFile(0);
    await torrent.remove();
  });

  test('keeps files where it is told, and finds them there again', async () => {
    const paths = new Map([[0, ['elsewhere', 'renamed.bin']]]);
    const torrent = await download({ paths });
    await torrent.completed();
    requireFile(0, join('elsewhere', 'renamed.bin'));
    requireFile(1);
    await torrent.remove();
    const again = await download({ paths, peers: [] });
    assert.equal(again.status().phase, 'seeding', 'nothing is checked');
    assert.ok(again.status().seedingForMs > 0);
    await again.remove();
    await assert.rejects(download({ paths: new Map([[0, ['..', 'x']]]) }), { code: 'BAD_PATH' });
  });
});
