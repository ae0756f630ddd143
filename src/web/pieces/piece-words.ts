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

/** `412 of 900 pieces are here, 3 partly. 485 are missing: 2 at one peer only, 3 at none.` */
export function piecesSentence(counts: PieceCounts): string {
  const { here, partial, wanted, rare, nowhere, skipped } = counts;
  const all = here + partial + wanted + skipped;
  if (here === all) return `All ${all} pieces are here.`;
  const started = partial > 0 ? `, ${partial} partly` : '';
  const scarce = [
    rare > 0 ? `${rare} at one peer only` : '',
    nowhere > 0 ? `${nowhere} at none` : '',
  ].filter(Boolean);
  const where = scarce.length > 0 ? `: ${scarce.join(', ')}` : '';
  const missing = wanted > 0 ? ` ${wanted} ${wanted === 1 ? 'is' : 'are'} missing${where}.` : '';
  const unwanted = skipped > 0 ? ` ${skipped} ${skipped === 1 ? 'is' : 'are'} not wanted.` : '';
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
