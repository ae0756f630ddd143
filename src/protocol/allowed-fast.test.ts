import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { allowedFastSet } from './allowed-fast.ts';

const hashes = {
  sha1: (bytes: Uint8Array) => createHash('sha1').update(bytes).digest(),
  sha256: (bytes: Uint8Array) => createHash('sha256').update(bytes).digest(),
};
const infoHash = new Uint8Array(20).fill(0xaa);
const address = Uint8Array.of(80, 4, 4, 200);

test('the examples of BEP 6', () => {
  const set = (count: number) =>
    allowedFastSet({ count, pieceCount: 1313, infoHash, address }, hashes);
  assert.deepEqual(set(7), [1059, 431, 808, 1217, 287, 376, 1188]);
  assert.deepEqual(set(9), [1059, 431, 808, 1217, 287, 376, 1188, 353, 508]);
});

test('a whole /24 gets one set, also over mapped addresses, and IPv6 none', () => {
  const set = (...bytes: number[]) =>
    allowedFastSet(
      { count: 5, pieceCount: 1000, infoHash, address: Uint8Array.from(bytes) },
      hashes,
    );
  assert.deepEqual(set(80, 4, 4, 1), set(80, 4, 4, 200));
  assert.notDeepEqual(set(80, 4, 5, 1), set(80, 4, 4, 1));
  assert.deepEqual(set(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 80, 4, 4, 1), set(80, 4, 4, 1));
  assert.deepEqual(set(32, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), []);
});

test('sets of any size end, and hold distinct pieces of the torrent', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(40), (count, pieceCount) => {
      const set = allowedFastSet({ count, pieceCount, infoHash, address }, hashes);
      assert.equal(set.length, Math.min(count, pieceCount));
      assert.equal(new Set(set).size, set.length);
      assert.ok(set.every((piece) => piece >= 0 && piece < pieceCount));
    }),
  );
});
