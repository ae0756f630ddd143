/**
 * A tracker with 100,000 peers that is killed: it is back within seconds, with the swarms of its last
 * snapshot, its download counts and its catalog, and whatever came after the snapshot announces again.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type RunningShoal, shoal, startShoal } from './shoal-process.ts';

const swarms = 1000;
const peersEach = 100;
const mark = 'HTTP/1.1 200';

let folder = '';
const running: RunningShoal[] = [];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-kill-'));
  await writeFile(join(folder, 'film.bin'), Buffer.alloc(50_000, 1));
});
after(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true });
});

interface Listening {
  readonly tracker: RunningShoal;
  readonly port: number;
  readonly origin: string;
  readonly startedMs: number;
}

async function start(): Promise<Listening> {
  const startedMs = performance.now();
  const data = join(folder, 'data');
  const args = ['tracker', '--host', '127.0.0.1', '--port', '0', '--data', data, '--json'];
  const tracker = startShoal([...args, '--log-level', 'silent'], { cwd: folder });
  running.push(tracker);
  const [line] = await tracker.stdoutMatches(/^.*\n/);
  const { port } = JSON.parse(line) as { port: number };
  return { tracker, port, origin: `http://127.0.0.1:${port}`, startedMs };
}

function announceLine(swarm: number, peer: number, more = ''): string {
  const hex = swarm.toString(16).padStart(4, '0');
  const infoHash = `%${hex.slice(0, 2)}%${hex.slice(2)}`.repeat(10);
  const target = `/announce?info_hash=${infoHash}&peer_id=-XX1000-abcdefghijkl&port=${peer + 1}`;
  return `GET ${target}&left=${peer % 2}&compact=1&numwant=0${more} HTTP/1.1\r\nHost: a\r\n\r\n`;
}

/** One connection, requests one behind the other as fast as the tracker takes them. */
async function announceAll(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  let answers = 0;
  let tail = '';
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`closed after ${answers} answers`)));
    socket.on('data', (bytes) => {
      const parts = (tail + bytes.toString('latin1')).split(mark);
      answers += parts.length - 1;
      // An answer's beginning may be cut in two.
      tail = parts.at(-1)!.slice(1 - mark.length);
      if (answers >= swarms * peersEach) resolve();
    });
  });
  for (let swarm = 0; swarm < swarms; swarm++) {
    let lines = '';
    for (let peer = 0; peer < peersEach; peer++) lines += announceLine(swarm, peer);
    if (!socket.write(lines)) await once(socket, 'drain');
  }
  await done;
  socket.destroy();
}

async function totals(origin: string): Promise<{ torrents: number; peers: number }> {
  const { torrents, peers } = (await (await fetch(`${origin}/stats.json`)).json()) as {
    torrents: number;
    peers: number;
  };
  return { torrents, peers };
}

async function announceOnce(port: number, line: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(line.replace('\r\nHost', '\r\nConnection: close\r\nHost'));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

test('killed with 100,000 peers, it is back with them', async () => {
  const first = await start();
  await announceAll(first.port);
  const full = { torrents: swarms, peers: swarms * peersEach };
  assert.deepEqual(await totals(first.origin), full);
  await announceOnce(first.port, announceLine(7, 1, '&event=completed'));
  // A stop writes a snapshot, as every minute does.
  first.tracker.child.kill('SIGTERM');
  assert.equal((await first.tracker.ended).code, 0);

  const second = await start();
  assert.deepEqual(await totals(second.origin), full);
  const announceUrl = `${second.origin}/announce`;
  const made = await shoal(['create', 'film.bin', '-a', announceUrl], { cwd: folder });
  assert.equal(made.code, 0, made.stderr);
  const published = await shoal(['publish', 'film.bin.torrent', '-a', announceUrl], {
    cwd: folder,
  });
  assert.equal(published.code, 0, published.stderr);
  await announceOnce(second.port, announceLine(60_000, 1));
  second.tracker.child.kill('SIGKILL');
  await second.tracker.ended;

  const third = await start();
  assert.deepEqual(await totals(third.origin), full);
  const seconds = (performance.now() - third.startedMs) / 1000;
  assert.ok(seconds < 5, `${seconds} s until all were back`);
  const entry = await fetch(`${third.origin}/api/v1/catalog/film.bin`);
  assert.equal(entry.status, 200);
  const scraped = await fetch(`${third.origin}/scrape?info_hash=${'%00%07'.repeat(10)}`);
  assert.match(await scraped.text(), /10:downloadedi1e/);
  const late = await announceOnce(third.port, announceLine(60_000, 1));
  assert.match(late, /d8:completei0e.*10:incompletei1e/s, 'what came after the snapshot refills');
});
