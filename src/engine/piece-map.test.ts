import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { SeededRandom } from '../base/random.ts';
import { blockBytes, Layout } from './layout.ts';
import { copiesOf, pieceMap } from './piece-map.ts';
import { PiecePicker } from './piece-picker.ts';

const layout = new Layout(2 * blockBytes, [{ offsetBytes: 0, lengthBytes: 8 * blockBytes }], false);

function picker(): PiecePicker {
  return new PiecePicker({ layout, random: new SeededRandom(1), openPiece: () => true });
}

test('each piece has the state that people see', () => {
  const ours = picker();
  ours.markVerified(0);
  ours.restorePartial(1, Uint8Array.of(1, 0));
  ours.setPiecePriority(3, 0);
  assert.deepEqual([...pieceMap(ours, 4).states], [2, 1, 0, 3]);
});

test('copies count us, and the share of pieces that have more', () => {
  const ours = picker();
  assert.equal(copiesOf(ours, 4), 0);
  const have = Bitfield.full(4);
  have.clear(3);
  ours.addPeer({
    have,
    rateBytesPerSecond: 0,
    allowedFast: undefined,
    suggested: [],
    isOutstanding: () => false,
    isLate: () => false,
  });
  assert.equal(copiesOf(ours, 4), 0.75);
  assert.deepEqual([...pieceMap(ours, 4).availability], [1, 1, 1, 0]);
  for (let piece = 0; piece < 4; piece++) ours.markVerified(piece);
  assert.equal(copiesOf(ours, 4), 1.75);
});
