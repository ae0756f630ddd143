import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../base/random.ts';
import type { ChokePeer, ChokeSnapshot } from './choke-policy.ts';
import { automaticSlots, chooseUnchoked, fillEmptySlots } from './choke-policy.ts';

function peer(id: number, over: Partial<ChokePeer> = {}): ChokePeer {
  return {
    id,
    interested: true,
    unchoked: false,
    downloadRate: 0,
    uploadRate: 0,
    snubbing: false,
    connectedForMs: 120_000,
    exempt: false,
    turnOver: false,
    lastUnchokedAtMs: undefined,
    ...over,
  };
}

function snapshot(peers: ChokePeer[], over: Partial<ChokeSnapshot> = {}): ChokeSnapshot {
  return {
    peers,
    seeding: false,
    regularSlots: 2,
    optimisticSlots: 1,
    optimistic: new Set(),
    rotateOptimistic: false,
    ...over,
  };
}

const sorted = (ids: Iterable<number>) => [...ids].sort((a, b) => a - b);

test('leeching, the fastest senders get the regular slots and somebody else the optimistic one', () => {
  const peers = [1, 2, 3, 4, 5].map((id) => peer(id, { downloadRate: id * 100 }));
  const { unchoked, optimistic } = chooseUnchoked(snapshot(peers), new SeededRandom(1));
  assert.ok(unchoked.has(5) && unchoked.has(4));
  assert.equal(unchoked.size, 3);
  assert.equal(optimistic.size, 1);
  assert.ok(![...optimistic].some((id) => id >= 4));
});

test('a snubbing peer can only be unchoked optimistically, and not at all beside a better use', () => {
  const peers = [peer(1, { snubbing: true, downloadRate: 900 }), peer(2), peer(3)];
  const alone = chooseUnchoked(snapshot([peers[0]!]), new SeededRandom(1));
  assert.deepEqual(sorted(alone.optimistic), [1]);
  const all = chooseUnchoked(snapshot(peers), new SeededRandom(1));
  assert.deepEqual(sorted(all.unchoked), [1, 2, 3]);
  assert.deepEqual(sorted(all.optimistic), [1]);
});

test('a new peer is drawn three times as often', () => {
  const random = new SeededRandom(7);
  let fresh = 0;
  for (let i = 0; i < 4000; i++) {
    const peers = [peer(1, { connectedForMs: 59_000 }), peer(2)];
    const { optimistic } = chooseUnchoked(snapshot(peers, { regularSlots: 0 }), random);
    if (optimistic.has(1)) fresh++;
  }
  assert.ok(fresh > 2850 && fresh < 3150, `${fresh}`);
});

test('the optimistic slot stays until its rotation and then moves on', () => {
  const random = new SeededRandom(3);
  const peers = [1, 2, 3].map((id) => peer(id));
  for (let i = 0; i < 50; i++) {
    const base = { regularSlots: 0, optimistic: new Set([2]) };
    assert.deepEqual(sorted(chooseUnchoked(snapshot(peers, base), random).optimistic), [2]);
    const rotated = chooseUnchoked(snapshot(peers, { ...base, rotateOptimistic: true }), random);
    assert.ok(!rotated.optimistic.has(2));
    assert.equal(rotated.optimistic.size, 1);
  }
});

test('seeding, whoever waited longest follows the one whose turn is over', () => {
  const peers = [
    peer(1, { unchoked: true, turnOver: true, uploadRate: 900, lastUnchokedAtMs: 5000 }),
    peer(2, { unchoked: true, uploadRate: 1, lastUnchokedAtMs: 9000 }),
    peer(3, { lastUnchokedAtMs: 1000 }),
    peer(4, { lastUnchokedAtMs: 2000 }),
  ];
  const decision = chooseUnchoked(
    snapshot(peers, { seeding: true, optimisticSlots: 0 }),
    new SeededRandom(1),
  );
  assert.deepEqual(sorted(decision.unchoked), [2, 3]);
});

