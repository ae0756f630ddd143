import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../../base/bitfield.ts';
import { Layout } from '../../engine/layout.ts';
import { withRanges } from '../torrents/file-wishes.ts';
import { fileBytes, pieceStates, wantedCounts } from './stored-content.ts';

/** Three files of 25, 5 and 12 bytes in pieces of 10. */
const layout = new Layout(
  10,
  [
    { offsetBytes: 0, lengthBytes: 25 },
    { offsetBytes: 25, lengthBytes: 5 },
    { offsetBytes: 30, lengthBytes: 12 },
  ],
  false,
);

function state(...here: readonly number[]) {
  const verified = new Bitfield(layout.pieceCount);
  for (const piece of here) verified.set(piece);
  return { layout, verified };
}

test('bytes of a file are those of its verified pieces', () => {
  assert.deepEqual(fileBytes(state(0, 2)), [15, 5, 0]);
  assert.deepEqual(fileBytes(state()), [0, 0, 0]);
});

test('a piece is wanted while one of its files is', () => {
  const skipFirst = withRanges(undefined, [{ first: 0, last: 0, priority: 'skip' }], 3);
  assert.deepEqual([...pieceStates(state(1), skipFirst)], [3, 2, 0, 0, 0]);
  assert.deepEqual([...pieceStates(state(1), undefined)], [0, 2, 0, 0, 0]);
  assert.deepEqual(wantedCounts(state(1), skipFirst), { doneBytes: 10, wantedBytes: 32 });
  assert.deepEqual(wantedCounts(state(0, 1, 2, 3, 4), undefined), {
    doneBytes: 42,
    wantedBytes: 42,
  });
});
