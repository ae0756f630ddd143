import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { leafHashes, merkleRoot, treeWidth } from './merkle.ts';
import { blockDigests, type PieceCheck, pieceIsValid, shareCheck } from './piece-check.ts';

const kib = 1024;
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

test('trees are padded with zero leaves, and layers with roots of zero leaves', () => {
  const data = Buffer.alloc(40 * kib, 3);
  const [a, b, c] = [
    data.subarray(0, 16 * kib),
    data.subarray(0, 16 * kib),
    data.subarray(0, 8 * kib),
  ].map(sha256);
  const ab = sha256(Buffer.concat([a!, b!]));
  const c0 = sha256(Buffer.concat([c!, Buffer.alloc(32)]));
  const root = sha256(Buffer.concat([ab, c0]));
  assert.deepEqual(Buffer.from(merkleRoot(leafHashes(data), 4)), root);
  const zero = sha256(Buffer.alloc(64));
  const wide = sha256(Buffer.concat([root, sha256(Buffer.concat([zero, zero]))]));
  assert.deepEqual(Buffer.from(merkleRoot(leafHashes(data), 8)), wide);
  const layer = Buffer.concat([ab, c0]);
  const upper = sha256(Buffer.concat([root, sha256(Buffer.concat([zero, zero]))]));
  assert.deepEqual(Buffer.from(merkleRoot(layer, 4, 1)), upper);
  assert.deepEqual([1, 2, 3, 4, 5, 1000].map(treeWidth), [1, 2, 4, 4, 8, 1024]);
});

test('a piece passes only with every byte right, at its own index', () => {
  const pieces = [Buffer.alloc(32 * kib, 1), Buffer.alloc(20 * kib, 2)];
  const sha1 = pieces.map((piece) => createHash('sha1').update(piece).digest());
  const roots = pieces.map((piece) => merkleRoot(leafHashes(piece), 2));
  const checks: PieceCheck[] = [
    { kind: 'sha1', digests: Buffer.concat(sha1) },
    { kind: 'merkle', roots: Buffer.concat(roots), widths: Uint32Array.of(2, 2) },
  ];
  for (const check of [...checks, ...checks.map(shareCheck)]) {
    for (const [index, piece] of pieces.entries()) {
      assert.equal(pieceIsValid(check, index, piece), true);
      assert.equal(pieceIsValid(check, 1 - index, piece), false);
      assert.equal(pieceIsValid(check, 2, piece), false);
      const wrong = Buffer.from(piece);
      wrong[piece.length - 1]! ^= 1;
      assert.equal(pieceIsValid(check, index, wrong), false);
      assert.equal(pieceIsValid(check, index, piece.subarray(1)), false);
    }
  }
});

test('a piece whose hash is unknown, or that exceeds its tree, never passes', () => {
  const piece = Buffer.alloc(32 * kib);
  const roots = merkleRoot(leafHashes(piece), 2);
  assert.equal(pieceIsValid({ kind: 'merkle', roots, widths: Uint32Array.of(0) }, 0, piece), false);
  assert.equal(pieceIsValid({ kind: 'merkle', roots, widths: Uint32Array.of(1) }, 0, piece), false);
  assert.equal(
    pieceIsValid({ kind: 'merkle', roots, widths: new Uint32Array(0) }, 0, piece),
    false,
  );
});

test('blocks have a digest each, the last also when it is short', () => {
  const data = Buffer.alloc(16 * kib + 1, 5);
  const digests = Buffer.from(blockDigests(data));
  const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest();
  assert.deepEqual(digests, Buffer.concat([sha1(data.subarray(0, 16 * kib)), sha1(Buffer.of(5))]));
});
