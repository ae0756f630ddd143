import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionLimit } from './connection-limit.ts';

test('a limit that falls lets links end by themselves, one that rises has room at once', () => {
  const limit = new ConnectionLimit(2);
  assert.deepEqual([limit.tryTake(), limit.tryTake(), limit.tryTake()], [true, true, false]);
  limit.max = 1;
  limit.give();
  assert.equal(limit.tryTake(), false);
  limit.give();
  assert.equal(limit.tryTake(), true);
  limit.max = 2;
  assert.deepEqual([limit.tryTake(), limit.used], [true, 2]);
});
