/** `shoal seed` and `shoal get` as real processes that find each other through `shoal tracker`. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  jsonLines,
  type RunningShoal,
  type ShoalResult,
  startShoal,
  temporaryFolder,
} from './shoal-process.ts';

const big = randomBytes(3_000_000);
const small = randomBytes(70_000);
const running: RunningShoal[] = [];
let cwd = '';
let removeFolder = async (): Promise<void> => {};
let announceUrl = '';
let seeder: RunningShoal;
let magnet = '';

before(async () => {
  const folder = await temporaryFolder();
  cwd = folder.path;
  removeFolder = folder.remove;
  await mkdir(join(cwd, 'holiday', 'été'), { recursive: true });
  await writeFile(join(cwd, 'holiday', 'big.bin'), big);
  await writeFile(join(cwd, 'holiday', 'été', 'small file.bin'), small);
  await writeFile(join(cwd, 'holiday', 'empty'), '');
  const tracker = start('tracker', '--host', '127.0.0.1', '--port', '0', '--json');
  const [listening] = await tracker.stdoutMatches(/^.*\n/);
  announceUrl = (JSON.parse(listening) as { announceUrls: string[] }).announceUrls[0] ?? '';
  seeder = start('seed', 'holiday', '--tracker', announceUrl, '--json');
  const [, created = ''] = await seeder.stdoutMatches(
    /(.*"event":"created".*)\n(?:.*\n)*.*"complete"/,
  );
  magnet = (JSON.parse(created) as { magnet: string }).magnet;
});

after(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await removeFolder();
});

function start(...args: string[]): RunningShoal {
  const process = startShoal(args, { cwd, env: { SHOAL_STATE_DIR: join(cwd, 'state') } });
  running.push(process);
  return process;
}

function run(...args: string[]): Promise<ShoalResult> {
  return start(...args).ended;
}

async function assertWhole(dir: string): Promise<void> {
  assert.ok(big.equals(await readFile(join(cwd, dir, 'holiday', 'big.bin'))));
  assert.ok(small.equals(await readFile(join(cwd, dir, 'holiday', 'été', 'small file.bin'))));
  assert.equal((await readFile(join(cwd, dir, 'holiday', 'empty'))).length, 0);
}

test('get downloads what seed shares, and a second start finds it there', async () => {
  const first = await run('get', 'holiday.torrent', '-o', 'first', '-e', '--json');
  assert.equal(first.code, 0, first.stdout + first.stderr);
  const events = jsonLines(first.stdout);
  assert.equal(events[0]?.event, 'started');
  const complete = events.find(({ event }) => event === 'complete');
  assert.equal(events.at(-1)?.event, 'stopped');
  assert.equal(complete?.lengthBytes, big.length + small.length);
  assert.equal(complete?.path, join(cwd, 'first', 'holiday'));
  assert.ok(Number(complete?.seconds) > 0);
  await assertWhole('first');

  const second = await run('get', 'holiday.torrent', '-o', 'first', '-e');
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stdout, /^ {2}holiday {3}complete {3}2\.9 MiB in /);
});

test('get takes a magnet link, an info-hash and a peer', async () => {
  const byMagnet = await run('get', magnet, '-o', 'by-magnet', '-e');
  assert.equal(byMagnet.code, 0, byMagnet.stderr);
  await assertWhole('by-magnet');
  const infoHash = /btih:([0-9a-f]{40})/.exec(magnet)?.[1] ?? '';
  const [, port = ''] = await seeder.stdoutMatches(/"port":(\d+)/);
  const byPeer = await run(
    ...['get', infoHash, '--peer', `localhost:${port}`, '-o', 'by-peer', '-e'],
  );
  assert.equal(byPeer.code, 0, byPeer.stderr);
  await assertWhole('by-peer');
});

test('get takes some of the files', async () => {
  const numbers = await run('get', 'holiday.torrent', '-o', 'some', '--select', '3', '-e');
  assert.equal(numbers.code, 0, numbers.stderr);
  assert.ok(!(await readdir(join(cwd, 'some', 'holiday'))).includes('big.bin'));
  const wrong = await run('get', 'holiday.torrent', '-o', 'some', '--select', '9', '-e');
  assert.equal(wrong.code, 4);
  assert.match(wrong.stderr, /--select 9: the torrent has files 1 to 3/);
  const glob = await run('get', magnet, '-o', 'glob', '--select', '*.iso', '-e');
  assert.equal(glob.code, 4, glob.stderr);
  assert.match(glob.stderr, /--select \*\.iso fits no file of holiday/);
});

test('get takes the files that a magnet link selects', async () => {
  const third = await run('get', `${magnet}&so=2`, '-o', 'linked', '-e');
  assert.equal(third.code, 0, third.stderr);
  const got = await readdir(join(cwd, 'linked', 'holiday'));
  assert.deepEqual(got, await readdir(join(cwd, 'some', 'holiday')));
});

test('an unfinished get says how far it is, and goes on where it was', async () => {
  const slow = start('get', 'holiday.torrent', '-o', 'slow', '--down', '300KiB', '--json');
  await slow.stdoutMatches(/"doneBytes":[1-9]/);
  slow.child.kill('SIGINT');
  const { code, stdout } = await slow.ended;
  assert.equal(code, 130, stdout);
  assert.ok(!stdout.includes('"complete"'));
  const rest = await run('get', 'holiday.torrent', '-o', 'slow', '-e', '--json');
  assert.equal(rest.code, 0, rest.stderr);
  const progress = jsonLines(rest.stdout).find(({ event }) => event === 'progress');
  assert.ok(Number(progress?.doneBytes) > 0 || rest.stdout.includes('"checking"'));
  await assertWhole('slow');
});

test('one folder is for one get of a torrent at a time', async () => {
  const first = start('get', 'holiday.torrent', '-o', 'both', '--json');
  await first.stdoutMatches(/"started"/);
  const second = await run('get', 'holiday.torrent', '-o', 'both', '-e');
  assert.equal(second.code, 1, second.stderr);
  assert.match(second.stderr, new RegExp(`\\b${first.child.pid}\\b`));
  // Complete by now or soon: then Ctrl-C is a clean end.
  await first.stdoutMatches(/"complete"/);
  first.child.kill('SIGINT');
  assert.equal((await first.ended).code, 0);
});

test('a get that nobody can serve gives up when told to, and says why', async () => {
  await writeFile(join(cwd, 'lonely.bin'), randomBytes(40_000));
  assert.equal((await run('create', 'lonely.bin', '-a', announceUrl)).code, 0);
  const args = ['get', 'lonely.bin.torrent', '-o', 'lonely', '--timeout', '1'];
  const { code, stderr } = await run(...args);
  assert.equal(code, 7);
  assert.match(stderr, /shoal: lonely\.bin stands at 0%, without progress for 1 s: /);
  const object = await run(...args, '--json');
  assert.equal(object.code, 7);
  const last = jsonLines(object.stdout).at(-1);
  assert.equal(last?.event, 'error');
  assert.equal((last?.error as { code: string } | undefined)?.code, 'UNFINISHED_TIMEOUT');
});

test('places that cannot be used are named before anything starts', async () => {
  await writeFile(join(cwd, 'in-the-way'), '');
  const folder = await run('get', 'holiday.torrent', '-o', join('in-the-way', 'x'), '-e');
  assert.equal(folder.code, 5, folder.stderr);
  assert.match(folder.stderr, /in-the-way.x: a file is in its place\. Choose another/);
  const state = await run('get', 'holiday.torrent', '-o', 'dl', '--state-dir', 'in-the-way');
  assert.equal(state.code, 5);
  assert.match(state.stderr, /Choose another place with --state-dir/);
  const [, port = ''] = await seeder.stdoutMatches(/"port":(\d+)/);
  const taken = await run('get', 'holiday.torrent', '-o', 'dl', '--port', port);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, new RegExp(`cannot listen on port ${port}: another program uses it`));
});

test('seed shares the data of a .torrent, and refuses data that is not whole', async () => {
  await mkdir(join(cwd, 'copy', 'holiday', 'été'), { recursive: true });
  await writeFile(join(cwd, 'copy', 'holiday', 'big.bin'), big);
  await writeFile(join(cwd, 'copy', 'holiday', 'été', 'small file.bin'), small);
  await writeFile(join(cwd, 'copy', 'holiday', 'empty'), '');
  const sharing = start('seed', 'holiday.torrent', '--dir', 'copy', '--json');
  await sharing.stdoutMatches(/"complete"/);
  sharing.child.kill('SIGTERM');
  assert.equal((await sharing.ended).code, 0);

  await truncate(join(cwd, 'copy', 'holiday', 'big.bin'), 1_000_000);
  const before = await readdir(join(cwd, 'copy', 'holiday'));
  const refused = await run('seed', 'holiday.torrent', '--dir', 'copy');
  assert.equal(refused.code, 6, refused.stdout + refused.stderr);
  assert.match(refused.stderr, /only \d+% of holiday is here and sound/);
  assert.deepEqual(await readdir(join(cwd, 'copy', 'holiday')), before);
  assert.equal((await readFile(join(cwd, 'copy', 'holiday', 'big.bin'))).length, 1_000_000);
});

test('seed keeps a .torrent that is there, and never overwrites another', async () => {
  await mkdir(join(cwd, 'kept'));
  await writeFile(join(cwd, 'kept', 'data'), randomBytes(20_000));
  await writeFile(join(cwd, 'data.torrent'), 'something else');
  const seed = async (): Promise<string> => {
    const process = start('seed', join('kept', 'data'), '-a', announceUrl);
    const [, said = ''] = await process.stdoutMatches(/ {2}torrent {3}(.*)\n {2}link .*\n/);
    process.child.kill('SIGINT');
    const { code } = await process.ended;
    assert.ok(code === 0 || code === 130);
    return said;
  };
  const first = await seed();
  assert.match(first, /^data-[0-9a-f]{8}\.torrent$/);
  assert.equal(await seed(), `${first} (was there already)`);
  assert.equal(await readFile(join(cwd, 'data.torrent'), 'utf8'), 'something else');
  await rm(join(cwd, 'data.torrent'));
  const missing = await run('seed', 'nowhere');
  assert.equal(missing.code, 4);
  assert.match(missing.stderr, /nowhere: there is no such file or folder/);
});

test('a seeding goal ends a seed', async () => {
  const first = start('seed', 'holiday.torrent', '--seed-time', '1');
  const { code, stderr } = await first.ended;
  assert.equal(code, 1, stderr);
  assert.match(stderr, new RegExp(`\\b${seeder.child.pid}\\b`));
  await mkdir(join(cwd, 'goal'));
  await writeFile(join(cwd, 'goal', 'data'), small);
  const ended = await run('seed', join('goal', 'data'), '-a', announceUrl, '--seed-time', '1');
  assert.equal(ended.code, 0, ended.stderr);
});
