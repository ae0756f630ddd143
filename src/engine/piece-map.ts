/** A torrent's pieces as people look at them: the state of each, and how many copies there are. */
import type { PiecePicker } from './piece-picker.ts';

/** A byte a piece. */
export interface PieceMap {
  /** As `pieceMapState` has them. */
  readonly states: Uint8Array;
  /** Connected peers that have it; at most 255. */
  readonly availability: Uint8Array;
}

export const pieceMapState = { missing: 0, partial: 1, here: 2, notWanted: 3 } as const;

export function pieceMap(picker: PiecePicker, pieceCount: number): PieceMap {
  const states = new Uint8Array(pieceCount);
  const availability = new Uint8Array(pieceCount);
  for (let piece = 0; piece < pieceCount; piece++) {
    states[piece] = stateOf(picker, piece);
    availability[piece] = Math.min(picker.availability(piece), 255);
  }
  return { states, availability };
}

/** Copies of the rarest piece, ours among them, and behind the point the share of pieces with more. */
export function copiesOf(picker: PiecePicker, pieceCount: number): number {
  let least = Number.POSITIVE_INFINITY;
  let withMore = 0;
  for (let piece = 0; piece < pieceCount; piece++) {
    const copies = picker.availability(piece) + (picker.verified.has(piece) ? 1 : 0);
    if (copies < least) {
      least = copies;
      withMore = piece;
    } else if (copies > least) withMore++;
  }
  return pieceCount === 0 ? 0 : least + withMore / pieceCount;
}

function stateOf(picker: PiecePicker, piece: number): number {
  const state = picker.stateOf(piece);
  if (state === 'verified') return pieceMapState.here;
  if (picker.piecePriority(piece) === 0) return pieceMapState.notWanted;
  return state === 'missing' ? pieceMapState.missing : pieceMapState.partial;
}
