import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Slab, SlabPool } from './ports.ts';
import { SlabShelf } from './slab-shelf.ts';

class TinyPool implements SlabPool {
  left: number;
  waiting: (() => void)[] = [];

  constructor(left: number) {
    this.left = left;
  }

  tryAcquire(lengthBytes: number): Slab | undefined {
    if (this.left === 0) return undefined;
    this.left--;
    return { bytes: new Uint8Array(lengthBytes) };
  }

  release(): void {
    this.left++;
    for (const callback of this.waiting.splice(0)) callback();
  }

  fill(slab: Slab, offset: number, block: Uint8Array): void {
    slab.bytes.set(block, offset);
  }

  onRoom(callback: () => void): void {
    this.waiting.push(callback);
  }
}

test('at the budget it waits once, and tells when there is room', () => {
  const pool = new TinyPool(1);
  let room = 0;
  const shelf = new SlabShelf(pool, () => room++);
  assert.ok(shelf.take(1, 10));
  assert.equal(shelf.take(2, 10), undefined);
  assert.equal(shelf.take(3, 10), undefined);
  assert.equal(shelf.starved, true);
  assert.equal(pool.waiting.length, 1);
  shelf.drop(1);
  assert.equal(room, 1);
  assert.equal(shelf.starved, false);
});

test('a piece wanted again while it is parked keeps its slab', () => {
  const shelf = new SlabShelf(new TinyPool(1), () => undefined);
  const shelved = shelf.take(5, 10);
  assert.ok(shelved);
  shelved.work = 'parking';
  assert.equal(shelf.busy, true);
  assert.equal(shelf.take(5, 10), shelved);
  assert.equal(shelved.reopened, true);
});
