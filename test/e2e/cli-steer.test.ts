/** The commands that steer torrents of a running daemon, and its settings. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Settings, TorrentFile, TorrentInfo } from '../../src/api/contract/torrents.ts';
import {
  jsonLines,
  type RunningShoal,
  type ShoalResult,
  shoal,
  startShoal,
} from './shoal-process.ts';

let folder = '';
let daemon: RunningShoal;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-steer-'));
  await mkdir(join(folder, 'downloads', 'album', 'more'), { recursive: true });
  await mkdir(join(folder, 'downloads', 'elsewhere'));
  for (const [index, path] of ['a.txt', 'b.bin', 'more/c.txt'].entries()) {
    const bytes = Buffer.alloc(50_000 + index, index);
    await writeFile(join(folder, 'downloads', 'album', path), bytes);
  }
  await writeFile(join(folder, 'downloads', 'single.bin'), Buffer.alloc(70_000, 7));
  daemon = startShoal(
    [
      ...['daemon', '--port', '0', '--peer-host', '127.0.0.1'],
      ...['--dir', 'downloads', '--data', 'state', '--json'],
    ],
    { cwd: folder },
  );
  await daemon.stdoutMatches(/^.*\n/);
  for (const name of ['album', 'single.bin']) {
    await done(['create', `downloads/${name}`, '-o', `${name}.torrent`]);
  }
  await done(['add', 'album.torrent', '--label', 'music', '--category', 'a/b', '--sequential']);
  await done(['add', 'single.bin.torrent', '--stopped', '--up', '1MiB']);
  await settled('album');
});
after(async () => {
  daemon.child.kill('SIGTERM');
  await daemon.ended;
  await rm(folder, { recursive: true });
});

async function ask(args: readonly string[]): Promise<ShoalResult> {
  return shoal(args, { cwd: folder, env: { SHOAL_DAEMON_DATA: join(folder, 'state') } });
}

async function done(args: readonly string[]): Promise<ShoalResult> {
  const result = await ask(args);
  assert.equal(result.code, 0, `${args.join(' ')}: ${result.stdout}${result.stderr}`);
  return result;
}

async function one<T = TorrentInfo>(args: readonly string[]): Promise<T> {
  const { stdout } = await done([...args, '--json']);
  return jsonLines(stdout)[0] as T;
}

async function settled(name: string): Promise<TorrentInfo> {
  for (;;) {
    const torrent = await one(['info', name]);
    if (!['checking', 'moving', 'queued'].includes(torrent.state)) return torrent;
  }
}

test('what add is told holds from the beginning', async () => {
  const album = await one(['info', 'album']);
  assert.deepEqual([album.labels, album.category, album.sequential], [['music'], 'a/b', true]);
  const single = await one(['info', '2']);
  assert.deepEqual(
    [single.state, single.upLimit, single.downLimit],
    ['stopped', 2 ** 20, undefined],
  );
});

test('limits of a torrent and of the daemon', async () => {
  const limited = await one(['limit', 'album', '--down', '2MiB', '--up', '500KiB']);
  assert.deepEqual([limited.downLimit, limited.upLimit], [2 ** 21, 512_000]);
  const free = await one(['limit', 'album', '--up', 'none']);
  assert.deepEqual([free.downLimit, free.upLimit], [2 ** 21, undefined]);
  const { downLimit } = await one<Settings>(['limit', '--down', '3MiB']);
  assert.equal(downLimit, 3 * 2 ** 20);
  assert.match((await done(['limit'])).stdout, /down +3\.0 MiB\/s\n +up +none/);
  assert.match((await done(['status'])).stdout, /limits +down 3\.0 MiB\/s, up none/);
  await done(['limit', '--down', 'none']);
  assert.equal((await ask(['limit', 'album', '--up', 'fast'])).code, 2);
});

test('labels and category', async () => {
  const more = await one(['label', 'album', '--add', 'loud', '--add', 'old', '--remove', 'music']);
  assert.deepEqual([...more.labels].sort(), ['loud', 'old']);
  const none = await one(['label', 'album', '--clear', '--category', '']);
  assert.deepEqual([none.labels, none.category], [[], undefined]);
  assert.match((await done(['label', 'album'])).stdout, /labels +none\n +category +none/);
  const strange = await ask(['label', 'album', '--remove', 'quiet']);
  assert.deepEqual([strange.code, /no label quiet/.test(strange.stderr)], [4, true]);
});

test('settings of the daemon, which no variable for every command reaches', async () => {
  await done(['set', '--alt-hours', '8:00-18:30']);
  const set = await one<Settings>([
    ...['set', '--alt', 'on', '--alt-up', '100KiB'],
    ...['--alt-days', 'mon-wed,sun', '--max-downloads', '3', '--seed-ratio', '1.5'],
  ]);
  const { enabled, upLimit, schedule } = set.alternative;
  assert.deepEqual([enabled, upLimit], [true, 102_400]);
  assert.deepEqual(schedule, { enabled: true, from: '08:00', to: '18:30', days: [0, 1, 2, 3] });
  assert.deepEqual([set.maxActiveDownloads, set.seedRatio], [3, 1.5]);
  const env = {
    SHOAL_DAEMON_DATA: join(folder, 'state'),
    SHOAL_TRACKER: 'http://10.9.9.9/announce',
    SHOAL_SEED_RATIO: '9',
  };
  const { stdout } = await shoal(['set', '--json'], { cwd: folder, env });
  const unchanged: Settings = JSON.parse(stdout);
  assert.deepEqual([unchanged.tracker, unchanged.seedRatio], [null, 1.5]);
  const off = await one<Settings>([
    'set',
    '--alt',
    'off',
    '--alt-hours',
    'off',
    '--seed-ratio',
    'none',
  ]);
  assert.deepEqual([off.alternative.enabled, off.seedRatio], [false, null]);
  assert.equal((await ask(['set', '--sequential', 'on'])).code, 2);
  assert.equal((await ask(['set', 'album', '--alt', 'on'])).code, 2);
  assert.equal((await ask(['set', '--alt-hours', '25:00-1:00'])).code, 2);
});

test('settings of a torrent and priorities of its files', async () => {
  const set = await one([
    'set',
    'album',
    '--sequential',
    'off',
    '--seed-ratio',
    'none',
    '--seed-time',
    '2h',
  ]);
  assert.deepEqual(
    [set.sequential, set.seedRatio, set.seedTimeSeconds],
    [false, 'unlimited', 7200],
  );
  const own = await one(['set', 'album', '--seed-ratio', 'default', '--seed-time', 'default']);
  assert.deepEqual([own.seedRatio, own.seedTimeSeconds], [undefined, undefined]);
  await done(['set', 'album', '--low', '*.txt', '--high', 'more/*', '--skip', '2']);
  const { stdout } = await done(['files', 'album', '--json']);
  const files = stdout
    .trim()
    .split('\n')
    .map((line): TorrentFile => JSON.parse(line));
  const found = Object.fromEntries(
    files.map(({ path, priority }) => [path.split('/').at(-1), priority]),
  );
  assert.deepEqual(found, { 'a.txt': 'low', 'b.bin': 'skip', 'c.txt': 'high' });
  assert.equal((await ask(['set', 'album', '--high', '9'])).code, 4);
  await done(['set', 'album', '--normal', '1-3']);
});

test('trackers are added and taken away', async () => {
  const [first, second] = ['udp://127.0.0.1:9/announce', 'http://127.0.0.1:9/announce'];
  const urls = async () => {
    const { stdout } = await done(['trackers', 'single.bin', '--json']);
    return jsonLines(stdout).map(({ url }) => url);
  };
  await done(['set', 'single.bin', '--add-tracker', first, '--add-tracker', second]);
  assert.deepEqual(await urls(), [first, second]);
  const { stdout } = await done(['set', 'single.bin', '--remove-tracker', first]);
  assert.match(stdout, /^ {2}trackers +http:\/\/127\.0\.0\.1:9\/announce$/m);
  assert.deepEqual(await urls(), [second]);
  const strange = await ask(['set', 'single.bin', '--remove-tracker', first]);
  assert.deepEqual([strange.code, /has no tracker udp/.test(strange.stderr)], [4, true]);
  const unfit = await ask(['set', '--add-tracker', first]);
  assert.deepEqual([unfit.code, /is for a torrent/.test(unfit.stderr)], [2, true]);
});

test('the queue, and the pieces', async () => {
  await done(['queue', 'single.bin', '--top']);
  assert.match((await done(['queue'])).stdout, /1 +2 +single\.bin[\s\S]*2 +1 +album/);
  await done(['queue', '2', '--bottom']);
  assert.match((await done(['queue'])).stdout, /1 +1 +album/);
  assert.equal((await ask(['queue', '--top'])).code, 2);
  assert.deepEqual((await one(['start', 'album', '--force'])).forced, true);
  assert.deepEqual((await one(['start', 'album'])).forced, false);
  const { stdout } = await done(['pieces', 'album']);
  assert.match(stdout, /album +10 pieces of 16 KiB\n +█{10}\n +█ 10 here/);
  const json = await one<{ states: string; here: number }>(['pieces', 'album']);
  assert.deepEqual([json.states, json.here], ['2'.repeat(10), 10]);
});

test('rename, move, and check what lies there then', async () => {
  await done(['rename', 'album', 'Best of']);
  await settled('Best of');
  await done(['mv', 'Best of', './downloads/elsewhere']);
  const moved = await settled('Best of');
  assert.equal(moved.dir, join(folder, 'downloads', 'elsewhere'));
  assert.match((await done(['verify', 'Best of'])).stdout, /Best of +all 146\.5 KiB are sound/);
  const file = await open(join(moved.dir, 'Best of', 'b.bin'), 'r+');
  await file.write(Buffer.from('damage'), 0, 6, 20_000);
  await file.close();
  const damaged = await ask(['verify', 'Best of']);
  assert.equal(damaged.code, 6, damaged.stdout + damaged.stderr);
  assert.match(damaged.stderr, /damaged or missing/);
  // Also one that was open when it was moved away.
  await rename(join(moved.dir, 'Best of', 'a.txt'), join(folder, 'a.txt'));
  assert.equal((await ask(['verify', 'Best of'])).code, 6);
  const { wantedBytes, doneBytes } = await settled('Best of');
  assert.ok(doneBytes < wantedBytes - 50_000, `${doneBytes} of ${wantedBytes}`);
  const outside = await ask(['mv', 'Best of', '/']);
  assert.deepEqual([outside.code, /--allow-dir|folder/.test(outside.stderr)], [9, true]);
  assert.equal((await ask(['mv', 'Best of'])).code, 2);
});
