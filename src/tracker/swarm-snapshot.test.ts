import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concatBytes, writeUint16, writeUint32 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { SeededRandom } from '../base/random.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { MemorySwarmStore } from './memory-swarm-store.ts';
import { maxChunkBytes } from './snapshot-format.ts';
import type { SwarmMemoryOptions } from './swarm-memory.ts';
import type { RestoreResult } from './swarm-restore.ts';
import type { PeerSnapshot } from './swarm-store.ts';
import { ask, hashOf, peerTimeoutMs } from './swarm-store-conformance.test.ts';

function makeStore(options: Partial<SwarmMemoryOptions> = {}): MemorySwarmStore {
  return new MemorySwarmStore({ random: new SeededRandom(1), peerTimeoutMs, ...options });
}

function restore(
  store: MemorySwarmStore,
  pieces: readonly Uint8Array[],
  downMs = 0,
): RestoreResult {
  const restorer = store.restorer(1_000_000, downMs);
  for (const piece of pieces) restorer.push(piece);
  return restorer.end();
}

function peersOf(store: MemorySwarmStore, swarm: number): readonly PeerSnapshot[] {
  let found: readonly PeerSnapshot[] = [];
  store.peers(hashOf(swarm), 100_000, 1_000_000, (peers) => {
    assert.ok(!('code' in peers));
    found = peers;
  });
  return found;
}

function countsOf(store: MemorySwarmStore, swarm: number): SwarmCounts | undefined {
  let found: readonly SwarmCounts[] = [];
  store.scrape([hashOf(swarm)], (counts) => {
    assert.ok(!('code' in counts));
    found = counts;
  });
  return found[0];
}

async function sampleStore(options: Partial<SwarmMemoryOptions> = {}): Promise<MemorySwarmStore> {
  const store = makeStore(options);
  for (let i = 0; i < 300; i++) {
    const at = i % 5 === 0 ? `[2a00::${i}]:${i + 1}` : `8.8.${i % 7}.${i % 200}:${i + 1}`;
    const event = i % 4 === 0 ? 'completed' : 'none';
    await ask(store, { infoHash: i % 30, at, left: i % 2, event, peerId: i }, 900_000 + 300 * i);
  }
  await ask(store, { infoHash: 77, at: '8.8.8.8:1', event: 'completed' }, 990_000);
  await ask(store, { infoHash: 77, at: '8.8.8.8:1', event: 'stopped' }, 990_000);
  return store;
}

test('a restored store knows the same swarms, peers, ages and downloads', async () => {
  for (const keepsPeerIds of [false, true]) {
    for (const isShared of [false, true]) {
      const store = await sampleStore({ keepsPeerIds });
      const pieces = [...store.snapshot(1_000_000)];
      const copy = makeStore({ keepsPeerIds, isShared, budgetBytes: 2 ** 20 });
      const result = restore(copy, pieces, 1000);
      copy.checkInvariants();
      assert.equal(result.problem, undefined);
      const { seeders, leechers } = copy.totals();
      assert.equal(result.restored, seeders + leechers);
      for (let swarm = 0; swarm < 30; swarm++) {
        assert.equal(countsOf(copy, swarm)?.downloads, countsOf(store, swarm)?.downloads);
        const known = new Map(
          peersOf(copy, swarm).map((peer) => [`${peer.address}:${peer.port}`, peer]),
        );
        for (const peer of peersOf(store, swarm)) {
          const found = known.get(`${peer.address}:${peer.port}`);
          if (peer.ageMs + 1000 > peerTimeoutMs) assert.equal(found, undefined);
          else assert.ok(found !== undefined && Math.abs(found.ageMs - peer.ageMs - 1000) < 100);
          if (found === undefined) continue;
          assert.deepEqual([found.isSeeder, found.client], [peer.isSeeder, peer.client]);
        }
      }
      assert.deepEqual(countsOf(copy, 77), { seeders: 0, leechers: 0, downloads: 1 });
    }
  }
});

test('a download that was counted before the snapshot is not counted again', async () => {
  const store = makeStore();
  await ask(store, { at: '8.8.8.8:1', left: 0, event: 'completed' }, 1_000_000);
  const copy = makeStore();
  restore(copy, [...store.snapshot(1_000_000)]);
  const again = await ask(copy, { at: '8.8.8.8:1', left: 0, event: 'completed' }, 1_000_000);
  assert.equal(again.downloads, 1);
});

test('peers go after the time-out that they had begun before the snapshot', async () => {
  const store = makeStore();
  await ask(store, { at: '8.8.8.8:1' }, 0);
  await ask(store, { at: '8.8.8.8:2' }, 40_000);
  const copy = makeStore();
  const restorer = copy.restorer(50_000, 5000);
  for (const piece of store.snapshot(45_000)) restorer.push(piece);
  restorer.end();
  copy.tick(60_000 - 1000);
  assert.equal(copy.totals().leechers, 2);
  copy.tick(60_000 + 3000);
  assert.equal(copy.totals().leechers, 1);
  copy.tick(100_000 + 3000);
  assert.equal(copy.totals().leechers, 0);
});

test('what is in the store already is newer and stays', async () => {
  const store = makeStore();
  await ask(store, { at: '8.8.8.8:1', left: 0 }, 990_000);
  const copy = makeStore();
  await ask(copy, { at: '8.8.8.8:1', left: 1 }, 1_000_000);
  assert.equal(restore(copy, [...store.snapshot(1_000_000)]).restored, 0);
  const [peer] = peersOf(copy, 1);
  assert.deepEqual([peer?.isSeeder, peer?.ageMs], [false, 0]);
});

