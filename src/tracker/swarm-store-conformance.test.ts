/**
 * What every SwarmStore must do, as one suite: a store's own test file calls `testSwarmStore` with a
 * way to make an empty store. Replies are copied inside the callback, so a store may reuse its buffers.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readUint16 } from '../base/bytes.ts';
import { formatIp, parseIp } from '../base/ip-address.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import type { TrackerEvent } from '../protocol/tracker-event.ts';
import { scanAll, scrapeCounts } from './store-answers-fixture.test.ts';
import {
  isStoreFailure,
  type PackedPeers,
  type StoreAnnounce,
  type SwarmStore,
  type SwarmTotals,
} from './swarm-store.ts';

export const peerTimeoutMs = 60_000;

/** An empty store that forgets peers after `peerTimeoutMs`; released when `done` is called. */
export type MakeStore = () => SwarmStore;

/** In what a store may differ. */
export interface StoreTraits {
  /** Its replies name peer ids when asked to; false unless told. */
  readonly keepsPeerIds?: boolean;
  /** Brings `totals()` up to date, where the caller would not wait for them otherwise. */
  settle?(store: SwarmStore): Promise<void>;
}

interface Asked {
  readonly infoHash?: number;
  /** `1.2.3.4:5` or `[::1]:5`. */
  readonly at: string;
  readonly left?: number;
  readonly event?: TrackerEvent;
  readonly numWant?: number;
  readonly peerId?: number;
  readonly both?: boolean;
  readonly ids?: boolean;
}

interface Answer extends SwarmCounts {
  readonly peers: readonly string[];
  readonly peerIds: readonly number[];
}

export function hashOf(number: number): Uint8Array {
  const hash = new Uint8Array(20).fill(number & 255);
  hash[0] = number >>> 8;
  return hash;
}

export function storeAnnounce(asked: Asked): StoreAnnounce {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(asked.at)!;
  return {
    infoHash: hashOf(asked.infoHash ?? 1),
    address: parseIp(host!)!,
    port: Number(port),
    peerId: new Uint8Array(20).fill(asked.peerId ?? 9),
    event: asked.event ?? 'none',
    isSeeder: asked.left === 0,
    numWant: asked.numWant ?? 50,
    wantsBothFamilies: asked.both ?? false,
    wantsPeerIds: asked.ids ?? false,
  };
}

/** Rejects when the store refuses. */
export function ask(store: SwarmStore, asked: Asked, nowMs = 0): Promise<Answer> {
  return new Promise((resolve, reject) => {
    store.announce(storeAnnounce(asked), nowMs, (reply) => {
      if (isStoreFailure(reply)) {
        reject(new Error(reply.code));
        return;
      }
      const { seeders, leechers, downloads, ipv4, ipv6 } = reply;
      const peers = [...unpack(ipv4, 6), ...unpack(ipv6, 18)];
      const ids = [...ipv4.peerIds, ...ipv6.peerIds];
      const peerIds = ids.filter((_, index) => index % 20 === 0);
      resolve({ seeders, leechers, downloads, peers, peerIds });
    });
  });
}

function unpack({ addresses }: PackedPeers, length: number): string[] {
  assert.equal(addresses.length % length, 0);
  const peers: string[] = [];
  for (let at = 0; at < addresses.length; at += length) {
    const record = addresses.subarray(at, at + length);
    const host = formatIp(record.subarray(0, length - 2));
    peers.push(`${length === 18 ? `[${host}]` : host}:${readUint16(record, length - 2)}`);
  }
  return peers;
}

function counts(store: SwarmStore, ...infoHashes: number[]): Promise<readonly SwarmCounts[]> {
  return scrapeCounts(store, infoHashes.map(hashOf));
}

/** Addresses on the internet, so that no peer is preferred. */
function publicPeer(index: number): string {
  return `8.8.${index >> 8}.${index & 255}:6881`;
}

export function testSwarmStore(name: string, makeStore: MakeStore, traits: StoreTraits): void {
  describe(`${name}: counting`, () => testCounting(makeStore, traits));
  describe(`${name}: choosing peers`, () => testChoosing(makeStore));
  describe(`${name}: forgetting`, () => testForgetting(makeStore, traits));
  describe(`${name}: peer ids`, () => testPeerIds(makeStore, traits));
}

async function totalsOf(store: SwarmStore, traits: StoreTraits): Promise<SwarmTotals> {
  await traits.settle?.(store);
  return store.totals();
}

