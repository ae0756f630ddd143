/** What happens when Redis dies, hangs, forgets or refuses: nobody waits, and nothing is lost. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { SeededRandom } from '../../base/random.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import { MemorySwarmStore } from '../../tracker/memory-swarm-store.ts';
import { isStoreFailure, type StoreHealth, type StoreReply } from '../../tracker/swarm-store.ts';
import { storeAnnounce } from '../../tracker/swarm-store-conformance.test.ts';
import { parseRedisUrl, RedisSettingsError } from './redis-address.ts';
import { RedisLink, type RedisLinkOptions } from './redis-link.ts';
import { missingRedisServer, RedisServer } from './redis-server-fixture.test.ts';
import { RedisSwarmStore } from './redis-swarm-store.ts';

const peerTimeoutMs = 1_800_000;
const retryMs = 60_000;
const timeoutMs = 100;

interface Node {
  readonly store: RedisSwarmStore;
  readonly notices: StoreHealth[];
}

/** Closed last to first when the test has ended, however it ended. */
const open: { close(): Promise<void> }[] = [];

async function closeAll(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one.close();
}

async function startServer(...settings: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...settings);
  open.push(server);
  return server;
}

async function openNode(server: { url: string }, limits: RedisLinkOptions = {}): Promise<Node> {
  const random = new SeededRandom(1);
  const notices: StoreHealth[] = [];
  const store = await RedisSwarmStore.open(
    server.url,
    {
      local: new MemorySwarmStore({ random, peerTimeoutMs }),
      peerTimeoutMs,
      retryMs,
      refreshMs: 50,
      onHealth: (health) => notices.push(health),
    },
    { timeoutMs, connectTimeoutMs: 300, maxRetryMs: 100, ...limits },
  );
  open.push(store);
  return { store, notices };
}

type Asked = Parameters<typeof storeAnnounce>[0];

function ask(store: RedisSwarmStore, asked: Asked): Promise<StoreReply & { peers: number }> {
  return new Promise((resolve, reject) => {
    store.announce(storeAnnounce(asked), performance.now(), (reply) => {
      if (isStoreFailure(reply)) {
        reject(new Error(reply.reason));
        return;
      }
      const { ipv4, ipv6 } = reply;
      resolve({ ...reply, peers: ipv4.addresses.length / 6 + ipv6.addresses.length / 18 });
    });
  });
}

