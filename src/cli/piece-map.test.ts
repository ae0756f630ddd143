import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countPieces, decodePieces, pieceMapLines } from './piece-map.ts';

const pieces = (states: readonly number[], availability: readonly number[] = states.map(() => 1)) =>
  decodePieces({
    pieceCount: states.length,
    pieceLength: 16_384,
    states: Buffer.from(states).toString('base64'),
    availability: Buffer.from(availability).toString('base64'),
  });

const torrent = { name: 'holiday', pieceLength: 16_384 };

test('each state has its sign, and what nobody has is said', () => {
  const few = pieces([2, 1, 0, 3, 0], [0, 0, 4, 0, 0]);
  assert.deepEqual(countPieces(few), { here: 1, partial: 1, missing: 2, notWanted: 1, nowhere: 2 });
  assert.deepEqual(pieceMapLines(torrent, few, 100), [
    '  holiday   5 pieces of 16 KiB',
    '  █▒·_·',
    '  █ 1 here   ▒ 1 partial   · 2 missing   _ 1 not wanted   2 with no peer',
  ]);
});

test('many share a sign that never hides a hole', () => {
  const many = pieces(Array.from({ length: 4000 }, (_, index) => (index === 3000 ? 0 : 2)));
  const lines = pieceMapLines(torrent, many, 60);
  assert.ok(lines.every((line) => line.length <= 60));
  assert.ok(lines.length <= 10);
  assert.equal(lines.join('').match(/▒/g)?.length, 2);
  assert.match(lines[0] ?? '', /9 pieces to a character/);
});

test('no pieces, no lines; and never more than are said to be there', () => {
  assert.deepEqual(pieceMapLines(torrent, pieces([]), 80), []);
  const { states } = decodePieces({
    pieceCount: 2,
    pieceLength: 1,
    states: 'AgICAgIC',
    availability: '',
  });
  assert.equal(states.length, 2);
});
