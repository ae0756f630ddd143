/** Two nodes on one Redis against a simple model: counts, totals and peers stay the truth. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { formatIp } from '../../base/ip-address.ts';
import { SeededRandom, shuffle } from '../../base/random.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import type { TrackerEvent } from '../../protocol/tracker-event.ts';
import { MemorySwarmStore } from '../../tracker/memory-swarm-store.ts';
import { isStoreFailure, type PeerSnapshot, type StoreReply } from '../../tracker/swarm-store.ts';
import {
  hashOf,
  peerTimeoutMs,
  storeAnnounce,
} from '../../tracker/swarm-store-conformance.test.ts';
import { parseRedisUrl } from './redis-address.ts';
import { RedisLink } from './redis-link.ts';
import { missingRedisServer, RedisServer } from './redis-server-fixture.test.ts';
import { RedisSwarmStore } from './redis-swarm-store.ts';

const steps = 5000;
const stepsAtOnce = 50;
const swarms = 12;
const peersOfSwarm = 300;
const events: readonly TrackerEvent[] = ['none', 'none', 'none', 'started', 'completed', 'stopped'];

interface ModelPeer {
  readonly isSeeder: boolean;
  readonly seenSeconds: number;
  readonly isCounted: boolean;
}

/** What a tracker with one map a swarm would know. */
class Model {
  readonly peers: Map<string, ModelPeer>[] = Array.from({ length: swarms }, () => new Map());
  readonly downloads: number[] = Array.from({ length: swarms }, () => 0);

  announce(infoHash: number, at: string, left: number, event: TrackerEvent, now: number): void {
    const swarm = this.peers[infoHash]!;
    this.forget(now);
    if (event === 'stopped') {
      swarm.delete(at);
      return;
    }
    const wasCounted = swarm.get(at)?.isCounted ?? false;
    if (event === 'completed' && !wasCounted) this.downloads[infoHash]!++;
    const isCounted = wasCounted || event === 'completed';
    swarm.set(at, { isSeeder: left === 0, seenSeconds: now, isCounted });
  }

  forget(now: number): void {
    for (const swarm of this.peers) {
      for (const [at, { seenSeconds }] of swarm) {
        if (seenSeconds + peerTimeoutMs / 1000 < now) swarm.delete(at);
      }
    }
  }

  counts(infoHash: number): SwarmCounts {
    const all = [...this.peers[infoHash]!.values()];
    const seeders = all.filter(({ isSeeder }) => isSeeder).length;
    return { seeders, leechers: all.length - seeders, downloads: this.downloads[infoHash]! };
  }
}

function addressOf(peer: number): string {
  if (peer % 3 === 0) return `[2a00::${(peer + 1).toString(16)}]:7`;
  return `${peer % 3 === 1 ? '8.8' : '192.168'}.${peer >> 8}.${peer & 255}:7`;
}

function nameOf({ address, port }: PeerSnapshot): string {
  const host = formatIp(address);
  return `${address.length === 16 ? `[${host}]` : host}:${port}`;
}

