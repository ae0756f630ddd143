/** A torrent of a real daemon gets another folder, other names, and is never lost on the way. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TorrentInfo } from '../../src/api/contract/torrents.ts';
import { digestsOf } from './stage/content-folder.ts';
import { startDaemon } from './stage/daemon-process.ts';
import { Stage } from './stage/stage.ts';

/** A file system of its own on most Linux machines. */
const memory = '/dev/shm';
const other = existsSync(memory) ? memory : tmpdir();

const isSeeding = ({ state }: TorrentInfo): boolean => state === 'seeding';

function folderOn(stage: Stage, place: string): string {
  const folder = mkdtempSync(join(place, 'shoal-move-'));
  stage.onEnd(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a seed goes to other folders and is served from there without being read again', () =>
  Stage.set(async (stage) => {
    const folders = [folderOn(stage, tmpdir()), folderOn(stage, other)];
    const { bytes, metainfo } = await stage.torrent(await stage.content('Set'));
    const hash = metainfo.infoHash;
    const where = { data: stage.path('d'), dir: stage.path('origin') };
    const allowed = folders.flatMap((folder) => ['--allow-dir', folder]);
    const daemon = await startDaemon(stage, where, ...allowed);
    await daemon.add(bytes);
    await daemon.until(hash, isSeeding);
    const before = await digestsOf(where.dir);
    const move = (dir: string) => daemon.ask('POST', `/torrents/${hash}/move`, { dir });
    assert.equal((await move('/etc')).code, 'FORBIDDEN_DIR');
    let from = where.dir;
    for (const folder of folders) {
      const to = join(folder, 'a', 'b');
      assert.equal((await move(to)).status, 200);
      const states = new Set<string>();
      const moved = await daemon.until(hash, (now) => {
        states.add(now.state);
        return isSeeding(now) && now.dir === to;
      });
      assert.deepEqual([moved.progress, moved.error], [1, undefined]);
      assert.equal(states.has('checking'), false, [...states].join());
      assert.deepEqual(await digestsOf(to), before);
      assert.deepEqual(readdirSync(from), []);
      from = to;
    }
    const { peerPort } = await daemon.session();
    const leecher = await stage.client();
    const peers = [{ host: '127.0.0.1', port: peerPort }];
    const got = await leecher.add(bytes, { dir: stage.path('copy'), peers });
    await got.completed();
    assert.deepEqual(await digestsOf(stage.path('copy')), before);
    await daemon.process.kill();
    const next = await startDaemon(stage, where, ...allowed);
    assert.equal((await next.until(hash, isSeeding)).dir, from);
  }));

test('a daemon killed amid a move to another file system carries it on', () =>
  Stage.set(async (stage) => {
    const to = folderOn(stage, other);
    const plan = [
      ['a.bin', 60_000_000],
      ['deep/b.bin', 60_000_000],
      ['c.bin', 1000],
    ] as const;
    const { bytes, metainfo } = await stage.torrent(await stage.content('Large', plan));
    const hash = metainfo.infoHash;
    const where = { data: stage.path('d'), dir: stage.path('origin') };
    const start = () => startDaemon(stage, where, '--allow-dir', to);
    let daemon = await start();
    await daemon.add(bytes);
    await daemon.until(hash, isSeeding);
    const before = await digestsOf(where.dir);
    let copying = 0;
    for (const delayMs of [undefined, 10, 40]) {
      if ((await daemon.torrent(hash)).dir !== to) {
        const asked = await daemon.ask('POST', `/torrents/${hash}/move`, { dir: to });
        assert.ok([200, 409].includes(asked.status), JSON.stringify(asked.body));
      }
      if (delayMs === undefined) await untilCopying(to);
      else await sleep(delayMs);
      await daemon.process.kill();
      if (isCopying(to)) copying++;
      const there = { ...(await digestsOf(where.dir)), ...(await wholeFiles(to)) };
      for (const [path, digest] of Object.entries(before)) {
        assert.equal(there[path], digest, `${path} is in neither folder`);
      }
      daemon = await start();
    }
    if (other === memory) assert.ok(copying > 0, 'no kill hit a copy');
    const moved = await daemon.until(hash, (now) => isSeeding(now) && now.dir === to);
    assert.equal(moved.progress, 1);
    assert.deepEqual(await digestsOf(to), before);
    assert.deepEqual(await digestsOf(where.dir), {});
  }));

const isCopying = (folder: string): boolean =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((path) =>
    path.endsWith('.moving'),
  );

/** Or until it is too late for that. */
async function untilCopying(folder: string): Promise<void> {
  for (let i = 0; i < 500 && !isCopying(folder) && readdirSync(folder).length === 0; i++) {
    await sleep(2);
  }
}

/** Without what is being copied. */
async function wholeFiles(folder: string): Promise<Record<string, string>> {
  const all = await digestsOf(folder);
  return Object.fromEntries(Object.entries(all).filter(([path]) => !path.endsWith('.moving')));
}

test('a download is moved half-way, and goes on with what it has', () =>
  Stage.set(async (stage) => {
    const to = folderOn(stage, other);
    const { bytes, metainfo } = await stage.torrent(await stage.content('Set'));
    const hash = metainfo.infoHash;
    const seed = await stage.client({ dir: stage.path('origin'), upLimit: 2_000_000 });
    await seed.add(bytes);
    const where = { data: stage.path('d'), dir: stage.path('copy') };
    const daemon = await startDaemon(stage, where, '--allow-dir', to);
    await daemon.add(bytes);
    const peers = [`127.0.0.1:${seed.port}`];
    await daemon.ask('POST', `/torrents/${hash}/peers`, { peers });
    const half = await daemon.until(hash, ({ doneBytes }) => doneBytes > 1_000_000);
    assert.equal((await daemon.ask('POST', `/torrents/${hash}/move`, { dir: to })).status, 200);
    const there = await daemon.until(hash, ({ state, dir }) => dir === to && state !== 'moving');
    assert.ok(there.doneBytes >= half.doneBytes, `${there.doneBytes} of ${half.doneBytes}`);
    await daemon.until(hash, ({ state }) => state === 'downloading' || state === 'seeding');
    await daemon.ask('POST', `/torrents/${hash}/peers`, { peers });
    const done = await daemon.until(hash, isSeeding);
    assert.deepEqual(await digestsOf(to), await digestsOf(stage.path('origin')));
    assert.deepEqual(readdirSync(where.dir), []);
    assert.ok(done.downloadedBytes < done.lengthBytes * 1.2, 'nothing was fetched twice');
  }));

test('what is in the way is kept, and data that is elsewhere already is looked for there', () =>
  Stage.set(async (stage) => {
    const path = await stage.content('Set');
    const { bytes, metainfo } = await stage.torrent(path);
    const hash = metainfo.infoHash;
    const dir = stage.path('origin');
    const daemon = await startDaemon(stage, { data: stage.path('d'), dir });
    await daemon.add(bytes);
    await daemon.until(hash, isSeeding);
    mkdirSync(join(dir, 'taken', 'Set'), { recursive: true });
    const foreign = join(dir, 'taken', 'Set', 'zuletzt.dat');
    writeFileSync(foreign, 'mine');
    const move = (body: object) => daemon.ask('POST', `/torrents/${hash}/move`, body);
    assert.equal((await move({ dir: 'taken' })).code, 'NAME_TAKEN');
    assert.equal((await daemon.torrent(hash)).dir, dir);
    assert.equal((await move({ dir: 'empty', data: false })).status, 200);
    const empty = await daemon.until(
      hash,
      ({ state, doneBytes }) => state === 'downloading' && doneBytes === 0,
    );
    assert.equal(empty.dir, join(dir, 'empty'));
    assert.equal((await move({ dir, data: false })).status, 200);
    await daemon.until(hash, isSeeding);
    assert.equal(existsSync(foreign), true);
  }));

test('files, folders and the top get other names and are served under them', () =>
  Stage.set(async (stage) => {
    const { bytes, metainfo } = await stage.torrent(await stage.content('Set'));
    const hash = metainfo.infoHash;
    const where = { data: stage.path('d'), dir: stage.path('origin') };
    const daemon = await startDaemon(stage, where);
    await daemon.add(bytes);
    await daemon.until(hash, isSeeding);
    const rename = (path: string, name: string) =>
      daemon.ask('POST', `/torrents/${hash}/rename`, { path, name });
    const before = Object.values(await digestsOf(where.dir)).sort();
    assert.equal((await rename('Set/nested', 'low')).status, 200);
    assert.equal((await rename('Set/low/tiny.txt', 'small.txt')).status, 200);
    writeFileSync(join(where.dir, 'Taken'), 'mine');
    assert.equal((await rename('Set', 'Taken')).code, 'NAME_TAKEN');
    assert.equal((await rename('Set/low/small.txt', 'one block.bin')).code, 'NAME_TAKEN');
    assert.equal((await rename('Set/none', 'x')).code, 'NOT_FOUND');
    assert.equal((await rename('Set', '../x')).code, 'BAD_REQUEST');
    const renamed = await rename('Set', 'Other');
    assert.equal((renamed.body as TorrentInfo).name, 'Other');
    rmSync(join(where.dir, 'Taken'));
    const expected = { ...(await digestsOf(where.dir)) };
    assert.ok('Other/low/small.txt' in expected, Object.keys(expected).join());
    assert.deepEqual(Object.values(expected).sort(), before);
    await daemon.process.kill();
    const next = await startDaemon(stage, where);
    const states = new Set<string>();
    await next.until(hash, (now) => {
      states.add(now.state);
      return isSeeding(now);
    });
    assert.equal(states.has('checking'), false);
    const { peerPort } = await next.session();
    const leecher = await stage.client();
    const peers = [{ host: '127.0.0.1', port: peerPort }];
    const got = await leecher.add(bytes, { dir: stage.path('copy'), peers });
    await got.completed();
    assert.deepEqual(Object.values(await digestsOf(stage.path('copy'))).sort(), before);
    assert.equal((await next.ask('DELETE', `/torrents/${hash}?data=true`)).status, 204);
    assert.deepEqual(readdirSync(where.dir), []);
  }));
