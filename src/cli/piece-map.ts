/** The pieces of a torrent as characters: each stands for as many pieces as the window needs. */
import type { PieceMap } from '../api/contract/torrents.ts';
import { formatBytes, formatCount, groupDigits } from './format.ts';
import { cutMiddle } from './text-width.ts';
import { visibleText } from './visible-text.ts';

export interface DecodedPieces {
  /** A byte a piece: 0 missing, 1 partial, 2 here, 3 not wanted. */
  readonly states: Uint8Array;
  /** How many peers have it, a byte a piece. */
  readonly availability: Uint8Array;
}

export interface PieceCounts {
  readonly here: number;
  readonly partial: number;
  readonly missing: number;
  readonly notWanted: number;
  /** Neither here nor with any peer, though wanted. */
  readonly nowhere: number;
}

const missing = 0;
const partial = 1;
const here = 2;
const notWanted = 3;

const rows = 8;
const margin = 2;

export function decodePieces({ states, availability, pieceCount }: PieceMap): DecodedPieces {
  return { states: bytesOf(states, pieceCount), availability: bytesOf(availability, pieceCount) };
}

export function countPieces({ states, availability }: DecodedPieces): PieceCounts {
  const counts = [0, 0, 0, 0];
  let nowhere = 0;
  for (const [index, state] of states.entries()) {
    counts[state] = (counts[state] ?? 0) + 1;
    if ((state === missing || state === partial) && availability[index] === 0) nowhere++;
  }
  return {
    here: counts[here]!,
    partial: counts[partial]!,
    missing: counts[missing]!,
    notWanted: counts[notWanted]!,
    nowhere,
  };
}

/** No lines for no pieces. */
export function pieceMapLines(
  { name, pieceLength }: { readonly name: string; readonly pieceLength: number },
  pieces: DecodedPieces,
  width: number,
): string[] {
  const { length } = pieces.states;
  if (length === 0) return [];
  const columns = Math.max(10, width - 2 * margin);
  const perCharacter = Math.max(1, Math.ceil(length / (columns * rows)));
  const characters = Array.from({ length: Math.ceil(length / perCharacter) }, (_, at) =>
    characterFor(pieces.states.subarray(at * perCharacter, (at + 1) * perCharacter)),
  );
  const counts = countPieces(pieces);
  const scale = perCharacter === 1 ? '' : `   ${groupDigits(perCharacter)} pieces to a character`;
  const head = `${formatCount(length, 'piece')} of ${formatBytes(pieceLength)}${scale}`;
  const said = [
    `█ ${groupDigits(counts.here)} here`,
    `▒ ${groupDigits(counts.partial)} partial`,
    `· ${groupDigits(counts.missing)} missing`,
    ...(counts.notWanted > 0 ? [`_ ${groupDigits(counts.notWanted)} not wanted`] : []),
    ...(counts.nowhere > 0 ? [`${groupDigits(counts.nowhere)} with no peer`] : []),
  ];
  const indent = ' '.repeat(margin);
  const lines: string[] = [];
  for (let at = 0; at < characters.length; at += columns) {
    lines.push(indent + characters.slice(at, at + columns).join(''));
  }
  return [
    cutMiddle(`${indent}${visibleText(name)}   ${head}`, width),
    ...lines,
    `${indent}${said.join('   ')}`,
  ];
}

/** Full only when all is here, so that a hole is never hidden. */
function characterFor(states: Uint8Array): string {
  const wanted = states.filter((state) => state !== notWanted);
  if (wanted.length === 0) return '_';
  if (wanted.every((state) => state === here)) return '█';
  if (wanted.every((state) => state === missing)) return '·';
  return '▒';
}

/** As many as there are pieces, whatever was sent. */
function bytesOf(base64: string, pieceCount: number): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64').subarray(0, pieceCount));
}
