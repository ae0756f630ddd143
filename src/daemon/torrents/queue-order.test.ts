import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { queueMoves } from '../../api/contract/torrents.ts';
import { movedInQueue, queuePositions } from './queue-order.ts';

const moved = (order: string, moving: string, to: (typeof queueMoves)[number]) =>
  movedInQueue([...order], new Set(moving), to).join('');

test('several move at once and keep their order', () => {
  assert.equal(moved('abcdef', 'eb', 'top'), 'beacdf');
  assert.equal(moved('abcdef', 'eb', 'bottom'), 'acdfbe');
  assert.equal(moved('abcdef', 'eb', 'up'), 'bacedf');
  assert.equal(moved('abcdef', 'eb', 'down'), 'acbdfe');
});

test('those at an end stay there, and others do not pass them', () => {
  assert.equal(moved('abcd', 'ab', 'up'), 'abcd');
  assert.equal(moved('abcd', 'abd', 'up'), 'abdc');
  assert.equal(moved('abcd', 'cd', 'down'), 'abcd');
  assert.equal(moved('abcd', 'acd', 'down'), 'bacd');
});

test('nobody is lost, and both groups keep their order', () => {
  const order = fc.uniqueArray(fc.nat(50));
  fc.assert(
    fc.property(order, fc.array(fc.nat(50)), fc.constantFrom(...queueMoves), (all, some, to) => {
      const moving = new Set(some);
      const result = movedInQueue(all, moving, to);
      for (const moves of [true, false]) {
        const group = (list: readonly number[]) => list.filter((one) => moving.has(one) === moves);
        assert.deepEqual(group(result), group(all));
      }
      assert.equal(result.length, all.length);
    }),
  );
});

test('positions of a short queue have no gaps; a long one keeps some', () => {
  assert.deepEqual(queuePositions([3, 9, 5]), [0, 1, 2]);
  assert.deepEqual(queuePositions([]), []);
  const long = Array.from({ length: 1000 }, (_, index) => index + 1);
  assert.deepEqual(queuePositions(long), long);
  const swapped = [2, 1, ...long.slice(2)];
  assert.deepEqual(queuePositions(swapped), long);
  const sparse = long.map((position) => position * 3);
  assert.deepEqual(queuePositions(sparse)[999], 999);
  const twice = [1, 1, ...long.slice(2)];
  assert.deepEqual(queuePositions(twice)[1], 1);
});
