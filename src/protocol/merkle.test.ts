import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes } from '../base/bytes.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { toHex } from '../base/hex.ts';
import {
  foldMerkleLayer,
  hashFileV2,
  isLayerOfRoot,
  merklePadding,
  merkleRoot,
  pieceLayerLevel,
} from './merkle.ts';

const leaf = (i: number) => hashes.sha256(Uint8Array.of(i));
const leavesOf = (count: number) => concatBytes(Array.from({ length: count }, (_, i) => leaf(i)));
const pair = (a: Uint8Array, b: Uint8Array) => hashes.sha256(concatBytes([a, b]));
const zero = new Uint8Array(32);

test('padding hashes are roots of zero leaves', () => {
  assert.deepEqual(merklePadding(0, hashes), zero);
  // SHA-256 of 64 zero bytes, and of that hash twice.
  assert.equal(
    toHex(merklePadding(1, hashes)),
    'f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b',
  );
  assert.equal(
    toHex(merklePadding(2, hashes)),
    'db56114e00fdd4c1f85c892bf35ac9a89289aaecb1ebd0a96cde606a748b5d71',
  );
});

test('a root over three leaves, by hand', () => {
  const expected = pair(pair(leaf(0), leaf(1)), pair(leaf(2), zero));
  assert.deepEqual(merkleRoot(leavesOf(3), hashes), expected);
  assert.deepEqual(merkleRoot(leaf(0), hashes), leaf(0));
  const wide = pair(pair(leaf(0), zero), merklePadding(1, hashes));
  assert.deepEqual(merkleRoot(leaf(0), hashes, 0, 4), wide);
});

test('folding in two steps gives the same root for any number of leaves', () => {
  for (let count = 1; count <= 40; count++) {
    const leaves = leavesOf(count);
    const root = merkleRoot(leaves, hashes);
    for (let level = 1; 2 ** level < count; level++) {
      const layer = foldMerkleLayer(leaves, level, hashes);
      assert.equal(layer.length, 32 * Math.ceil(count / 2 ** level));
      assert.deepEqual(merkleRoot(layer, hashes, level), root, `${count} leaves, level ${level}`);
    }
  }
});

test('a file larger than a piece has a layer that belongs to its root, and to no other', () => {
  const pieceLength = 4 * 16384;
  assert.equal(pieceLayerLevel(pieceLength), 2);
  assert.equal(hashFileV2(leavesOf(4), pieceLength, hashes).layer, undefined);
  const { root, layer } = hashFileV2(leavesOf(9), pieceLength, hashes);
  assert.equal(layer?.length, 3 * 32);
  assert.deepEqual(root, merkleRoot(leavesOf(9), hashes));
  assert.ok(isLayerOfRoot(layer!, root, pieceLength, hashes));
  assert.ok(!isLayerOfRoot(layer!, root, pieceLength * 2, hashes));
  layer![40]! ^= 1;
  assert.ok(!isLayerOfRoot(layer!, root, pieceLength, hashes));
});
