/** A tracker that stops and starts again: its swarms, its catalog, and files that are not as they should be. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DataFolderInUseError } from './data-folder.ts';
import { Tracker } from './tracker.ts';

let root = '';
const open: Tracker[] = [];
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'shoal-kept-'));
});
after(async () => {
  await Promise.all(open.map((tracker) => tracker.close()));
  await rm(root, { recursive: true });
});

interface Started {
  readonly tracker: Tracker;
  readonly said: string[];
}

async function start(dataDir: string, peerTimeoutMs = 3_600_000): Promise<Started> {
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const tracker = await Tracker.listen({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    peerTimeoutMs,
    intervalMs: Math.min(peerTimeoutMs, 1_800_000),
    log: { info: say, warn: say, error: say },
  });
  open.push(tracker);
  return { tracker, said };
}

async function announce(tracker: Tracker, swarm: number, port: number, left = 0): Promise<string> {
  const infoHash = `%${(swarm + 16).toString(16)}`.repeat(20);
  const url = `http://127.0.0.1:${tracker.httpPort}/announce?info_hash=${infoHash}`;
  const reply = await fetch(`${url}&peer_id=${'p'.repeat(20)}&port=${port}&left=${left}&compact=1`);
  return reply.text();
}

test('swarms, their roles and the catalog are there after a restart', async () => {
  const dataDir = join(root, 'first');
  const { tracker } = await start(dataDir);
  for (let swarm = 0; swarm < 20; swarm++) {
    await announce(tracker, swarm, 1000);
    await announce(tracker, swarm, 2000, 5);
  }
  const info = `d6:lengthi5e4:name4:film12:piece lengthi16384e6:pieces20:${'x'.repeat(20)}e`;
  const published = await fetch(`http://127.0.0.1:${tracker.httpPort}/api/v1/catalog`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-bittorrent' },
    body: `d4:info${info}e`,
  });
  assert.equal(published.status, 201);
  await assert.rejects(start(dataDir), (error) => {
    assert.ok(error instanceof DataFolderInUseError);
    assert.match(error.message, new RegExp(`pid ${process.pid}`));
    return true;
  });
  await tracker.close();
  if (process.platform !== 'win32') {
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
    assert.equal((await stat(join(dataDir, 'swarms'))).mode & 0o777, 0o600);
  }

  const { tracker: again, said } = await start(dataDir);
  const { torrents, seeders, leechers } = again.stats();
  assert.deepEqual({ torrents, seeders, leechers }, { torrents: 20, seeders: 20, leechers: 20 });
  assert.match(said[0]!, /^40 peers are back after/);
  const page = await fetch(`http://127.0.0.1:${again.httpPort}/api/v1/catalog/film`);
  assert.equal(page.status, 200);
  assert.match(await announce(again, 3, 3000, 1), /8:completei1e.*10:incompletei2e/s);
  await again.close();
});

test('a file that is cut, foreign or unreadable costs its peers and nothing else', async () => {
  const dataDir = join(root, 'second');
  const { tracker } = await start(dataDir);
  for (let port = 1; port <= 50; port++) await announce(tracker, 1, port);
  await tracker.close();
  const path = join(dataDir, 'swarms');
  const whole = await readFile(path);
  const bad: readonly (readonly [Uint8Array, RegExp])[] = [
    [whole.subarray(0, whole.length - 5), /not taken as a whole/],
    [whole.subarray(0, 3), /not taken as a whole/],
    [Buffer.alloc(0), /not taken as a whole/],
    [Buffer.from('<html>'.repeat(1000)), /not taken as a whole/],
    [Buffer.alloc(100_000), /not taken as a whole/],
  ];
  for (const [bytes, problem] of bad) {
    await writeFile(path, bytes);
    const { tracker: next, said } = await start(dataDir);
    assert.match(said.join('\n'), problem);
    assert.ok(next.stats().peers <= 50);
    await announce(next, 2, 1);
    await next.close();
  }
});
