/**
 * The pieces of a torrent drawn together into as many cells as there is room for.
 * Invariant: work and memory follow the number of pieces, never the size of the window; every piece is
 * in exactly one cell, in order.
 */

/** As the API gives them, a byte a piece. */
export interface Pieces {
  readonly states: Uint8Array;
  /** How many peers have it. */
  readonly availability: Uint8Array;
}

/** What most matters in a cell decides its colour: what is missing for good before what is rare. */
export const cellKinds = ['here', 'partial', 'wanted', 'rare', 'nowhere', 'skipped'] as const;
export type CellKind = (typeof cellKinds)[number];

export interface PieceCell {
  readonly kind: CellKind;
  /** Of its pieces that are wanted or here, the share that is here: 0 to 1. */
  readonly done: number;
  readonly first: number;
  readonly last: number;
}

export interface CellGrid {
  readonly columns: number;
  readonly rows: number;
  /** Pieces in a cell; the last may have fewer. */
  readonly piecesPerCell: number;
}

const missing = 0;
const partial = 1;
const here = 2;
const skipped = 3;

/** How many cells of `step` pixels fit, at most `maxRows` of them high. */
export function gridFor(
  pieceCount: number,
  widthPx: number,
  stepPx: number,
  maxRows: number,
): CellGrid {
  const columns = Math.max(1, Math.floor(widthPx / stepPx));
  const piecesPerCell = Math.max(1, Math.ceil(pieceCount / (columns * maxRows)));
  const cells = Math.ceil(pieceCount / piecesPerCell);
  return { columns, rows: Math.ceil(cells / columns), piecesPerCell };
}

export function cellsOf({ states, availability }: Pieces, piecesPerCell: number): PieceCell[] {
  const cells: PieceCell[] = [];
  const rareAt = rareCopies(availability);
  for (let first = 0; first < states.length; first += piecesPerCell) {
    const last = Math.min(states.length, first + piecesPerCell) - 1;
    cells.push(cellOf(states, availability, first, last, rareAt));
  }
  return cells;
}

/** A piece at one peer only is rare where others are at more: with a single peer nothing stands out. */
function rareCopies(availability: Uint8Array): number {
  return availability.some((peers) => peers > 1) ? 1 : 0;
}

function cellOf(
  states: Uint8Array,
  availability: Uint8Array,
  first: number,
  last: number,
  rareAt: number,
): PieceCell {
  let hereCount = 0;
  let skippedCount = 0;
  let hasPartial = false;
  let rarest = 255;
  for (let piece = first; piece <= last; piece++) {
    const state = states[piece];
    if (state === here) hereCount++;
    else if (state === skipped) skippedCount++;
    else {
      if (state === partial) hasPartial = true;
      rarest = Math.min(rarest, availability[piece] ?? 0);
    }
  }
  const count = last - first + 1;
  const counted = count - skippedCount;
  const done = counted === 0 ? 0 : hereCount / counted;
  return { kind: kindOf(counted, hereCount, hasPartial, rarest, rareAt), done, first, last };
}

function kindOf(
  counted: number,
  hereCount: number,
  hasPartial: boolean,
  rarest: number,
  rareAt: number,
): CellKind {
  if (counted === 0) return 'skipped';
  if (hereCount === counted) return 'here';
  if (hasPartial) return 'partial';
  if (rarest === 0) return 'nowhere';
  return rarest <= rareAt ? 'rare' : 'wanted';
}

/**
 * Copies of the whole among us and our peers: those of the rarest piece, and after the point the share of
 * pieces of which there is one more. Undefined for nothing.
 */
export function availabilityOf({ states, availability }: Pieces): number | undefined {
  if (states.length === 0) return undefined;
  const copies = states.map((state, i) => (availability[i] ?? 0) + (state === here ? 1 : 0));
  const fewest = copies.reduce((least, one) => Math.min(least, one), 256);
  const more = copies.reduce((count, one) => count + (one > fewest ? 1 : 0), 0);
  return fewest + more / copies.length;
}

export interface PieceCounts {
  readonly here: number;
  readonly partial: number;
  readonly wanted: number;
  /** Of those that are wanted: one peer has it. */
  readonly rare: number;
  /** Of those that are wanted: no peer has it. */
  readonly nowhere: number;
  readonly skipped: number;
}

export function countPieces({ states, availability }: Pieces): PieceCounts {
  const rareAt = rareCopies(availability);
  const counts = { here: 0, partial: 0, wanted: 0, rare: 0, nowhere: 0, skipped: 0 };
  states.forEach((state, piece) => {
    if (state === here) counts.here++;
    else if (state === skipped) counts.skipped++;
    else if (state === partial) counts.partial++;
    if (state !== missing) return;
    counts.wanted++;
    const peers = availability[piece] ?? 0;
    if (peers === 0) counts.nowhere++;
    else if (peers <= rareAt) counts.rare++;
  });
  return counts;
}
