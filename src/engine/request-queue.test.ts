import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RequestQueue } from './request-queue.ts';

test('keeps sending order and times', () => {
  const queue = new RequestQueue();
  assert.equal(queue.oldestSentAtMs, undefined);
  queue.add(1, 0, 10);
  queue.add(1, 1, 20);
  queue.add(0, 65_535, 30);
  assert.equal(queue.oldestSentAtMs, 10);
  assert.equal(queue.remove(1, 0), 10);
  assert.equal(queue.remove(1, 0), undefined);
  assert.equal(queue.oldestSentAtMs, 20);
  const seen: number[][] = [];
  queue.forEach((piece, block, sentAtMs) => {
    seen.push([piece, block, sentAtMs]);
  });
  assert.deepEqual(seen, [
    [1, 1, 20],
    [0, 65_535, 30],
  ]);
});

test('refuses a block twice', () => {
  const queue = new RequestQueue();
  queue.add(3, 4, 0);
  assert.throws(() => queue.add(3, 4, 1), /requested once/);
});

test('refills only from three quarters down', () => {
  const queue = new RequestQueue();
  for (let block = 0; block < 7; block++) queue.add(0, block, 0);
  assert.equal(queue.refillCount(8), 0);
  queue.remove(0, 0);
  assert.equal(queue.refillCount(8), 2);
  queue.clear(() => {});
  assert.equal(queue.refillCount(1), 1);
  queue.add(0, 0, 0);
  assert.equal(queue.refillCount(1), 0);
});

test('clearing visits what was there and leaves an empty queue to use', () => {
  const queue = new RequestQueue();
  for (let block = 0; block < 100; block++) queue.add(7, block, block);
  const seen: number[] = [];
  queue.clear((piece, block) => {
    seen.push(block);
    assert.equal(queue.has(piece, block), false);
    if (block === 5) queue.add(piece, block, 1000);
  });
  assert.deepEqual(
    seen,
    Array.from({ length: 100 }, (_, i) => i),
  );
  assert.equal(queue.size, 1);
  assert.equal(queue.oldestSentAtMs, 1000);
});

test('drains one piece', () => {
  const queue = new RequestQueue();
  for (let i = 0; i < 10; i++) queue.add(i % 2, i, i);
  const seen: number[] = [];
  queue.drainPiece(1, (block) => {
    seen.push(block);
  });
  assert.deepEqual(seen, [1, 3, 5, 7, 9]);
  assert.equal(queue.size, 5);
  assert.equal(queue.has(1, 3), false);
});

test('behaves like an insertion-ordered map', () => {
  const operation = fc.record({
    add: fc.boolean(),
    piece: fc.constantFrom(0, 1, 2, 999_999),
    block: fc.integer({ min: 0, max: 12 }),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const queue = new RequestQueue();
      const model = new Map<string, [number, number, number]>();
      for (const [nowMs, { add, piece, block }] of operations.entries()) {
        const key = `${piece}:${block}`;
        assert.equal(queue.has(piece, block), model.has(key));
        if (add && !model.has(key)) {
          queue.add(piece, block, nowMs);
          model.set(key, [piece, block, nowMs]);
        } else if (!add) {
          assert.equal(queue.remove(piece, block), model.get(key)?.[2]);
          model.delete(key);
        }
      }
      const seen: number[][] = [];
      queue.forEach((piece, block, sentAtMs) => {
        seen.push([piece, block, sentAtMs]);
      });
      assert.deepEqual(seen, [...model.values()]);
      assert.equal(queue.size, model.size);
    }),
  );
});
