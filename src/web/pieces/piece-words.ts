/** The map of pieces in words: for who does not see it, and for the cell under the pointer. */
import type { CellKind, PieceCell, PieceCounts } from './piece-cells.ts';

export const legend: readonly { readonly kind: CellKind; readonly name: string }[] = [
  { kind: 'here', name: 'have' },
  { kind: 'partial', name: 'partial' },
  { kind: 'wanted', name: 'wanted' },
  { kind: 'rare', name: 'rare' },
  { kind: 'nowhere', name: 'nobody has it' },
  { kind: 'skipped', name: 'not wanted' },
];

/** `412 of 900 pieces are here, 3 partly. Of the 485 wanted, 2 are at one peer only and 3 at none.` */
export function piecesSentence(counts: PieceCounts): string {
  const { here, partial, wanted, rare, nowhere, skipped } = counts;
  const all = here + partial + wanted + skipped;
  const started = partial > 0 ? `, ${partial} partly` : '';
  const unwanted = skipped > 0 ? ` ${skipped} are not wanted.` : '';
  const missing =
    wanted > 0
      ? ` Of the ${wanted} missing, ${rare} are at one peer only and ${nowhere} at none.`
      : '';
  return `${here} of ${all} pieces are here${started}.${missing}${unwanted}`;
}

const kindWords: Readonly<Record<CellKind, string>> = {
  here: 'here',
  partial: 'on its way',
  wanted: 'wanted',
  rare: 'wanted, at one peer only',
  nowhere: 'wanted, and nobody online has it',
  skipped: 'not wanted',
};

/** `Piece 12: here`, `Pieces 12 to 15: wanted, 25% here`. */
export function cellSentence({ kind, done, first, last }: PieceCell): string {
  const which = first === last ? `Piece ${first}` : `Pieces ${first} to ${last}`;
  const share =
    first !== last && kind !== 'here' && done > 0 ? `, ${Math.floor(done * 100)}% here` : '';
  return `${which}: ${kindWords[kind]}${share}`;
}
