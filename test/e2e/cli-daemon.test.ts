/** The daemon driven from the command line: real processes, a real tracker and a real swarm. */
import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { TorrentInfo } from '../../src/api/contract/torrents.ts';
import {
  jsonLines,
  type RunningShoal,
  type ShoalOptions,
  type ShoalResult,
  shoal,
  startShoal,
} from './shoal-process.ts';

const film = Buffer.alloc(300_000, 7);
const running: RunningShoal[] = [];
let folder = '';
let trackerUrl = '';
let daemon: RunningShoal;
let daemonUrl = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-daemon-'));
  await mkdir(join(folder, 'downloads'));
  await writeFile(join(folder, 'film.bin'), film);
  const tracker = start(['tracker', '--host', '127.0.0.1', '--port', '0', '--json']);
  const [said] = await tracker.stdoutMatches(/^.*\n/);
  trackerUrl = (JSON.parse(said) as { announceUrls: string[] }).announceUrls[0]!;
  const seeder = start(['seed', 'film.bin', '-a', trackerUrl, '--json', '--state-dir', 'seeder']);
  await seeder.stdoutMatches(/"listed"/);
  await startDaemon();
});
after(async () => {
  for (const { child, ended } of running.toReversed()) {
    child.kill('SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true });
});

function start(args: readonly string[]): RunningShoal {
  const started = startShoal(args, { cwd: folder });
  running.push(started);
  return started;
}

async function startDaemon(): Promise<void> {
  daemon = start([
    ...['daemon', '--port', '0', '--peer-host', '127.0.0.1'],
    ...['--dir', 'downloads', '--data', 'state', '--json'],
  ]);
  const [said] = await daemon.stdoutMatches(/^.*\n/);
  daemonUrl = (JSON.parse(said) as { url: string }).url;
}

/** Told nothing but where the daemon's data is, as the user who started it. */
async function ask(args: readonly string[], options: ShoalOptions = {}): Promise<ShoalResult> {
  const env = { SHOAL_DAEMON_DATA: join(folder, 'state'), ...options.env };
  return shoal(args, { cwd: folder, ...options, env });
}

async function done(args: readonly string[]): Promise<ShoalResult> {
  const result = await ask(args);
  assert.equal(result.code, 0, `${args.join(' ')}: ${result.stdout}${result.stderr}`);
  return result;
}

async function torrents(): Promise<TorrentInfo[]> {
  const { stdout } = await done(['ls', '--json']);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line): TorrentInfo => JSON.parse(line));
}

async function until(state: string): Promise<TorrentInfo> {
  for (;;) {
    const [torrent] = await torrents();
    if (torrent?.state === state) return torrent;
    await wait(50);
  }
}

function codeOf(object: Record<string, unknown> | undefined): string | undefined {
  return (object?.error as { code: string } | undefined)?.code;
}

const exists = (path: string): Promise<boolean> =>
  access(join(folder, path)).then(
    () => true,
    () => false,
  );

test('a .torrent is added, downloaded, looked at, stopped, started and removed', async () => {
  assert.match((await done(['ls'])).stderr, /no torrents yet/);
  const { stdout } = await done(['add', 'film.bin.torrent', '--json']);
  const [added] = jsonLines(stdout);
  assert.deepEqual([added!.source, added!.name], ['film.bin.torrent', 'film.bin']);
  const { hash, dir } = await until('seeding');
  assert.equal(dir, join(folder, 'downloads'));
  assert.deepEqual(await readFile(join(dir, 'film.bin')), film);

  const [list, info, files, trackers, peers, status] = await Promise.all([
    done(['ls']),
    done(['info', 'film.bin']),
    done(['files', '1']),
    done(['trackers', hash, '--json']),
    done(['peers', hash.slice(0, 6), '--json']),
    done(['status']),
  ]);
  assert.match(
    list.stdout,
    /^ {2}# {3}name .*\n {2}1 {3}film\.bin {3}293\.0 KiB {3}100% {3}seeding/,
  );
  assert.match(info.stdout, new RegExp(`^film\\.bin\n(.*\n)* {2}info-hash ${hash}\n`));
  assert.match(files.stdout, /\n {2}1 {3}293\.0 KiB {3}100% {3}normal {5}film\.bin\n/);
  assert.deepEqual(
    jsonLines(trackers.stdout).map(({ url, state }) => [url, state]),
    [[trackerUrl, 'working']],
  );
  for (const peer of jsonLines(peers.stdout)) assert.equal(typeof peer.address, 'string');
  assert.match(status.stdout, /^ {2}1 torrent {3}↓ .*\n {2}states {4}1 seeding\n/);

  const again = await ask(['add', 'film.bin.torrent', '--json']);
  assert.equal(again.code, 4);
  assert.match(again.stdout, /DAEMON_TORRENT_DUPLICATE/);

  assert.match((await done(['stop', '1'])).stdout, /^ {2}stopped {3}film\.bin\n$/);
  await until('stopped');
  const asleep = await ask(['reannounce', '1']);
  assert.equal(asleep.code, 4);
  assert.match(asleep.stderr, /film\.bin is stopped\. Start it/);
  await done(['start', '--all']);
  await until('seeding');
  await done(['recheck', 'film.bin']);
  await until('seeding');
  await done(['reannounce', hash]);

  assert.match((await done(['rm', '1'])).stdout, /^ {2}removed {3}film\.bin\n$/);
  assert.deepEqual(await torrents(), []);
  assert.equal(await exists('downloads/film.bin'), true, 'its data stays');
});