function scrape(store: RedisSwarmStore, infoHash: number): Promise<SwarmCounts> {
  const asked = storeAnnounce({ at: '8.8.8.8:1', infoHash }).infoHash;
  return new Promise((resolve, reject) => {
    store.scrape([asked], (counts) => {
      if (isStoreFailure(counts)) reject(new Error(counts.reason));
      else resolve(counts[0]!);
    });
  });
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const startMs = performance.now();
  while (!condition()) {
    if (performance.now() - startMs > 5000) assert.fail(`waited too long for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function isOk({ store }: Node): boolean {
  return store.health().status === 'ok';
}

describe('Redis away', { skip: missingRedisServer() }, () => {
  let server: RedisServer;
  let a: Node;
  let b: Node;
  before(async () => {
    server = await startServer();
    a = await openNode(server);
    b = await openNode(server);
  });
  after(closeAll);

  test('what announces to one node is seen by the other', async () => {
    await ask(a.store, { infoHash: 1, at: '8.8.8.1:1', left: 0, event: 'completed' });
    const reply = await ask(b.store, { infoHash: 1, at: '8.8.8.2:1', left: 1 });
    assert.deepEqual([reply.seeders, reply.leechers, reply.downloads, reply.peers], [1, 1, 1, 1]);
    assert.equal(reply.retryMs, undefined);
  });

  test('killed: answered at once, also with peers of the other node; back empty: all is there', async () => {
    await ask(a.store, { infoHash: 2, at: '8.8.8.1:1', left: 0 });
    await ask(a.store, { infoHash: 2, at: '8.8.8.2:1', left: 0 });
    await ask(b.store, { infoHash: 2, at: '8.8.8.3:1', left: 1 });
    await server.kill();
    await until(() => !isOk(a) && !isOk(b), 'both nodes to notice');
    const startMs = performance.now();
    const alone = await ask(b.store, { infoHash: 2, at: '8.8.8.4:1', left: 1 });
    assert.ok(performance.now() - startMs < 50);
    assert.deepEqual([alone.retryMs, alone.peers], [retryMs, 3]);
    await ask(b.store, { infoHash: 2, at: '8.8.8.3:1', left: 0, event: 'completed' });
    await ask(a.store, { infoHash: 2, at: '8.8.8.2:1', event: 'stopped' });
    const health = a.store.health();
    assert.ok(health.status === 'degraded');
    assert.match(
      health.problem,
      /^Redis at 127\.0\.0\.1:\d+ cannot be used since \d\d:\d\d:\d\d UTC: /,
    );

    await server.startAgain();
    await until(() => isOk(a) && isOk(b), 'both nodes to recover');
    for (const { store } of [a, b]) {
      assert.deepEqual(await scrape(store, 2), { seeders: 2, leechers: 1, downloads: 1 });
      assert.deepEqual(await scrape(store, 1), { seeders: 1, leechers: 1, downloads: 1 });
    }
    await a.store.refreshTotals();
    assert.deepEqual(a.store.totals(), { swarms: 2, seeders: 3, leechers: 2 });
    assert.ok(a.notices.length <= 2, `${a.notices.length} notices`);
  });

  test('hanging: answered within the time-out, and what happened meanwhile is not lost', async () => {
    await ask(a.store, { infoHash: 3, at: '8.8.8.1:1', left: 1 });
    await ask(a.store, { infoHash: 3, at: '8.8.8.2:1', left: 1 });
    server.freeze();
    const startMs = performance.now();
    const replies = await Promise.all([
      ask(a.store, { infoHash: 3, at: '8.8.8.3:1', left: 0, event: 'completed' }),
      ask(a.store, { infoHash: 3, at: '8.8.8.2:1', event: 'stopped' }),
    ]);
    assert.ok(performance.now() - startMs < 1000);
    assert.deepEqual(
      replies.map((reply) => reply.retryMs),
      [retryMs, retryMs],
    );
    assert.equal((await ask(a.store, { infoHash: 3, at: '8.8.8.4:1', left: 1 })).retryMs, retryMs);
    server.thaw();
    await until(() => isOk(a) && isOk(b), 'both nodes to recover');
    const counts = await scrape(b.store, 3);
    assert.deepEqual(counts, { seeders: 1, leechers: 2, downloads: 1 });
  });

  test('its scripts flushed: loaded again; its data flushed: written again', async () => {
    await ask(a.store, { infoHash: 4, at: '8.8.8.1:1', left: 1 });
    const admin = await RedisLink.open(parseRedisUrl(server.url), { keyPrefix: 'admin:' });
    open.push(admin);
    await admin.ask('SCRIPT', 'FLUSH');
    const reply = await ask(a.store, { infoHash: 4, at: '8.8.8.2:1', left: 1 });
    assert.deepEqual([reply.retryMs, reply.leechers], [undefined, 2]);
    await admin.ask('FLUSHALL');
    await until(() => !isOk(a), 'the loss to be noticed');
    await until(() => isOk(a) && isOk(b), 'both nodes to recover');
    assert.deepEqual(await scrape(b.store, 4), { seeders: 0, leechers: 2, downloads: 0 });
  });
});

describe('Redis at the start', { skip: missingRedisServer() }, () => {
  afterEach(closeAll);

  test('a wrong password is refused in words that do not repeat it', async () => {
    const server = await startServer('--requirepass', 'correct-horse');
    const url = server.url.replace('//', '//:wrong-secret@');
    await assert.rejects(openNode({ url }), (error) => {
      assert.ok(error instanceof RedisSettingsError);
      assert.match(error.message, /^Redis at 127\.0\.0\.1:\d+ cannot be used: WRONGPASS/);
      assert.ok(!error.message.includes('wrong-secret'));
      return true;
    });
  });

  test('without Redis a node starts, works, and joins the others when Redis is there', async () => {
    const server = await startServer();
    const early = await openNode(server);
    const secrets = new Map<Node, Uint8Array>();
    const hold = async (node: Node): Promise<void> => {
      const first = await node.store.sharedSecret('ids', (value) => secrets.set(node, value));
      secrets.set(node, first);
    };
    await hold(early);
    await server.kill();
    const late = await openNode(server);
    await hold(late);
    assert.notDeepEqual(secrets.get(late), secrets.get(early));
    assert.equal(late.store.health().status, 'degraded');
    const reply = await ask(late.store, { infoHash: 9, at: '8.8.8.1:1', left: 1 });
    assert.deepEqual([reply.leechers, reply.retryMs], [1, retryMs]);
    await server.startAgain();
    await until(() => isOk(early) && isOk(late), 'both nodes to recover');
    assert.deepEqual(await scrape(early.store, 9), { seeders: 0, leechers: 1, downloads: 0 });
    const third = await openNode(server);
    await hold(third);
    // Whichever of the two came back first.
    assert.deepEqual(secrets.get(early), secrets.get(third));
    assert.deepEqual(secrets.get(late), secrets.get(third));
  });

  test('a Redis that is full is as good as down, and says so', async () => {
    const server = await startServer('--maxmemory', '1', '--maxmemory-policy', 'noeviction');
    const node = await openNode(server);
    const reply = await ask(node.store, { at: '8.8.8.1:1', left: 1 });
    assert.deepEqual([reply.leechers, reply.retryMs], [1, retryMs]);
    const health = node.store.health();
    assert.match(health.status === 'degraded' ? health.problem : '', /: OOM /);
  });

  test('what waits for Redis is bounded: the rest is answered at once and written later', async () => {
    const server = await startServer();
    const node = await openNode(server, { maxWaiting: 100 });
    const replies = await Promise.all(
      Array.from({ length: 250 }, (_, i) => ask(node.store, { infoHash: 7, at: `8.8.8.${i}:1` })),
    );
    assert.equal(replies.filter((reply) => reply.retryMs === undefined).length, 100);
    const health = node.store.health();
    assert.match(health.status === 'degraded' ? health.problem : '', /too many calls wait for it/);
    let leechers = 0;
    for (let tries = 0; leechers < 250 && tries < 500; tries++) {
      ({ leechers } = await scrape(node.store, 7));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(leechers, 250);
  });

  test('a user with the rights that docs/operations.md names is enough; with fewer, it is said', async () => {
    const server = await startServer();
    const admin = await RedisLink.open(parseRedisUrl(server.url), { keyPrefix: 'admin:' });
    open.push(admin);
    const rights = '~shoal:* +@read +@write -@dangerous +eval +evalsha +script|load +time +select';
    await admin.ask('ACL', 'SETUSER', 'shoal', 'on', '>a-secret', ...rights.split(' '));
    await admin.ask('ACL', 'SETUSER', 'reader', 'on', '>a-secret', '~shoal:*', '+@read');
    const node = await openNode({ url: server.url.replace('//', '//shoal:a-secret@') });
    await ask(node.store, { infoHash: 8, at: '8.8.8.1:1', left: 0, event: 'completed' });
    await node.store.refreshTotals();
    assert.deepEqual(node.store.totals(), { swarms: 1, seeders: 1, leechers: 0 });
    assert.deepEqual(node.store.health(), { status: 'ok' });
    await assert.rejects(
      openNode({ url: server.url.replace('//', '//reader:a-secret@') }),
      (error) => error instanceof RedisSettingsError && /NOPERM/.test(error.message),
    );
  });
});
