import assert from 'node:assert/strict';
import { test } from 'node:test';
import { automaticPieceLength, isPowerOfTwo } from './piece-length.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

test('a content of every size gets a power of two near 1,500 pieces', () => {
  assert.equal(automaticPieceLength(0), 16 * KiB);
  assert.equal(automaticPieceLength(1 * MiB), 16 * KiB);
  assert.equal(automaticPieceLength(100 * MiB), 64 * KiB);
  assert.equal(automaticPieceLength(1 * GiB), 512 * KiB);
  assert.equal(automaticPieceLength(4 * GiB), 2 * MiB);
  assert.equal(automaticPieceLength(10_000 * GiB), 16 * MiB);
  for (let total = 40 * MiB; total < 20 * GiB; total *= 1.1) {
    const length = automaticPieceLength(total);
    assert.ok(isPowerOfTwo(length));
    const pieces = total / length;
    assert.ok(pieces > 1060 && pieces < 2122, `${pieces} pieces for ${total}`);
  }
});

test('powers of two', () => {
  for (const value of [1, 2, 16384, 2 ** 30]) assert.ok(isPowerOfTwo(value));
  for (const value of [0, -2, 3, 16383, 0.5]) assert.ok(!isPowerOfTwo(value));
});