test('a magnet link waits for start, survives the daemon, and goes with its data', async () => {
  const { stdout } = await done(['magnet', 'film.bin.torrent']);
  await done(['add', stdout.trim(), '--stopped', '--dir', 'more']);
  assert.equal((await torrents())[0]?.state, 'stopped');
  daemon.child.kill('SIGKILL');
  await daemon.ended;
  assert.equal((await ask(['ls'])).code, 8);
  await startDaemon();
  assert.equal((await torrents())[0]?.state, 'stopped');
  await done(['start', 'film.bin']);
  const { dir } = await until('seeding');
  assert.equal(dir, join(folder, 'downloads', 'more'));
  assert.deepEqual(await readFile(join(dir, 'film.bin')), film);
  const removed = await done(['rm', '--data', '1', '--json']);
  assert.equal(jsonLines(removed.stdout)[0]?.data, true);
  assert.deepEqual(await torrents(), []);
  assert.equal(await exists('downloads/more/film.bin'), false);
});

test("an id in a tracker's catalog is added with that tracker", async () => {
  const found = await done(['search', 'film', '-a', trackerUrl, '--json']);
  const id = String(jsonLines(found.stdout)[0]?.id);
  await done(['add', id, '-a', trackerUrl, '--dir', './downloads/listed', '--stopped']);
  assert.equal((await torrents())[0]?.dir, join(folder, 'downloads', 'listed'));
  await done(['rm', '--data', 'film.bin']);
});

test('what is wrong is said with the status that belongs to it', async () => {
  const nobody = 'http://127.0.0.1:1';
  const cases: [args: string[], code: number, words: RegExp][] = [
    [
      ['ls', '--daemon', nobody],
      8,
      /no daemon answers at http:\/\/127\.0\.0\.1:1: .*\. Start one with shoal daemon\./,
    ],
    [['ls', '--daemon', trackerUrl], 8, /is no daemon of Shoal/],
    [['ls', '--token', 'not-the-token-of-it'], 9, /token/],
    [['ls', '--daemon-data', 'nowhere', '--daemon', daemonUrl], 9, /wants a token.*SHOAL_TOKEN/],
    [['ls', '--daemon', 'nonsense'], 2, /Write a URL such as/],
    [['info', 'film'], 4, /no torrent "film"/],
    [['stop'], 2, /shoal ls.*--all/],
    [['add', 'film.bin'], 4, /not a torrent/],
    [['add', 'film.bin.torrent', '--dir', '/'], 9, /--allow-dir/],
    [['add', 'magnet:?xt=urn:btih:7c1b'], 4, /not a usable link/],
  ];
  const results = await Promise.all(cases.map(([args]) => ask(args)));
  for (const [index, { code, stdout, stderr }] of results.entries()) {
    const [args, expected, words] = cases[index]!;
    const label = `${args.join(' ')}: ${stdout}${stderr}`;
    assert.equal(code, expected, label);
    assert.match(stderr, words, label);
    assert.match(stderr, /^shoal: [^\n]*\n$/, label);
  }
  const asJson = await ask(['ls', '--json', '--daemon', nobody]);
  assert.equal(asJson.stderr, '');
  const [object] = jsonLines(asJson.stdout);
  assert.equal(codeOf(object), 'DAEMON_UNREACHABLE');
});

test('of several sources the good ones are added', async () => {
  const { code, stdout } = await ask([
    'add',
    'missing.torrent',
    'film.bin.torrent',
    '--stopped',
    '--json',
  ]);
  assert.equal(code, 4);
  const [missing, added] = jsonLines(stdout);
  assert.equal(codeOf(missing), 'SOURCE_NOT_FOUND');
  assert.equal(added?.state, 'stopped');
  await done(['rm', 'film.bin']);
});