function testCounting(makeStore: MakeStore, traits: StoreTraits): void {
  test('counts include the asker and follow it from leecher to seeder', async () => {
    const store = makeStore();
    const alone = await ask(store, { at: '8.8.8.8:1', left: 5, event: 'started' });
    assert.deepEqual(alone, { seeders: 0, leechers: 1, downloads: 0, peers: [], peerIds: [] });
    const done = await ask(store, { at: '8.8.8.8:1', left: 0, event: 'completed' });
    assert.deepEqual([done.seeders, done.leechers, done.downloads], [1, 0, 1]);
    const again = await ask(store, { at: '8.8.8.8:1', left: 7 });
    assert.deepEqual([again.seeders, again.leechers, again.downloads], [0, 1, 1]);
  });

  test('a download counts once for a peer, however often it says so', async () => {
    const store = makeStore();
    for (let i = 0; i < 3; i++) await ask(store, { at: '8.8.8.8:1', left: 0, event: 'completed' });
    const other = await ask(store, { at: '8.8.8.8:2', left: 0, event: 'completed' });
    assert.equal(other.downloads, 2);
    await ask(store, { at: '8.8.8.8:2', left: 0, event: 'stopped' });
    const third = await ask(store, { at: '8.8.8.8:3', left: 0, event: 'completed' });
    assert.equal(third.downloads, 3);
  });

  test('a peer that stops is gone at once and gets no peers', async () => {
    const store = makeStore();
    await ask(store, { at: '8.8.8.8:1', left: 0 });
    await ask(store, { at: '8.8.8.8:2', left: 5 });
    const stopped = await ask(store, { at: '8.8.8.8:2', left: 5, event: 'stopped' });
    assert.deepEqual([stopped.seeders, stopped.leechers, stopped.peers], [1, 0, []]);
    const stranger = await ask(store, { at: '8.8.8.8:3', event: 'stopped' });
    assert.deepEqual([stranger.seeders, stranger.leechers], [1, 0]);
  });

  test('a peer is its address and port, not its peer id', async () => {
    const store = makeStore();
    await ask(store, { at: '8.8.8.8:1', peerId: 1 });
    await ask(store, { at: '8.8.8.8:2', peerId: 1 });
    const third = await ask(store, { at: '8.8.8.8:1', peerId: 2, ids: true });
    assert.equal(third.leechers, 2);
    await ask(store, { at: '8.8.8.9:1', peerId: 2, event: 'stopped' });
    assert.equal((await counts(store, 1))[0]!.leechers, 2);
  });

  test('scrape keeps the order asked and answers zeros for the unknown', async () => {
    const store = makeStore();
    await ask(store, { infoHash: 3, at: '8.8.8.8:1', left: 0, event: 'completed' });
    await ask(store, { infoHash: 4, at: '8.8.8.8:1', left: 9 });
    assert.deepEqual(await counts(store, 4, 5, 3), [
      { seeders: 0, leechers: 1, downloads: 0 },
      { seeders: 0, leechers: 0, downloads: 0 },
      { seeders: 1, leechers: 0, downloads: 1 },
    ]);
  });

  test('a scan sees every swarm once, with its peers', async () => {
    const store = makeStore();
    for (let i = 0; i < 25; i++) {
      await ask(store, { infoHash: 300 + i, at: `8.8.8.8:${1000 + i}`, left: 0, peerId: i });
    }
    const swarms = await scanAll(store, 4);
    const seen = swarms.map(({ infoHash }) => readUint16(infoHash, 0));
    assert.equal(swarms.length, 25);
    assert.equal(new Set(swarms.map(({ infoHash }) => infoHash.join())).size, 25);
    assert.equal(seen.length, 25);
    const first = swarms.find(({ infoHash }) => infoHash[1] === (300 & 255))!;
    const [peer] = first.peers(10);
    assert.deepEqual([...peer!.address, peer!.port], [8, 8, 8, 8, 1000]);
    assert.equal(peer!.isSeeder, true);
    assert.equal(first.seeders, 1);
    assert.deepEqual(first.peers(0), []);
  });

  test('counts and totals agree with a simple model, whatever happens', async () => {
    const step = fc.record({
      infoHash: fc.integer({ min: 1, max: 2 }),
      peer: fc.integer({ min: 1, max: 90 }),
      family: fc.constantFrom(4, 6),
      left: fc.constantFrom(0, 1),
      event: fc.constantFrom<TrackerEvent>('none', 'started', 'completed', 'stopped'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 200, maxLength: 500 }), async (steps) => {
        const store = makeStore();
        const model = new Map<number, Map<string, boolean>>();
        for (const { infoHash, peer, family, left, event } of steps) {
          const at = family === 4 ? `8.8.8.${peer}:7` : `[2a00::${peer}]:7`;
          const swarm = model.get(infoHash) ?? new Map<string, boolean>();
          model.set(infoHash, swarm);
          if (event === 'stopped') swarm.delete(at);
          else swarm.set(at, left === 0);
          const answer = await ask(store, { infoHash, at, left, event, numWant: 200 });
          const seeders = [...swarm.values()].filter((isSeeder) => isSeeder).length;
          assert.deepEqual([answer.seeders, answer.leechers], [seeders, swarm.size - seeders]);
          const expected = [...swarm.keys()].filter(
            (other) =>
              event !== 'stopped' &&
              other !== at &&
              other.startsWith('[') === at.startsWith('[') &&
              !(left === 0 && swarm.get(other) === true),
          );
          // A seeder that starts where there are no leechers may get some seeders.
          if (event === 'started' && left === 0 && expected.length === 0) continue;
          assert.deepEqual([...answer.peers].sort(), expected.sort());
        }
        const all = [...model.values()].flatMap((swarm) => [...swarm.values()]);
        const totals = await totalsOf(store, traits);
        assert.equal(totals.seeders, all.filter((isSeeder) => isSeeder).length);
        assert.equal(totals.seeders + totals.leechers, all.length);
        assert.equal(totals.swarms, [...model.values()].filter(({ size }) => size > 0).length);
      }),
      { numRuns: 20 },
    );
  });
}

