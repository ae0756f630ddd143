/** The memory store: the conformance suite, and what is its own: limits and bounded work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../base/random.ts';
import { MemorySwarmStore } from './memory-swarm-store.ts';
import type { SwarmMemoryOptions } from './swarm-memory.ts';
import { ask, hashOf, peerTimeoutMs, testSwarmStore } from './swarm-store-conformance.test.ts';

interface Chosen extends Partial<SwarmMemoryOptions> {
  readonly tickBudget?: number;
}

function makeStore(options: Chosen = {}): MemorySwarmStore {
  return new MemorySwarmStore({ random: new SeededRandom(1), peerTimeoutMs, ...options });
}

testSwarmStore('memory store', () => makeStore(), {});
testSwarmStore('memory store with peer ids', () => makeStore({ keepsPeerIds: true }), {
  keepsPeerIds: true,
});
testSwarmStore('shared memory store', () => makeStore({ isShared: true }), {});

test('the first 8 bytes of peer ids tell the client, whether the rest is kept or not', async () => {
  for (const keepsPeerIds of [false, true]) {
    const store = makeStore({ keepsPeerIds });
    await ask(store, { at: '8.8.8.8:1', left: 1, peerId: 7 });
    await ask(store, { at: '8.8.8.8:1', left: 1, peerId: 8, event: 'started' });
    store.peers(hashOf(1), 10, 0, (peers) => {
      assert.ok(!('code' in peers));
      assert.deepEqual(peers[0]?.client, new Uint8Array(8).fill(8));
    });
  }
});

test('a flood of invented info-hashes evicts itself, not the swarms that were there', async () => {
  const store = makeStore({ maxSwarms: 100, maxPeers: 150 });
  for (let i = 0; i < 20; i++) {
    await ask(store, { infoHash: i, at: '8.8.8.8:1', left: 0 });
    await ask(store, { infoHash: i, at: '8.8.8.8:2', left: 1 });
  }
  for (let i = 0; i < 5000; i++) await ask(store, { infoHash: 1000 + i, at: '9.9.9.9:9' });
  assert.ok(store.totals().swarms <= 100);
  assert.ok(store.totals().seeders + store.totals().leechers <= 150);
  const honest = await ask(store, { infoHash: 3, at: '8.8.8.8:3', left: 1 });
  assert.deepEqual([honest.seeders, honest.leechers], [1, 2]);
});

test('a flood of peers into one swarm is refused at the limit, and known peers are not', async () => {
  const store = makeStore({ maxPeers: 50 });
  for (let i = 0; i < 50; i++) await ask(store, { at: `8.8.8.8:${i + 1}`, left: 1 });
  await assert.rejects(ask(store, { at: '8.8.8.8:51', left: 1 }), /STORE_FULL/);
  assert.equal((await ask(store, { at: '8.8.8.8:50', left: 0 })).seeders, 1);
  assert.equal((await ask(store, { at: '8.8.8.8:50', event: 'stopped' })).seeders, 0);
  assert.equal((await ask(store, { at: '8.8.8.8:51', left: 1 })).leechers, 50);
});

test('a tick forgets no more than its budget', async () => {
  const store = makeStore({ tickBudget: 10 });
  for (let i = 0; i < 100; i++) await ask(store, { at: `8.8.8.8:${i + 1}`, left: i % 2 });
  let calls = 0;
  for (; store.totals().swarms > 0 && calls < 50; calls++) {
    assert.ok(store.tick(2 * peerTimeoutMs) <= 10);
  }
  assert.ok(calls >= 10 && calls < 20, `${calls} calls`);
});

test('counts of empty swarms are kept for a bounded number, the newest', async () => {
  const store = makeStore({ maxRetainedDownloads: 3 });
  for (let i = 0; i < 10; i++) {
    await ask(store, { infoHash: i, at: '8.8.8.8:1', left: 0, event: 'completed' });
    await ask(store, { infoHash: i, at: '8.8.8.8:1', left: 0, event: 'stopped' });
  }
  const kept: number[] = [];
  const hashes = Array.from({ length: 10 }, (_, i) => hashOf(i));
  store.scrape(hashes, (counts) => {
    if ('code' in counts) return;
    for (const [i, { downloads }] of counts.entries()) if (downloads === 1) kept.push(i);
  });
  assert.deepEqual(kept, [7, 8, 9]);
});

test('time and stops mixed at random leave exactly the peers heard of lately', async () => {
  const step = fc.record({
    peer: fc.integer({ min: 1, max: 60 }),
    waitSeconds: fc.integer({ min: 0, max: 20 }),
    left: fc.constantFrom(0, 1),
    stops: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 200 }), async (steps) => {
      const store = makeStore();
      const heard = new Map<number, number>();
      let nowMs = 5_000_000;
      for (const { peer, waitSeconds, left, stops } of steps) {
        nowMs += 1000 * waitSeconds;
        const event = stops ? 'stopped' : 'none';
        await ask(store, { infoHash: peer % 4, at: `8.8.8.8:${peer}`, left, event }, nowMs);
        if (stops) heard.delete(peer);
        else heard.set(peer, nowMs);
        store.tick(nowMs);
        const { seeders, leechers } = store.totals();
        const ages = [...heard.values()].map((heardMs) => nowMs - heardMs);
        // A bucket of the wheel is a second wide, and a peer is due in the second after its time-out.
        const surely = ages.filter((ageMs) => ageMs <= peerTimeoutMs).length;
        const perhaps = ages.filter((ageMs) => ageMs <= peerTimeoutMs + 3000).length;
        assert.ok(seeders + leechers >= surely, 'a peer was forgotten too early');
        assert.ok(seeders + leechers <= perhaps, 'a silent peer is still there');
      }
    }),
    { numRuns: 30 },
  );
});