describe('two nodes on one Redis', { skip: missingRedisServer() }, () => {
  let server: RedisServer;
  const stores: RedisSwarmStore[] = [];

  before(async () => {
    server = await RedisServer.start();
    for (let node = 0; node < 2; node++) {
      const random = new SeededRandom(node);
      const link = await RedisLink.open(parseRedisUrl(server.url), { timeoutMs: 10_000 });
      const local = new MemorySwarmStore({ random, peerTimeoutMs });
      const options = {
        link,
        local,
        peerTimeoutMs,
        clock: 'caller',
        refreshMs: 0,
        random,
      } as const;
      stores.push(new RedisSwarmStore(options, () => link.close()));
    }
  });
  after(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await server.close();
  });

  const announce = (node: number, request: Parameters<typeof storeAnnounce>[0], nowMs: number) =>
    new Promise<StoreReply>((resolve, reject) => {
      stores[node]!.announce(storeAnnounce(request), nowMs, (reply) => {
        if (isStoreFailure(reply) || reply.retryMs !== undefined) reject(new Error('degraded'));
        else resolve(reply);
      });
    });
  const scrapeAll = (node: number) =>
    new Promise<readonly SwarmCounts[]>((resolve, reject) => {
      const all = Array.from({ length: swarms }, (_, infoHash) => hashOf(infoHash));
      stores[node]!.scrape(all, (counts) => {
        if (isStoreFailure(counts)) reject(new Error(counts.reason));
        else resolve(counts);
      });
    });
  const peersOf = (node: number, infoHash: number, nowMs: number) =>
    new Promise<readonly PeerSnapshot[]>((resolve, reject) => {
      stores[node]!.peers(hashOf(infoHash), 1000, nowMs, (peers) => {
        if (isStoreFailure(peers)) reject(new Error(peers.reason));
        else resolve(peers);
      });
    });

  test(`after ${steps} random announces, with peers that fall silent, both tell the truth`, async () => {
    const random = new SeededRandom(20_260_801);
    const model = new Model();
    const slots = Array.from({ length: swarms * peersOfSwarm }, (_, slot) => slot);
    let nowMs = 0;
    for (let step = 0; step < steps; step += stepsAtOnce) {
      nowMs += random.below(4000);
      shuffle(slots, random);
      // Different peers each time, so the order in which two nodes reach Redis does not matter.
      await Promise.all(
        slots.slice(0, stepsAtOnce).map((slot) => {
          const infoHash = slot % swarms;
          const at = addressOf(Math.floor(slot / swarms));
          const event = events[random.below(events.length)]!;
          const left = random.below(2);
          model.announce(infoHash, at, left, event, Math.floor(nowMs / 1000));
          return announce(random.below(2), { infoHash, at, left, event, numWant: 30 }, nowMs);
        }),
      );
      if (step % 500 !== 0) continue;
      for (const store of stores) store.tick(nowMs);
      model.forget(Math.floor(nowMs / 1000));
      const truth = Array.from({ length: swarms }, (_, infoHash) => model.counts(infoHash));
      for (const node of [0, 1]) assert.deepEqual(await scrapeAll(node), truth);
    }

    await stores[1]!.refreshTotals();
    await stores[0]!.refreshTotals();
    const alive = model.peers.filter(({ size }) => size > 0);
    const all = alive.flatMap((swarm) => [...swarm.values()]);
    const seeders = all.filter(({ isSeeder }) => isSeeder).length;
    const totals = { swarms: alive.length, seeders, leechers: all.length - seeders };
    for (const store of stores) assert.deepEqual(store.totals(), totals);
    for (let infoHash = 0; infoHash < swarms; infoHash++) {
      const peers = await peersOf(infoHash & 1, infoHash, nowMs);
      assert.deepEqual(peers.map(nameOf).sort(), [...model.peers[infoHash]!.keys()].sort());
      for (const peer of peers) {
        const known = model.peers[infoHash]!.get(nameOf(peer))!;
        assert.equal(peer.isSeeder, known.isSeeder);
        assert.equal(peer.ageMs, (Math.floor(nowMs / 1000) - known.seenSeconds) * 1000);
        assert.deepEqual(peer.client, new Uint8Array(8).fill(9));
      }
    }
  });

  test("a client that changes its peer id stays one peer, told by its newest client's name", async () => {
    const at = '8.8.9.9:1';
    for (const peerId of [1, 2, 3]) await announce(peerId & 1, { infoHash: 99, at, peerId }, 1e9);
    const peers = await peersOf(0, 99, 1e9);
    assert.deepEqual(
      peers.map(({ client }) => client[0]),
      [3],
    );
  });

  test('a great swarm that falls silent is counted right at once and forgotten over some calls', async () => {
    const later = 1e9 + peerTimeoutMs + 2000;
    const ground = { infoHash: 98, numWant: 0 };
    await Promise.all(
      Array.from({ length: 700 }, (_, i) =>
        announce(i & 1, { ...ground, at: `8.9.${i >> 8}.${i & 255}:1`, left: i & 1 }, 1e9),
      ),
    );
    const first = await announce(0, { ...ground, at: '8.8.8.1:1', left: 0, numWant: 5 }, later);
    assert.deepEqual([first.seeders, first.leechers, first.ipv4.addresses.length], [1, 0, 0]);
    await announce(0, { ...ground, at: '8.8.8.2:1', left: 0 }, later);
    const reply = await announce(1, { ...ground, at: '8.8.8.3:1', left: 1, numWant: 5 }, later);
    assert.deepEqual([reply.seeders, reply.leechers], [2, 1]);
    assert.equal(reply.ipv4.addresses.length, 12);
  });

  test('nothing stays for ever: every key of a swarm has a time to live', async () => {
    const link = await RedisLink.open(parseRedisUrl(server.url), { keyPrefix: 'admin:' });
    const keys = await link.ask('KEYS', 'shoal:{*');
    assert.ok(Array.isArray(keys) && keys.length > 20);
    for (const key of keys as Buffer[]) {
      const life = await link.ask('TTL', key);
      assert.ok(typeof life === 'number' && life > peerTimeoutMs / 1000, `${key}: ${life}`);
    }
    await link.close();
  });
});

test('Redis forgets by its own clock', { skip: missingRedisServer() }, async (t) => {
  const server = await RedisServer.start();
  t.after(() => server.close());
  const local = new MemorySwarmStore({ random: new SeededRandom(1), peerTimeoutMs });
  const options = { local, peerTimeoutMs: 1000, refreshMs: 0 };
  const store = await RedisSwarmStore.open(server.url, options, { timeoutMs: 5000 });
  t.after(() => store.close());
  const leechers = (at: string): Promise<number> =>
    new Promise((resolve) => {
      store.announce(storeAnnounce({ at }), 0, (reply) => {
        resolve(isStoreFailure(reply) ? -1 : reply.leechers);
      });
    });
  await leechers('8.8.8.1:1');
  assert.equal(await leechers('8.8.8.2:1'), 2);
  const startMs = performance.now();
  while ((await leechers('8.8.8.2:1')) === 2 && performance.now() - startMs < 4000) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(await leechers('8.8.8.2:1'), 1);
});