function testChoosing(makeStore: MakeStore): void {
  test('never more than wanted, never the asker, no peer twice', async () => {
    const store = makeStore();
    for (let i = 0; i < 120; i++) await ask(store, { at: publicPeer(i), left: 1, numWant: 0 });
    for (const numWant of [0, 1, 50, 119, 200]) {
      const { peers } = await ask(store, { at: publicPeer(7), left: 1, numWant });
      assert.equal(peers.length, Math.min(numWant, 119));
      assert.equal(new Set(peers).size, peers.length);
      assert.ok(!peers.includes(publicPeer(7)));
    }
  });

  test('a seeder gets leechers only, a leecher gets both', async () => {
    const store = makeStore();
    for (let i = 0; i < 30; i++) await ask(store, { at: publicPeer(i), left: i % 3 });
    const toSeeder = await ask(store, { at: publicPeer(0), left: 0 });
    assert.equal(toSeeder.peers.length, 20);
    assert.ok(!toSeeder.peers.includes(publicPeer(3)));
    assert.equal((await ask(store, { at: publicPeer(1), left: 1 })).peers.length, 29);
  });

  test('a seeder that has just started gets a few seeders where there are no leechers', async () => {
    const store = makeStore();
    for (let i = 0; i < 30; i++) await ask(store, { at: publicPeer(i), left: 0 });
    const newcomer = { at: publicPeer(40), left: 0, event: 'started' } as const;
    const { peers } = await ask(store, newcomer);
    assert.ok(peers.length > 0 && peers.length <= 10, `${peers.length} seeders`);
    assert.ok(!peers.includes(publicPeer(40)));
    assert.deepEqual((await ask(store, { ...newcomer, numWant: 0 })).peers, []);
    assert.deepEqual((await ask(store, { ...newcomer, event: 'none' })).peers, []);
    await ask(store, { at: publicPeer(50), left: 5 });
    assert.deepEqual((await ask(store, newcomer)).peers, [publicPeer(50)]);
  });

  for (const [numWant, rounds] of [
    [1, 6000],
    [10, 3000],
  ] as const) {
    test(`every other peer is equally likely when ${numWant} are wanted`, async () => {
      const store = makeStore();
      for (let i = 0; i < 40; i++) await ask(store, { at: publicPeer(i), left: i % 2, numWant: 0 });
      const seen = new Map<string, number>();
      for (let i = 0; i < rounds; i++) {
        const { peers } = await ask(store, { at: publicPeer(1), left: 1, numWant });
        for (const peer of peers) seen.set(peer, (seen.get(peer) ?? 0) + 1);
      }
      const chance = numWant / 39;
      assert.equal(seen.size, 39);
      // Six standard deviations: this fails by chance less than once in ten million runs.
      const allowed = 6 * Math.sqrt(rounds * chance * (1 - chance));
      for (const [peer, times] of seen) {
        assert.ok(Math.abs(times - rounds * chance) < allowed, `${peer} was chosen ${times} times`);
      }
    });
  }

  test('each family gets its own, and both on request within one limit', async () => {
    const store = makeStore();
    for (let i = 0; i < 20; i++) {
      await ask(store, { at: publicPeer(i), left: 1 });
      await ask(store, { at: `[2a00::${i + 1}]:6881`, left: 1 });
    }
    const four = await ask(store, { at: publicPeer(0), left: 1 });
    assert.ok(four.peers.length === 19 && four.peers.every((peer) => !peer.startsWith('[')));
    const six = await ask(store, { at: '[2a00::1]:6881', left: 1 });
    assert.ok(six.peers.length === 19 && six.peers.every((peer) => peer.startsWith('[')));
    assert.equal(six.leechers, 40);
    const both = await ask(store, { at: publicPeer(0), left: 1, both: true, numWant: 16 });
    assert.equal(both.peers.filter((peer) => peer.startsWith('[')).length, 8);
    assert.equal(both.peers.length, 16);
    const all = await ask(store, { at: publicPeer(0), left: 1, both: true, numWant: 200 });
    assert.equal(all.peers.length, 39);
  });

  test('peers of the own kind of network come first', async () => {
    const store = makeStore();
    for (let i = 0; i < 60; i++) await ask(store, { at: publicPeer(i), left: 1 });
    for (let i = 1; i <= 5; i++) await ask(store, { at: `192.168.1.${i}:6881`, left: 1 });
    const near = await ask(store, { at: '192.168.1.1:6881', left: 1, numWant: 10 });
    assert.equal(near.peers.filter((peer) => peer.startsWith('192.168.')).length, 4);
    assert.equal(near.peers.length, 10);
    const far = await ask(store, { at: publicPeer(0), left: 1, numWant: 59 });
    assert.equal(far.peers.filter((peer) => peer.startsWith('192.168.')).length, 0);
  });

  test('the request is borrowed: changing its bytes later changes nothing', async () => {
    const store = makeStore();
    const request = storeAnnounce({ at: '8.8.8.8:1', left: 1 });
    await new Promise<void>((resolve) => store.announce(request, 0, () => resolve()));
    for (const bytes of [request.infoHash, request.address, request.peerId]) bytes.fill(77);
    assert.deepEqual((await ask(store, { at: '8.8.8.9:1', left: 1 })).peers, ['8.8.8.8:1']);
  });
}