test('a small memory takes what it can of a large snapshot', async () => {
  const store = makeStore();
  for (let i = 0; i < 20_000; i++) {
    await ask(store, { infoHash: i, at: '8.8.8.8:1', numWant: 0 }, 1_000_000);
  }
  const copy = makeStore({ budgetBytes: 2 ** 20 });
  const result = restore(copy, [...store.snapshot(1_000_000)]);
  assert.equal(result.problem, undefined);
  assert.ok(result.restored > 1000 && result.refused === 20_000 - result.restored);
  copy.checkInvariants();
});

test('a large swarm is written in parts, each peer once, while others come and go', async () => {
  const store = makeStore();
  const join = (peer: number, event: 'none' | 'stopped') =>
    ask(
      store,
      { at: `8.8.${peer >> 8}.${peer & 255}:9`, event, left: peer % 2, numWant: 0 },
      1_000_000,
    );
  for (let peer = 0; peer < 40_000; peer++) await join(peer, 'none');
  const pieces: Uint8Array[] = [];
  let churn = 40_000;
  for (const piece of store.snapshot(1_000_000)) {
    pieces.push(piece);
    assert.ok(piece.length <= maxChunkBytes);
    for (let i = 0; i < 200; i++, churn++) {
      await join(churn, 'none');
      await join(churn - 30_000, 'stopped');
    }
  }
  const copy = makeStore();
  const result = restore(copy, pieces);
  assert.equal(result.problem, undefined);
  const found = new Set(peersOf(copy, 1).map(({ address }) => address.join('.')));
  assert.ok(pieces.length > 3);
  for (let peer = 0; peer < 10_000; peer++) assert.ok(found.has(`8.8.${peer >> 8}.${peer & 255}`));
  for (let peer = churn - 30_000; peer < 40_000; peer++) {
    assert.ok(found.has(`8.8.${peer >> 8}.${peer & 255}`), `peer ${peer} is lost`);
  }
});

test('a file that is cut short, damaged, foreign or newer is taken up to there, and why is said', async () => {
  const pieces = [...(await sampleStore()).snapshot(1_000_000)];
  const whole = concatBytes(pieces);
  const problemOf = (bytes: Uint8Array) => restore(makeStore(), [bytes]).problem;
  assert.equal(problemOf(whole), undefined);
  assert.equal(problemOf(new Uint8Array(0)), 'it ends too early');
  assert.equal(problemOf(whole.subarray(0, whole.length - 1)), 'it ends too early');
  assert.equal(problemOf(concatBytes([whole, Uint8Array.of(1)])), 'bytes follow its end');
  assert.equal(problemOf(whole.toReversed()), 'it is no snapshot of swarms');
  assert.equal(problemOf(concatBytes([pieces[0]!, pieces[2]!])), 'it is damaged from part 1 on');
  const bent = whole.slice();
  bent[200]! ^= 1;
  assert.equal(problemOf(bent), 'it is damaged from part 1 on');
  const newer = whole.slice();
  writeUint16(newer, 8, 2);
  assert.equal(problemOf(newer), 'it has version 2, and only 1 is known here');
});

test('the good chunks before a bad one count', async () => {
  const store = makeStore();
  for (let i = 0; i < 30_000; i++) {
    const at = `8.8.${(i >> 8) & 255}.${i & 255}:5`;
    await ask(store, { infoHash: i % 100, at, numWant: 0 }, 1_000_000);
  }
  const pieces = [...store.snapshot(1_000_000)];
  assert.ok(pieces.length >= 8);
  pieces[2]![5000]! ^= 128;
  const copy = makeStore();
  const result = restore(copy, pieces);
  assert.equal(result.problem, 'it is damaged from part 2 on');
  assert.ok(result.restored > 3000 && result.restored < 8000);
  copy.checkInvariants();
});

test('bytes of any kind, in pieces of any size, never throw nor break the memory', async () => {
  const whole = concatBytes([...(await sampleStore({ keepsPeerIds: true })).snapshot(1_000_000)]);
  const cuts = fc.array(fc.nat(whole.length), { maxLength: 10 });
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(cuts, changes, fc.boolean(), fc.uint8Array(), (places, changed, repairs, tail) => {
      const bytes = concatBytes([whole, tail]);
      for (const [at, value] of changed) bytes[at] = value;
      if (repairs) repairChecksums(bytes);
      const store = makeStore({ budgetBytes: 2 ** 19 });
      const ends = [...places, bytes.length].sort((a, b) => a - b);
      const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
      const result = restore(store, pieces);
      assert.ok(result.restored <= 300);
      store.checkInvariants();
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      const store = makeStore({ budgetBytes: 2 ** 19 });
      assert.notEqual(restore(store, [whole.subarray(0, 20), bytes]).problem, undefined);
      assert.notEqual(restore(store, [bytes]).problem, undefined);
    }),
  );
});

/** So that changes reach what stands behind the checksums, as in a file made on purpose. */
function repairChecksums(bytes: Uint8Array): void {
  writeUint32(bytes, 16, crc32c(bytes.subarray(0, 16)));
  for (let at = 20; at + 12 <= bytes.length; ) {
    const length = bytes[at + 1]! * 65_536 + bytes[at + 2]! * 256 + bytes[at + 3]!;
    const end = at + 8 + length;
    if (end + 4 > bytes.length) return;
    writeUint32(bytes, end, crc32c(bytes.subarray(at, end)));
    at = end + 4;
  }
}
