import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { FileProgress } from './file-progress.ts';
import { Layout } from './layout.ts';

const piece = 16_384;
/** a: pieces 0–1, empty: none, b: pieces 1–2, c: piece 2. */
const files = [
  { offsetBytes: 0, lengthBytes: piece + 100 },
  { offsetBytes: piece + 100, lengthBytes: 0 },
  { offsetBytes: piece + 100, lengthBytes: piece },
  { offsetBytes: 2 * piece + 100, lengthBytes: 50 },
];
const layout = new Layout(piece, files, false);

function wholeAfter(progress: FileProgress, index: number): number[] {
  const whole: number[] = [];
  progress.onVerified(index, (file) => whole.push(file));
  return whole;
}

test('a file is whole with the last of its pieces, in any order', () => {
  const progress = new FileProgress(layout, new Bitfield(layout.pieceCount));
  assert.equal(progress.isWhole(1), true, 'an empty file needs nothing');
  assert.deepEqual(wholeAfter(progress, 2), [3]);
  assert.deepEqual(wholeAfter(progress, 0), []);
  assert.deepEqual(wholeAfter(progress, 1), [0, 2]);
});

test('starts from what is verified, and a lost piece takes its files back', () => {
  const verified = Bitfield.full(layout.pieceCount);
  const progress = new FileProgress(layout, verified);
  assert.deepEqual(
    [0, 2, 3].map((file) => progress.isWhole(file)),
    [true, true, true],
  );
  progress.onLost(2);
  assert.deepEqual(
    [0, 2, 3].map((file) => progress.isWhole(file)),
    [true, false, false],
  );
  assert.deepEqual(wholeAfter(progress, 2), [2, 3]);
});
