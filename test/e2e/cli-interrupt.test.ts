/** Leaving early: Ctrl-C once, Ctrl-C twice, and a reader of our output that goes away. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { open, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type RunningShoal, shoal, startShoal, temporaryFolder } from './shoal-process.ts';

/** Keeps count of the events announced; `mute` never answers. */
interface WatchedTracker {
  readonly server: Server;
  readonly url: string;
  readonly events: string[];
}

const running: RunningShoal[] = [];
const trackers: WatchedTracker[] = [];
let cwd = '';
let removeFolder = async (): Promise<void> => {};

before(async () => {
  const folder = await temporaryFolder();
  cwd = folder.path;
  removeFolder = folder.remove;
  await writeFile(join(cwd, 'data'), randomBytes(50_000));
});

after(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  for (const { server } of trackers) {
    server.closeAllConnections();
    server.close();
  }
  await removeFolder();
});

function start(...args: string[]): RunningShoal {
  const process = startShoal(args, { cwd, env: { SHOAL_STATE_DIR: join(cwd, 'state') } });
  running.push(process);
  return process;
}

async function watchedTracker(answers: 'always' | 'never'): Promise<WatchedTracker> {
  const events: string[] = [];
  const server = createServer((request, response) => {
    events.push(new URL(request.url ?? '', 'http://x').searchParams.get('event') ?? '');
    if (answers === 'always') response.end('d8:intervali1800e5:peers0:e');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const tracker = { server, events, url: `http://127.0.0.1:${port}/announce` };
  trackers.push(tracker);
  return tracker;
}

async function torrentAt(url: string, name: string): Promise<string> {
  const made = await shoal(['create', 'data', '-a', url, '-s', name, '-o', name], { cwd });
  assert.equal(made.code, 0, made.stderr);
  return name;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('Ctrl-C takes an unfinished get out of its swarm', async () => {
  const tracker = await watchedTracker('always');
  const get = start('get', await torrentAt(tracker.url, 'a.torrent'), '-o', 'a');
  await until(() => tracker.events.includes('started'));
  get.child.kill('SIGINT');
  const { code, stderr } = await get.ended;
  assert.equal(code, 130);
  assert.match(stderr, /leaving the swarm/);
  assert.match(stderr, /data stands at 0%; the same command goes on from there\n$/);
  assert.equal(tracker.events.at(-1), 'stopped');
});

test('a second Ctrl-C does not wait for a tracker that is mute', async () => {
  const tracker = await watchedTracker('never');
  const seed = start('seed', 'data', '-a', tracker.url, '--json');
  await seed.stdoutMatches(/"complete"/);
  await until(() => tracker.events.length > 0);
  seed.child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const sentAtMs = performance.now();
  seed.child.kill('SIGINT');
  const { code } = await seed.ended;
  assert.equal(code, 130);
  assert.ok(performance.now() - sentAtMs < 2000);
});

test('a reader that closes our output takes a transfer out of its swarm', async () => {
  const tracker = await watchedTracker('always');
  const get = start('get', await torrentAt(tracker.url, 'b.torrent'), '-o', 'b', '--json');
  await get.stdoutMatches(/"started"/);
  await until(() => tracker.events.includes('started'));
  get.child.stdout?.destroy();
  const { code, stderr } = await get.ended;
  assert.equal(code, 130);
  assert.equal(stderr, '');
  assert.equal(tracker.events.at(-1), 'stopped');
});

test('Ctrl-C while hashing leaves nothing behind', async () => {
  const file = await open(join(cwd, 'huge'), 'w');
  await file.truncate(20 * 2 ** 30);
  await file.close();
  const before = await readdir(cwd);
  const create = start('create', 'huge', '-l', '16MiB');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  create.child.kill('SIGINT');
  const { code, stdout, stderr } = await create.ended;
  assert.equal(code, 130, stdout + stderr);
  assert.equal(stdout, '');
  assert.deepEqual(await readdir(cwd), before);
});
