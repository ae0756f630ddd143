/** The daemon's API through its own client: two real daemons, a real transfer, everything answered as promised. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DaemonClient, type DaemonEvent } from '../../src/api/client/daemon-client.ts';
import { findDaemon } from '../../src/api/client/find-daemon.ts';
import { type DaemonOptions, openDaemon } from '../../src/daemon/daemon.ts';
import { Stage } from './stage/stage.ts';

async function daemonOn(stage: Stage, name: string, options: DaemonOptions = {}) {
  const dataDir = stage.path(`${name}-data`);
  const daemon = await openDaemon({
    port: 0,
    peerHost: '127.0.0.1',
    dir: stage.path(name),
    dataDir,
    log: () => undefined,
    ...options,
  });
  stage.onEnd(() => daemon.close());
  const { url, token } = await findDaemon({ dataDir });
  assert.equal(url, daemon.url);
  return { daemon, client: new DaemonClient(url, { token }), dataDir, token };
}

async function until<T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    assert.ok(performance.now() < endMs, JSON.stringify(value));
    await new Promise((done) => setTimeout(done, 30));
  }
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a file is sent, shared, fetched, played before it is whole, and watched', () =>
  Stage.set(async (stage) => {
    const content = randomBytes(1.5 * 1024 ** 2);
    const { client: sharer, daemon: seeding } = await daemonOn(stage, 'origin');
    const begun = await sharer.shares.begin({
      name: 'film',
      pieceLength: 65_536,
      trackers: [],
      files: [
        { path: 'film.mp4', lengthBytes: content.length },
        { path: 'notes.html', lengthBytes: 5 },
      ],
    });
    await sharer.shares.upload(begun.id, 0, chunksOf(content));
    await sharer.shares.upload(begun.id, 1, chunksOf(Buffer.from('<b>x'.padEnd(5))));
    const shared = await until(
      () => sharer.shares.get(begun.id),
      ({ state }) => state === 'sharing' || state === 'failed',
    );
    assert.equal(shared.state, 'sharing', shared.problem?.message);
    const hash = shared.hash ?? '';

    const { client: getter } = await daemonOn(stage, 'copy');
    await getter.changeSettings({ downLimit: 500_000 });
    const torrent = await sharer.torrentFile(hash);
    const added = await getter.addFile(torrent, { labels: ['a b'], category: 'films' });
    assert.deepEqual([added.hash, added.labels, added.category], [hash, ['a b'], 'films']);
    const events = listen(getter);
    await getter.addPeers(hash, [`127.0.0.1:${seeding.peerPort}`]);
    const files = await getter.files(hash);
    const film = files.find(({ path }) => path.endsWith('film.mp4'))!;
    const tail = { begin: content.length - 100_000 };
    const played = await bytesOf(getter.readFile(hash, film.index, tail));
    assert.deepEqual(played, content.subarray(tail.begin));
    const early = await getter.detail(hash);
    assert.ok(early.piecesDone < early.pieceCount, 'the end was here before the whole');
    await getter.changeSettings({ downLimit: null });
    await until(
      () => getter.detail(hash),
      ({ state }) => state === 'seeding',
    );
    assert.deepEqual(await bytesOf(getter.readFile(hash, film.index)), content);
    await checkEvents(events, hash);
    await askEverything(getter, hash);
  }));

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

function listen(client: DaemonClient) {
  const stop = new AbortController();
  const heard: DaemonEvent[] = [];
  const over = (async () => {
    for await (const event of client.events({ intervalMs: 250 }, stop.signal)) heard.push(event);
  })();
  return { heard, stop, over };
}

async function checkEvents({ heard, stop, over }: ReturnType<typeof listen>, hash: string) {
  const seen = (holds: (event: DaemonEvent) => boolean) => heard.some(holds);
  await until(
    async () =>
      seen(({ event, data }) => event === 'notice' && data.kind === 'completed') &&
      seen(
        ({ event, data }) =>
          event === 'changes' && data.torrents.some(({ state }) => state === 'seeding'),
      ),
    Boolean,
  );
  const changes = heard.flatMap((one) => (one.event === 'changes' ? [one.data] : []));
  assert.equal(changes[0]?.full, true);
  assert.ok(changes.slice(1).every(({ full }) => !full));
  assert.ok(changes.every(({ torrents }) => torrents.every((torrent) => torrent.hash === hash)));
  const reason = new Error('enough');
  stop.abort(reason);
  await assert.rejects(over, reason);
}

async function askEverything(client: DaemonClient, hash: string): Promise<void> {
  assert.equal((await client.session()).torrents, 1);
  const changed = await client.change(hash, { labels: ['c'], category: null, upLimit: 500_000 });
  assert.deepEqual(
    [changed.labels, changed.category, changed.upLimit],
    [['c'], undefined, 500_000],
  );
  const pieces = await client.pieces(hash);
  assert.deepEqual(
    new Set(Buffer.from(pieces.states, 'base64')),
    new Set([2]),
    'all pieces are here',
  );
  assert.ok(Buffer.from(pieces.availability, 'base64').length === pieces.pieceCount);
  assert.ok((await client.speed({ hash, seconds: 60 })).down.length > 0);
  assert.ok((await client.speed()).up.length > 0);
  assert.ok((await client.peers(hash)).length <= 1);
  const tiers = [['http://127.0.0.1:9/announce'], ['udp://127.0.0.1:9']];
  const trackers = await client.setTrackers(hash, tiers);
  assert.deepEqual(
    trackers.map(({ url, tier }) => [url, tier]),
    [
      ['http://127.0.0.1:9/announce', 0],
      ['udp://127.0.0.1:9', 1],
    ],
  );
  const prioritised = await client.setPriorities(hash, [{ first: 1, last: 1, priority: 'skip' }]);
  assert.equal(prioritised[1]?.priority, 'skip');
  assert.equal((await client.queue(hash, 'top')).queuePosition, 0);
  assert.equal((await client.folders()).freeBytes > 0, true);
  for (const action of ['stop', 'start', 'verify', 'reannounce'] as const) {
    await client.act(action, hash).catch((error: { code: string }) => {
      assert.match(error.code, /^DAEMON_TORRENT_STOPPED$/);
    });
  }
  const done = await client.actions({ action: 'stop', hashes: [hash, '00'.repeat(20)] });
  assert.deepEqual([done.done, done.failed[0]?.error.code], [1, 'NOT_FOUND']);
  await assert.rejects(client.homeTracker.catalog(), { code: 'DAEMON_TRACKER_ABSENT' });
  await assert.rejects(client.detail('00'.repeat(20)), { code: 'DAEMON_NOT_FOUND' });
  await assert.rejects(client.change(hash, { labels: ['x,y'] }), { code: 'DAEMON_BAD_REQUEST' });
  await client.remove(hash, { data: true });
  assert.deepEqual(await client.torrents(), []);
}

test('a fresh daemon is for this machine and its owner alone', () =>
  Stage.set(async (stage) => {
    const { daemon, dataDir, token = '' } = await daemonOn(stage, 'downloads');
    assert.equal(new URL(daemon.url).hostname, '127.0.0.1');
    assert.match(token, /^[0-9a-f]{64}$/);
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    assert.equal(await modeOf(dataDir), 0o700);
    for (const secret of ['token', 'session.sqlite']) {
      assert.equal((await modeOf(join(dataDir, secret))) & 0o077, 0, secret);
    }
    const without = new DaemonClient(daemon.url);
    await assert.rejects(without.session(), { code: 'DAEMON_TOKEN_NEEDED' });
    for (const password of ['', 'admin', 'adminadmin', 'shoal', 'transmission', 'password']) {
      const body = JSON.stringify({ password });
      const headers = { 'content-type': 'application/json' };
      const login = `${daemon.url}/api/v1/login`;
      const { status } = await fetch(login, { method: 'POST', headers, body });
      assert.ok(status === 401 || status === 400 || status === 429, password);
    }
    for (const path of ['/token', '/session.sqlite', '/..%2ftoken', '/address']) {
      assert.equal((await fetch(daemon.url + path)).status, 404, path);
    }
  }));

test('commands find the token of a daemon that keeps it elsewhere', () =>
  Stage.set(async (stage) => {
    const tokenFile = stage.path('my-token');
    await writeFile(tokenFile, 'a token of my own, with dashes'.replaceAll(/[ ,]+/g, '-'));
    const { client, dataDir } = await daemonOn(stage, 'downloads', { tokenFile });
    assert.equal((await client.session()).torrents, 0);
    assert.equal(await readFile(join(dataDir, 'token-path'), 'utf8'), `${tokenFile}\n`);
  }));