function testPeerIds(makeStore: MakeStore, { keepsPeerIds = false }: StoreTraits): void {
  const what = keepsPeerIds ? 'come along in order when asked for' : 'are not kept';
  test(`peer ids ${what}`, async () => {
    const store = makeStore();
    for (let i = 1; i <= 90; i++) {
      await ask(store, { at: publicPeer(i), left: i % 2, peerId: i });
    }
    const plain = await ask(store, { at: publicPeer(99), left: 1 });
    assert.deepEqual(plain.peerIds, []);
    const named = await ask(store, { at: publicPeer(99), left: 1, ids: true, numWant: 20 });
    assert.equal(named.peers.length, 20);
    assert.deepEqual(named.peerIds.map(publicPeer), keepsPeerIds ? named.peers : []);
  });
}

function testForgetting(makeStore: MakeStore, traits: StoreTraits): void {
  test('silent peers go after the time-out, and not before', async () => {
    const store = makeStore();
    await ask(store, { at: '8.8.8.8:1', left: 0 }, 0);
    await ask(store, { at: '8.8.8.8:2', left: 1 }, 0);
    await ask(store, { at: '8.8.8.8:2', left: 1 }, 30_000);
    store.tick(peerTimeoutMs - 1000);
    assert.equal((await counts(store, 1))[0]!.seeders, 1);
    assert.equal(store.tick(peerTimeoutMs + 5000), 1);
    assert.deepEqual(await counts(store, 1), [{ seeders: 0, leechers: 1, downloads: 0 }]);
    assert.equal(store.tick(2 * peerTimeoutMs), 1);
    assert.deepEqual(await totalsOf(store, traits), { swarms: 0, seeders: 0, leechers: 0 });
  });

  test('an empty swarm is gone, and its count of downloads is not', async () => {
    const store = makeStore();
    await ask(store, { at: '8.8.8.8:1', left: 0, event: 'completed' });
    await ask(store, { at: '8.8.8.8:1', left: 0, event: 'stopped' });
    assert.equal((await totalsOf(store, traits)).swarms, 0);
    assert.deepEqual(await counts(store, 1), [{ seeders: 0, leechers: 0, downloads: 1 }]);
    assert.equal((await ask(store, { at: '8.8.8.8:2', left: 5 })).downloads, 1);
  });

  test('a tick after a long pause catches up over some calls', async () => {
    const store = makeStore();
    for (let i = 0; i < 500; i++) {
      await ask(store, { infoHash: i, at: publicPeer(i), left: i % 2 }, i * 10);
    }
    let forgotten = 0;
    for (let call = 0; call < 50; call++) forgotten += store.tick(100 * peerTimeoutMs);
    assert.equal(forgotten, 500);
    assert.deepEqual(await totalsOf(store, traits), { swarms: 0, seeders: 0, leechers: 0 });
  });

  test('a store that is used after everything expired works on', async () => {
    const store = makeStore();
    await ask(store, { at: '8.8.8.8:1', left: 0 }, 0);
    store.tick(10 * peerTimeoutMs);
    await ask(store, { at: '8.8.8.8:1', left: 0 }, 10 * peerTimeoutMs);
    store.tick(10.5 * peerTimeoutMs);
    assert.equal((await totalsOf(store, traits)).seeders, 1);
    store.tick(11.5 * peerTimeoutMs);
    assert.equal((await totalsOf(store, traits)).seeders, 0);
  });
}
