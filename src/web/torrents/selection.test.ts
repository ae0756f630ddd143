import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  keepShown,
  moveCursor,
  nothing,
  type Selection,
  selectAll,
  selectOne,
  selectTo,
  toggleOne,
} from './selection.ts';

const order = ['a', 'b', 'c', 'd'];
const chosen = ({ hashes }: Selection) => [...hashes].join('');

test('arrows go from row to row and stop at the ends', () => {
  const first = moveCursor(nothing, order, 1, false);
  assert.equal(chosen(first), 'a');
  assert.equal(chosen(moveCursor(first, order, 2, false)), 'c');
  assert.equal(chosen(moveCursor(first, order, -1, false)), 'a');
  assert.equal(chosen(moveCursor(nothing, order, -1, false)), 'd');
  assert.equal(chosen(moveCursor(first, [], 1, false)), '');
});

test('shift reaches from the anchor, and back over it', () => {
  const down = moveCursor(selectOne('b'), order, 1, true);
  assert.equal(chosen(down), 'bc');
  assert.equal(chosen(moveCursor(down, order, -2, true)), 'ab');
  assert.equal(chosen(selectTo(selectOne('d'), 'a', order)), 'abcd');
  assert.equal(chosen(selectTo(nothing, 'c', order)), 'c');
});

test('toggling adds and takes away', () => {
  const two = toggleOne(selectOne('a'), 'c');
  assert.equal(chosen(two), 'ac');
  assert.equal(chosen(toggleOne(two, 'a')), 'c');
  assert.equal(chosen(selectAll(two, order)), 'abcd');
});

test('what is gone is not selected any more', () => {
  const two = toggleOne(selectOne('a'), 'c');
  assert.equal(keepShown(two, order), two);
  const left = keepShown(two, ['a', 'b']);
  assert.equal(chosen(left), 'a');
  assert.equal(left.cursor, undefined);
});
