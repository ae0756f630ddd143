import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { availabilityOf, cellsOf, countPieces, gridFor } from './piece-cells.ts';

const pieces = (states: number[], availability: number[]) => ({
  states: Uint8Array.from(states),
  availability: Uint8Array.from(availability),
});

describe('cells of pieces', () => {
  it('fit into the width and the rows there are', () => {
    assert.deepEqual(gridFor(100, 300, 10, 8), { columns: 30, rows: 4, piecesPerCell: 1 });
    assert.deepEqual(gridFor(1000, 300, 10, 8), { columns: 30, rows: 7, piecesPerCell: 5 });
    assert.deepEqual(gridFor(1_000_000, 300, 10, 8).rows <= 8, true);
    assert.deepEqual(gridFor(0, 0, 10, 8), { columns: 1, rows: 0, piecesPerCell: 1 });
  });

  it('have every piece once, and the colour of what matters most', () => {
    const cells = cellsOf(
      pieces([2, 2, 0, 2, 0, 2, 1, 0, 3, 3, 3], [9, 9, 2, 0, 1, 0, 0, 5, 0, 0, 0]),
      2,
    );
    assert.deepEqual(
      cells.map(({ kind, done, first, last }) => [kind, done, first, last]),
      [
        ['here', 1, 0, 1],
        ['wanted', 0.5, 2, 3],
        ['rare', 0.5, 4, 5],
        ['partial', 0, 6, 7],
        ['skipped', 0, 8, 9],
        ['skipped', 0, 10, 10],
      ],
    );
    assert.equal(cellsOf(pieces([2, 0], [0, 0]), 2)[0]?.kind, 'nowhere');
    assert.equal(cellsOf(pieces([2, 0], [0, 1]), 2)[0]?.kind, 'wanted', 'the only peer has it');
  });

  it('tell how often the whole is there', () => {
    assert.equal(availabilityOf(pieces([2, 0, 0, 2], [1, 1, 2, 0])), 1.5);
    assert.equal(availabilityOf(pieces([0, 2], [0, 4])), 0.5);
    assert.equal(availabilityOf(pieces([], [])), undefined);
  });

  it('are counted by kind', () => {
    assert.deepEqual(countPieces(pieces([2, 1, 0, 0, 0, 3], [0, 0, 0, 1, 2, 0])), {
      here: 1,
      partial: 1,
      wanted: 3,
      rare: 1,
      nowhere: 1,
      skipped: 1,
    });
  });
});
