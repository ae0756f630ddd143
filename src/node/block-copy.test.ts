import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlockCopier } from './block-copy.ts';

test('copies exactly the block, from any place to any place', () => {
  const source = Uint8Array.from({ length: 300 }, (_, index) => index % 251);
  const copier = new BlockCopier();
  const place = fc.record({ from: fc.nat(299), length: fc.nat(300), to: fc.nat(99) });
  fc.assert(
    fc.property(place, ({ from, length, to }) => {
      const block = source.subarray(from, Math.min(300, from + length));
      const target = new Uint8Array(new SharedArrayBuffer(400));
      copier.copy(block, target, to);
      const expected = new Uint8Array(400);
      expected.set(block, to);
      assert.deepEqual([...target], [...expected]);
    }),
    { numRuns: 200 },
  );
});

test('follows from one memory to another', () => {
  const copier = new BlockCopier();
  const target = new Uint8Array(new SharedArrayBuffer(4));
  copier.copy(Uint8Array.of(0, 1, 2).subarray(1), target, 0);
  copier.copy(Uint8Array.of(0, 3, 4).subarray(1), target, 2);
  assert.deepEqual([...target], [1, 2, 3, 4]);
});
