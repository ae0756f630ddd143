/** The daemon with a real tracker and real swarms: two of them, and what people ask of them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestsOf } from './stage/content-folder.ts';
import { startDaemon } from './stage/daemon-process.ts';
import { Stage } from './stage/stage.ts';

test('one daemon seeds, another downloads, and both do as they are told', () =>
  Stage.set(async (stage) => {
    const tracker = await stage.tracker('--interval', '5');
    const origin = await stage.content('Shared');
    const { bytes, metainfo } = await stage.torrent(origin, { trackers: [[tracker.http]] });
    const hash = metainfo.infoHash;
    const seeding = await startDaemon(stage, { data: stage.path('s'), dir: stage.path('origin') });
    await seeding.add(bytes);
    const seed = await seeding.until(hash, ({ state }) => state === 'seeding');
    assert.deepEqual([seed.name, seed.progress], ['Shared', 1]);
    assert.ok(seed.completedAt !== undefined);

    const dir = stage.path('copy');
    const getting = await startDaemon(stage, { data: stage.path('g'), dir });
    const link = `magnet:?xt=urn:btih:${hash}`;
    const added = await getting.ask('POST', '/torrents', {
      source: link,
      trackers: [tracker.http],
    });
    assert.equal(added.status, 201);
    assert.equal(
      (await getting.ask('POST', '/torrents', { source: hash })).code,
      'TORRENT_DUPLICATE',
    );
    const got = await getting.until(hash, ({ completedAt }) => completedAt !== undefined);
    assert.equal(got.downloadedBytes >= got.lengthBytes, true);
    assert.deepEqual(await digestsOf(dir), await digestsOf(stage.path('origin')));
    const served = await seeding.until(hash, ({ uploadedBytes }) => uploadedBytes > 0);
    assert.ok(served.ratio > 0);
    const files = (await getting.ask('GET', `/torrents/${hash}/files`)).body as {
      files: unknown[];
    };
    assert.equal(files.files.length, metainfo.files.length);
    const asked = (await getting.ask('GET', `/torrents/${hash}/trackers`)).body as {
      trackers: { url: string; state: string }[];
    };
    assert.deepEqual(
      asked.trackers.map(({ url }) => url),
      [tracker.http],
    );
    assert.equal((await getting.ask('POST', `/torrents/${hash}/reannounce`)).status, 200);
    assert.equal((await getting.session()).counts.seeding, 1);

    await getting.ask('POST', `/torrents/${hash}/stop`);
    assert.equal((await getting.torrent(hash)).state, 'stopped');
    assert.equal((await getting.ask('POST', `/torrents/${hash}/verify`)).status, 200);
    const checked = await getting.until(hash, ({ state }) => state === 'stopped');
    assert.equal(checked.doneBytes, checked.lengthBytes);
    await getting.ask('POST', `/torrents/${hash}/start`);
    await getting.until(hash, ({ state }) => state === 'seeding');
    await damage(join(dir, 'Shared', 'nested', 'one block.bin'));
    await getting.ask('POST', `/torrents/${hash}/verify`);
    await getting.until(hash, ({ state }) => state === 'seeding');
    assert.deepEqual(await digestsOf(dir), await digestsOf(stage.path('origin')));

    assert.equal((await getting.ask('DELETE', `/torrents/${hash}?data=true`)).status, 204);
    assert.equal((await getting.ask('GET', `/torrents/${hash}`)).status, 404);
    assert.deepEqual(await digestsOf(dir), {});
    assert.equal((await seeding.ask('DELETE', `/torrents/${hash}`)).status, 204);
    assert.ok(existsSync(origin), 'without data=true the files stay');
    await getting.add(bytes, { paused: 'true' });
    const again = await getting.torrent(hash);
    assert.deepEqual([again.state, again.uploadedBytes, again.doneBytes], ['stopped', 0, 0]);
  }));

test('downloads beyond the limit wait for their turn', () =>
  Stage.set(async (stage) => {
    const place = { data: stage.path('d'), dir: stage.path('copy') };
    const daemon = await startDaemon(stage, place, '--max-active', '2');
    const hashes = ['1', '2', '3'].map((digit) => digit.repeat(40));
    for (const hash of hashes) await daemon.add(hash);
    const states = async () => (await daemon.list()).map(({ state }) => state);
    assert.deepEqual(await states(), ['metadata', 'metadata', 'queued']);
    await daemon.ask('POST', `/torrents/${hashes[0]}/stop`);
    await daemon.until(hashes[2]!, ({ state }) => state === 'metadata');
    assert.deepEqual(await states(), ['stopped', 'metadata', 'metadata']);
  }));

test('of many requests for one torrent the last decides', () =>
  Stage.set(async (stage) => {
    const place = { data: stage.path('d'), dir: stage.path('origin') };
    const { bytes, metainfo } = await stage.torrent(await stage.content());
    const hash = metainfo.infoHash;
    const daemon = await startDaemon(stage, place);
    await daemon.add(bytes);
    const actions = ['stop', 'start', 'verify', 'stop', 'start', 'stop', 'start', 'reannounce'];
    for (const last of ['stop', 'start']) {
      const asking: Promise<{ status: number }>[] = [];
      for (const action of [...actions, ...actions, last]) {
        asking.push(daemon.ask('POST', `/torrents/${hash}/${action}`));
        if (action === last) await asking.at(-1);
      }
      for (const { status } of await Promise.all(asking)) assert.ok(status < 500, `${status}`);
      assert.equal((await daemon.ask('POST', `/torrents/${hash}/${last}`)).status, 200);
      await daemon.until(hash, ({ state }) => state === (last === 'stop' ? 'stopped' : 'seeding'));
    }
    const adds = Array.from({ length: 5 }, () => daemon.ask('POST', '/torrents', bytes));
    const [removed, ...answers] = await Promise.all([
      daemon.ask('DELETE', `/torrents/${hash}`),
      ...adds,
    ]);
    assert.equal(removed.status, 204);
    const taken = answers.filter(({ status }) => status === 201).length;
    assert.ok(taken <= 1, 'at most one add found the place free');
    assert.equal((await daemon.list()).length, taken);
  }));

test('folders outside, addresses of the machine itself and bad torrents are refused', () =>
  Stage.set(async (stage) => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    stage.onEnd(() => new Promise((done) => server.close(done)));
    const { port } = server.address() as { port: number };
    const allowed = stage.path('media');
    const place = { data: stage.path('d'), dir: stage.path('copy') };
    const daemon = await startDaemon(stage, place, '--allow-dir', allowed);
    const add = (body: object) => daemon.ask('POST', '/torrents', body);
    const source = 'a'.repeat(40);
    for (const dir of ['..', '/etc', stage.dir]) {
      assert.equal((await add({ source, dir })).code, 'FORBIDDEN_DIR', dir);
    }
    const hosts = [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '0.0.0.0',
      '169.254.169.254',
      '100.100.100.200',
    ];
    for (const host of [...hosts, '2130706433', '[::ffff:127.0.0.1]']) {
      const { code } = await add({ source: `http://${host}:${port}/announce` });
      assert.equal(code, 'FORBIDDEN_URL', host);
    }
    assert.equal(asked, 0);
    const bad = await daemon.ask('POST', '/torrents', new TextEncoder().encode('d4:infode'));
    assert.deepEqual([bad.status, bad.code], [400, 'BAD_TORRENT']);
    assert.equal((await add({ source: 'magnet:?dn=x' })).code, 'BAD_TORRENT');
    assert.equal((await daemon.list()).length, 0);
    assert.equal((await daemon.add(source, { dir: allowed })).dir, allowed);
  }));

/** Other bytes, of the same length and time. */
async function damage(path: string): Promise<void> {
  const { size, atime, mtime } = await stat(path);
  await writeFile(path, Buffer.alloc(size));
  await utimes(path, atime, mtime);
}