test('seeding, a spent turn keeps its slot when nobody waits', () => {
  const peers = [peer(1, { unchoked: true, turnOver: true })];
  const decision = chooseUnchoked(snapshot(peers, { seeding: true }), new SeededRandom(1));
  assert.deepEqual(sorted(decision.unchoked), [1]);
});

test('filling gives away empty slots and takes none from the interested', () => {
  const peers = [
    peer(1, { unchoked: true, downloadRate: 0 }),
    peer(2, { downloadRate: 500 }),
    peer(3, { downloadRate: 900 }),
    peer(4, { downloadRate: 700 }),
  ];
  const decision = fillEmptySlots(snapshot(peers, { optimisticSlots: 0 }), new SeededRandom(1));
  assert.deepEqual(sorted(decision.unchoked), [1, 3]);
});

test('a peer that lost interest keeps its slot only while nobody wants it', () => {
  const idle = peer(1, { unchoked: true, interested: false });
  const base = { regularSlots: 1, optimisticSlots: 0 };
  const random = new SeededRandom(1);
  assert.deepEqual(sorted(fillEmptySlots(snapshot([idle], base), random).unchoked), [1]);
  assert.deepEqual(sorted(fillEmptySlots(snapshot([idle, peer(2)], base), random).unchoked), [2]);
});

test('exempt peers are served beside the slots', () => {
  const peers = [1, 2, 3, 4].map((id) => peer(id, { exempt: id > 1 }));
  const decision = chooseUnchoked(
    snapshot(peers, { regularSlots: 1, optimisticSlots: 0 }),
    new SeededRandom(1),
  );
  assert.deepEqual(sorted(decision.unchoked), [1, 2, 3, 4]);
});

test('the number of slots follows a slow line', () => {
  assert.equal(automaticSlots('unlimited'), 4);
  assert.equal(automaticSlots(0), 2);
  assert.equal(automaticSlots(48 * 1024), 3);
  assert.equal(automaticSlots(1e9), 4);
});

const anyPeers = fc
  .array(
    fc.record({
      interested: fc.boolean(),
      unchoked: fc.boolean(),
      downloadRate: fc.nat(1000),
      uploadRate: fc.nat(1000),
      snubbing: fc.boolean(),
      connectedForMs: fc.nat(120_000),
      exempt: fc.boolean(),
      turnOver: fc.boolean(),
      lastUnchokedAtMs: fc.option(fc.nat(1000), { nil: undefined }),
    }),
    { maxLength: 12 },
  )
  .map((list) => list.map((fields, id) => ({ id, ...fields })));

test('slots are never exceeded, never wasted, and never newly given to the uninterested', () => {
  fc.assert(
    fc.property(
      anyPeers,
      fc.record({
        seeding: fc.boolean(),
        regularSlots: fc.nat(6),
        optimisticSlots: fc.nat(2),
        rotateOptimistic: fc.boolean(),
        optimistic: fc.array(fc.nat(11)).map((ids) => new Set(ids)),
      }),
      fc.nat(),
      (peers, over, seed) => {
        const { unchoked, optimistic } = chooseUnchoked(
          snapshot(peers, over),
          new SeededRandom(seed),
        );
        const taking = peers.filter((p) => unchoked.has(p.id) && !p.exempt);
        assert.ok(taking.length <= over.regularSlots + over.optimisticSlots);
        assert.ok(optimistic.size <= over.optimisticSlots);
        for (const id of optimistic) assert.ok(unchoked.has(id) && peers[id]?.interested);
        for (const p of peers) {
          if (unchoked.has(p.id) && !p.interested) assert.ok(p.unchoked);
          if (p.exempt && p.interested) assert.ok(unchoked.has(p.id));
          const regular = unchoked.has(p.id) && !optimistic.has(p.id) && p.interested && !p.exempt;
          if (regular && p.snubbing) assert.ok(over.seeding);
        }
        const eligible = peers.filter(
          (p) => p.interested && !p.exempt && (over.seeding || !p.snubbing),
        );
        const used = taking.filter((p) => p.interested).length;
        assert.ok(used >= Math.min(eligible.length, over.regularSlots));
      },
    ),
  );
});
