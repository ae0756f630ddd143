/** PeerPool against a plain map, at sizes where its index grows, shrinks and appears and disappears. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeUint32 } from '../base/bytes.ts';
import { SeededRandom } from '../base/random.ts';
import { PeerPool } from './peer-pool.ts';

interface Known {
  readonly isSeeder: boolean;
  readonly seen: number;
}

function recordOf(peer: number): Uint8Array {
  const record = new Uint8Array(6);
  writeUint32(record, 1, peer);
  return record;
}

function compare(pool: PeerPool, model: ReadonlyMap<number, Known>): void {
  assert.equal(pool.size, model.size);
  const oldest = Math.min(...[...model.values()].map(({ seen }) => seen));
  assert.equal(pool.oldestSeconds, model.size === 0 ? undefined : oldest);
  for (const [peer, { isSeeder, seen }] of model) {
    const slot = pool.find(recordOf(peer));
    assert.notEqual(slot, -1, `peer ${peer} is lost`);
    assert.equal(slot < pool.seeders, isSeeder);
    assert.equal(pool.lastSeenSeconds(slot), seen);
    const peerId = new Uint8Array(20);
    pool.copyPeerId(slot, peerId, 0);
    assert.equal(peerId[7], peer & 255);
  }
}

for (const [peers, steps, seed] of [
  [24, 2000, 1],
  [300, 6000, 2],
  [1500, 6000, 3],
] as const) {
  test(`a pool of up to ${peers} peers equals its model after ${steps} steps`, () => {
    const random = new SeededRandom(seed);
    const pool = new PeerPool(6, true, random.below(0x1_0000_0000));
    const model = new Map<number, Known>();
    for (let now = 0; now < steps; now++) {
      const peer = random.below(peers);
      // Phases of growth and of decline, so that the arrays are resized both ways.
      const isRemoved = random.next() < (Math.floor(now / 500) % 2 === 0 ? 0.2 : 0.8);
      const slot = pool.find(recordOf(peer));
      assert.equal(slot !== -1, model.has(peer));
      if (isRemoved) {
        if (slot !== -1) pool.remove(slot);
        model.delete(peer);
      } else {
        const isSeeder = random.next() < 0.5;
        const at = pool.put(recordOf(peer), new Uint8Array(20).fill(peer), isSeeder, now);
        assert.equal(pool.find(recordOf(peer)), at);
        model.set(peer, { isSeeder, seen: now });
      }
      if (now % 97 === 0) compare(pool, model);
    }
    compare(pool, model);
    const cutoff = steps - 200;
    const due = [...model.values()].filter(({ seen }) => seen < cutoff).length;
    assert.equal(pool.expire(cutoff, 10_000), due);
    for (const [peer, { seen }] of model) if (seen < cutoff) model.delete(peer);
    compare(pool, model);
  });
}
