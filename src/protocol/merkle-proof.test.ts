import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hashes } from '../base/hashes.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { SeededRandom } from '../base/random.ts';
import { uncleCount } from './hash-message.ts';
import { LayerTree } from './layer-tree.ts';
import { foldMerkleLayer, merklePadding, merkleRoot, nextPowerOfTwo } from './merkle.ts';
import { isRangeOfLayer } from './merkle-proof.ts';

function randomLayer(pieceCount: number, seed = 1): Uint8Array {
  const random = new SeededRandom(seed);
  return Uint8Array.from({ length: pieceCount * 32 }, () => random.below(256));
}

function scene(pieceCount: number, level: number, seed?: number) {
  const layer = randomLayer(pieceCount, seed);
  const piecesRoot = merkleRoot(layer, hashes, level);
  const tree = new LayerTree(layer, level, hashes);
  const accepts = (range: { index: number; length: number }, proven: Uint8Array) =>
    isRangeOfLayer(
      { piecesRoot, pieceCount },
      level,
      range,
      proven.subarray(0, range.length * 32),
      proven.subarray(range.length * 32),
      hashes,
    );
  return { layer, tree, accepts };
}

test('the uncles of a range, by hand', () => {
  const { layer, tree } = scene(6, 1);
  const node = (i: number) => layer.slice(i * 32, i * 32 + 32);
  const parent = (i: number) => foldMerkleLayer(layer.slice(i * 64, i * 64 + 64), 1, hashes, 1);
  const padding = merklePadding(1, hashes);
  // Eight places: 0 to 5 are pieces, 6 and 7 padding.
  assert.equal(tree.height, 3);
  const left = foldMerkleLayer(layer.slice(0, 128), 2, hashes, 1);
  assert.deepEqual(
    Buffer.from(tree.prove(4, 2, 2)!),
    Buffer.concat([node(4), node(5), merklePadding(2, hashes), left]),
  );
  assert.deepEqual(Buffer.from(tree.prove(6, 2, 1)!), Buffer.concat([padding, padding, parent(2)]));
  // The first proof layer follows from four hashes; a single one needs its own sibling.
  assert.deepEqual(Buffer.from(tree.prove(0, 4, 1)!), Buffer.from(layer.slice(0, 128)));
  assert.deepEqual(Buffer.from(tree.prove(3, 1, 1)!), Buffer.concat([node(3), node(2), parent(0)]));
  assert.equal(tree.prove(0, 8, 0)?.length, 8 * 32);
  assert.equal(tree.prove(8, 1, 0), undefined);
  assert.equal(tree.prove(0, 16, 0), undefined);
  assert.equal(tree.prove(0, 2, 3), undefined);
});

const aRange = fc
  .record({
    pieceCount: fc.oneof(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 500, max: 2100 })),
    level: fc.nat(3),
    power: fc.nat(9),
    place: fc.nat(),
    seed: fc.nat(),
  })
  .map(({ pieceCount, level, power, place, seed }) => {
    const width = nextPowerOfTwo(pieceCount);
    const length = Math.min(2 ** power, width);
    const index = (place % (width / length)) * length;
    return { pieceCount, level, index, length, seed };
  });

test('every range of every tree is proven, and no other hash in its place', () => {
  fc.assert(
    fc.property(aRange, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, at, flip) => {
      const { pieceCount, level, index, length, seed } = given;
      const { tree, accepts } = scene(pieceCount, level, seed);
      const proven = tree.prove(index, length, tree.height - 1)!;
      assert.equal(proven.length / 32, length + uncleCount(length, tree.height - 1));
      assert.ok(accepts(given, proven));
      const forged = proven.slice();
      forged[at % forged.length]! ^= flip;
      assert.ok(!accepts(given, forged));
      assert.ok(!accepts(given, proven.slice(0, -32)));
      const other = index >= length ? index - length : index + length;
      // Ranges of padding only are all alike.
      const isMoved = length < 2 ** tree.height && Math.min(index, other) < pieceCount;
      if (isMoved) assert.ok(!accepts({ index: other, length }, proven));
    }),
    { numRuns: 60 },
  );
});

test('a tree with content where the file has ended is refused', () => {
  const { tree, layer } = scene(8, 0);
  const piecesRoot = merkleRoot(layer, hashes);
  const verdict = (index: number, pieceCount: number) => {
    const proven = tree.prove(index, 2, 2)!;
    const [nodes, uncles] = [proven.subarray(0, 64), proven.subarray(64)];
    const range = { index, length: 2 };
    return isRangeOfLayer({ piecesRoot, pieceCount }, 0, range, nodes, uncles, hashes);
  };
  assert.deepEqual([verdict(4, 8), verdict(6, 8)], [true, true]);
  // In the range itself, and in an uncle of it.
  assert.deepEqual([verdict(6, 7), verdict(4, 6)], [false, false]);
  // A tree of another height has other proofs.
  assert.deepEqual([verdict(0, 4), verdict(0, 9)], [false, false]);
});

test('work is what proving a range costs', () => {
  let count = 0;
  const counting: Hashes = {
    ...hashes,
    sha256: (bytes) => {
      count++;
      return hashes.sha256(bytes);
    },
  };
  const tree = new LayerTree(randomLayer(2048), 0, counting);
  tree.prove(0, 2, 10);
  count = 0;
  tree.prove(0, 2, 10);
  const bound = LayerTree.workOf(2, 10);
  assert.ok(count <= 2 * bound + 100 && bound === 510, `${count} hashes, ${bound} said`);
  count = 0;
  tree.prove(512, 512, 10);
  assert.ok(LayerTree.workOf(512, 10) === 0 && count <= 20, `${count} hashes`);
});
