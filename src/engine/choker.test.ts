import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../base/random.ts';
import type { ChokeCandidate } from './choker.ts';
import { Choker } from './choker.ts';

function candidate(id: number, over: Partial<ChokeCandidate> = {}): ChokeCandidate {
  return {
    id,
    interested: true,
    downloadRate: 0,
    uploadRate: 0,
    uploadedBytes: 0,
    snubbing: false,
    connectedAtMs: 0,
    onLan: false,
    ...over,
  };
}

const settings = { regularSlots: 2, optimisticSlots: 1, unlimitedOnLan: false };

test('an empty slot unchokes at once, without waiting for a round', () => {
  const choker = new Choker(settings, new SeededRandom(1), 0);
  const change = choker.fill([candidate(1)], false, 5);
  assert.deepEqual(change, { choke: [], unchoke: [1] });
  assert.ok(choker.isUnchoked(1));
  assert.deepEqual(choker.fill([candidate(1)], false, 6), { choke: [], unchoke: [] });
});

test('rounds are due every 10 s and the optimistic slot moves every third', () => {
  const choker = new Choker(settings, new SeededRandom(1), 0);
  const peers = [1, 2, 3, 4, 5, 6].map((id) =>
    candidate(id, { downloadRate: id > 4 ? id * 1000 : 0 }),
  );
  assert.ok(!choker.isDue(9999));
  const holders: (number | undefined)[] = [];
  for (let nowMs = 10_000; nowMs <= 120_000; nowMs += 10_000) {
    assert.ok(choker.isDue(nowMs));
    choker.runRound(peers, false, nowMs);
    assert.ok(!choker.isDue(nowMs + 9999));
    assert.ok(choker.isUnchoked(5) && choker.isUnchoked(6));
    holders.push(peers.find((peer) => choker.isOptimistic(peer.id))?.id);
  }
  assert.equal(holders[0], holders[1]);
  for (let i = 2; i < 12; i += 3) {
    assert.notEqual(holders[i], holders[i - 1]);
    assert.equal(holders[i], holders[i + 1] ?? holders[i]);
  }
});

test('seeding, everybody gets a turn', () => {
  const choker = new Choker({ ...settings, optimisticSlots: 0 }, new SeededRandom(2), 0);
  const sent = new Map<number, number>();
  for (let nowMs = 10_000; nowMs <= 600_000; nowMs += 10_000) {
    const peers = [1, 2, 3, 4, 5, 6].map((id) =>
      candidate(id, { uploadRate: id * 1e6, uploadedBytes: sent.get(id) ?? 0 }),
    );
    choker.runRound(peers, true, nowMs);
    for (const { id } of peers) {
      if (choker.isUnchoked(id)) sent.set(id, (sent.get(id) ?? 0) + 10e6);
    }
  }
  assert.equal(sent.size, 6);
  const amounts = [...sent.values()];
  assert.ok(Math.min(...amounts) * 2.1 >= Math.max(...amounts), `${amounts}`);
});

test('seeding, a peer that takes almost nothing loses its slot after three minutes', () => {
  const choker = new Choker(
    { ...settings, regularSlots: 1, optimisticSlots: 0 },
    new SeededRandom(2),
    0,
  );
  choker.fill([candidate(1)], true, 0);
  for (let nowMs = 10_000; nowMs < 180_000; nowMs += 10_000) {
    choker.runRound([candidate(1), candidate(2)], true, nowMs);
    assert.ok(choker.isUnchoked(1));
  }
  const change = choker.runRound([candidate(1), candidate(2)], true, 180_000);
  assert.deepEqual(change, { choke: [1], unchoke: [2] });
});

test('peers of the local network need no slot when the settings say so', () => {
  const choker = new Choker({ ...settings, unlimitedOnLan: true }, new SeededRandom(1), 0);
  const peers = [1, 2, 3, 4, 5, 6].map((id) => candidate(id, { onLan: true }));
  assert.equal(choker.fill(peers, false, 0).unchoke.length, 6);
  choker.setSettings(settings);
  assert.ok(choker.isDue(1));
  assert.equal(choker.runRound(peers, false, 1).choke.length, 3);
});

test('changes add up to what isUnchoked says, whatever happens', () => {
  const step = fc.record({
    round: fc.boolean(),
    seeding: fc.boolean(),
    gone: fc.nat(7),
    interested: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    rates: fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), (steps, seed) => {
      const choker = new Choker(settings, new SeededRandom(seed), 0);
      const unchoked = new Set<number>();
      let nowMs = 0;
      for (const { round, seeding, gone, interested, rates } of steps) {
        nowMs += 10_000;
        choker.onPeerGone(gone);
        unchoked.delete(gone);
        const peers = interested
          .map((wants, id) => candidate(id, { interested: wants, downloadRate: rates[id]! }))
          .filter((peer) => peer.id !== gone);
        const change = round
          ? choker.runRound(peers, seeding, nowMs)
          : choker.fill(peers, seeding, nowMs);
        for (const id of change.choke) assert.ok(unchoked.delete(id));
        for (const id of change.unchoke) {
          assert.ok(!unchoked.has(id) && interested[id]);
          unchoked.add(id);
        }
        assert.ok(unchoked.size <= 3);
        for (let id = 0; id < 8; id++) assert.equal(choker.isUnchoked(id), unchoked.has(id));
      }
    }),
  );
});
