/** What surrounds a real daemon's torrents: watch folder, command, file of settings, shares, home tracker. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings, Share } from '../../src/api/contract/torrents.ts';
import { digestsOf, makeContent, mixedContent } from './stage/content-folder.ts';
import { type RunningDaemon, startDaemon } from './stage/daemon-process.ts';
import { Stage } from './stage/stage.ts';

const tellAll = `require('node:fs').writeFileSync(process.argv[1], JSON.stringify([process.argv.slice(2),
  process.env.SHOAL_HASH, process.env.SHOAL_NAME, process.env.SHOAL_DIR, process.env.SHOAL_PATH]))`;

test('what lies in the watch folder is downloaded, and then the command runs, without a shell', () =>
  Stage.set(async (stage) => {
    const name = '$(touch x);touch y';
    const origin = await stage.content(name, [['a', 100_000]]);
    const { bytes, metainfo } = await stage.torrent(origin);
    const { infoHash } = metainfo;
    const seed = await stage.client({ dir: stage.path('origin') });
    await seed.add(bytes);
    const incoming = stage.path('incoming');
    const dir = stage.path('copy');
    mkdirSync(incoming);
    const link = `magnet:?xt=urn:btih:${infoHash}&x.pe=127.0.0.1:${seed.port}`;
    await writeFile(join(incoming, 'it.magnet'), link);
    const said = stage.path('said');
    const words = [process.execPath, '-e', tellAll, said, '{name}', '{path}'];
    const place = { data: stage.path('d'), dir };
    const flags = ['--watch', incoming, ...words.flatMap((word) => [`--on-complete=${word}`])];
    const daemon = await startDaemon(stage, place, ...flags);
    await until(() => existsSync(said) && readFileSync(said, 'utf8') !== '');
    const path = join(dir, name);
    const told = JSON.parse(readFileSync(said, 'utf8')) as unknown;
    assert.deepEqual(told, [[name, path], infoHash, name, dir, path]);
    assert.deepEqual(readdirSync(incoming), ['it.magnet.added']);
    assert.deepEqual(readdirSync(stage.dir).includes('x'), false);
    const { fixed } = await settingsOf(daemon);
    assert.deepEqual([fixed.watchDir, fixed.onComplete], [incoming, true]);

    for (const change of [
      { onComplete: ['/bin/sh'] },
      { watchDir: '/' },
      { fixed: { onComplete: true } },
      { allowDirs: ['/'] },
    ]) {
      const { status, code } = await daemon.ask('PATCH', '/settings', change);
      assert.deepEqual([status, code], [400, 'BAD_REQUEST'], JSON.stringify(change));
    }
  }));

test('a changed file of settings is taken up as a whole, or not at all', () =>
  Stage.set(async (stage) => {
    const file = stage.path('config.toml');
    const write = async (text: string): Promise<void> => {
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    };
    await write('[daemon]\nup = "1MiB"\nseed-ratio = 2\n');
    const place = { data: stage.path('d'), dir: stage.path('copy') };
    const daemon = await startDaemon(stage, place, '--down', '3MiB', '--config', file);
    const at = await settingsOf(daemon);
    assert.deepEqual([at.upLimit, at.downLimit, at.seedRatio], [1_048_576, 3_145_728, 2]);

    const watch = stage.path('incoming');
    const live = `[daemon]\nup = 5000\ndown = 1\nwatch = "${watch}"\non-complete = ["/bin/true", "{name}"]\nadd-stopped = true\nmax-active-downloads = 7\nalt-hours = "08:00-18:30"\nalt-days = "mon-fri"\ntracker = "http://10.0.0.9/announce"\n`;
    await write(live);
    const now = await untilSettings(daemon, ({ upLimit }) => upLimit === 5000);
    assert.deepEqual([now.downLimit, now.seedRatio], [3_145_728, null], 'the flag wins');
    assert.deepEqual([now.startAdded, now.maxActiveDownloads], [false, 7]);
    const { from, to, days, enabled } = now.alternative.schedule;
    assert.deepEqual([enabled, from, to, days], [true, '08:00', '18:30', [1, 2, 3, 4, 5]]);
    assert.equal(now.tracker, 'http://10.0.0.9/announce');
    await untilSettings(daemon, ({ fixed }) => fixed.watchDir === watch && fixed.onComplete);

    for (const [wrong, words] of [
      ['[daemon]\nup = 1\nwach = "/x"\n', /wach.*Did you mean watch/],
      ['[daemon]\nup = "fast"\n', /up.*fast/],
      ['[daemon]\nup = ', /line 2/],
    ] as const) {
      const before = daemon.process.events.length;
      await write(wrong);
      const isTold = (): boolean =>
        daemon.process.events.slice(before).some(({ message }) => words.test(`${message}`));
      await until(isTold);
      assert.equal((await settingsOf(daemon)).upLimit, 5000);
    }
    assert.equal(readFileSync(file, 'utf8'), '[daemon]\nup = ');

    await write(`${live}peer-port = 7777\n`);
    await daemon.process.until(({ message }) => /^peer-port is taken up when/.test(`${message}`));

    await daemon.ask('PATCH', '/settings', { upLimit: 9000 });
    assert.equal((await settingsOf(daemon)).upLimit, 9000);
    await write(live.replace('= 7', '= 8'));
    const changed = await untilSettings(daemon, (one) => one.maxActiveDownloads === 8);
    assert.equal(changed.upLimit, 9000, 'the file says nothing new of it');
    await write(live.replace('5000', '6000'));
    await untilSettings(daemon, ({ upLimit }) => upLimit === 6000);
  }));

test('files that are sent are shared, listed and found by others', () =>
  Stage.set(async (stage) => {
    const tracker = await stage.tracker('--interval', '5');
    const dir = stage.path('downloads');
    const place = { data: stage.path('d'), dir };
    const daemon = await startDaemon(stage, place, '--tracker', tracker.http);
    makeContent(stage.path('mine', 'Set'), mixedContent);
    const files = Object.keys(await digestsOf(stage.path('mine'))).map((path) => {
      const bytes = readFileSync(stage.path('mine', path));
      return { path, bytes, lengthBytes: bytes.length };
    });
    const announced = files.map(({ path, lengthBytes }) => ({ path, lengthBytes }));
    const begun = await daemon.ask('POST', '/shares', { files: announced });
    assert.equal(begun.status, 201, JSON.stringify(begun.body));
    const { id } = begun.body as Share;
    for (const [index, { bytes }] of files.entries()) {
      const answer = await put(daemon, `/shares/${id}/files/${index}`, bytes, place.data);
      assert.equal(answer, 200);
    }
    const share = await untilShared(daemon, id);
    assert.deepEqual([share.state, share.name, share.problem], ['sharing', 'Set', undefined]);
    assert.ok(share.listed?.startsWith('http://127.0.0.1'));
    const torrent = await daemon.until(share.hash ?? '', ({ state }) => state === 'seeding');
    assert.equal(torrent.progress, 1);
    const listed = (await daemon.ask('GET', '/catalog')).body as { entries: { name: string }[] };
    assert.deepEqual(
      listed.entries.map(({ name }) => name),
      ['Set'],
    );
    assert.equal((await daemon.ask('GET', '/tracker')).status, 200);

    const other = await startDaemon(stage, { data: stage.path('o'), dir: stage.path('copy') });
    const { hash } = await other.add(share.magnet ?? '');
    await other.until(hash, ({ completedAt }) => completedAt !== undefined);
    assert.deepEqual(await digestsOf(stage.path('copy')), await digestsOf(stage.path('mine')));

    const none = await other.ask('GET', '/catalog');
    assert.deepEqual([none.status, none.code], [409, 'TRACKER_ABSENT']);
    for (const path of ['/etc', '../..', place.data]) {
      assert.equal((await daemon.ask('POST', '/shares', { path })).code, 'FORBIDDEN_DIR', path);
    }
    await daemon.process.kill();
    const next = await startDaemon(stage, place, '--tracker', tracker.http);
    await next.until(share.hash ?? '', ({ state }) => state === 'seeding');
  }));

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !holds(); i++) await sleep(50);
  assert.ok(holds(), 'in vain');
}

async function settingsOf(daemon: RunningDaemon): Promise<Settings> {
  return (await daemon.ask('GET', '/settings')).body as Settings;
}

async function untilSettings(
  daemon: RunningDaemon,
  holds: (settings: Settings) => boolean,
): Promise<Settings> {
  for (let i = 0; i < 200; i++) {
    const settings = await settingsOf(daemon);
    if (holds(settings)) return settings;
    await sleep(50);
  }
  throw new Error(`in vain: ${JSON.stringify(await settingsOf(daemon))} ${daemon.process.log()}`);
}

async function untilShared(daemon: RunningDaemon, id: string): Promise<Share> {
  for (let i = 0; i < 200; i++) {
    const share = (await daemon.ask('GET', `/shares/${id}`)).body as Share;
    if (share.state === 'sharing' || share.state === 'failed') return share;
    await sleep(50);
  }
  throw new Error('it is not shared');
}

async function put(
  { url }: RunningDaemon,
  path: string,
  bytes: Uint8Array,
  data: string,
): Promise<number> {
  const token = readFileSync(join(data, 'token'), 'utf8').trim();
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: Buffer.from(bytes),
  });
  await response.arrayBuffer();
  return response.status;
}
