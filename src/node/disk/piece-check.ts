/**
 * What a piece must hash to, and the comparison. Runs in the workers; the digests lie in shared memory
 * so that every worker sees one copy.
 */
import { hash } from 'node:crypto';
import { equalBytes } from '../../base/bytes.ts';
import { blockBytes } from '../../engine/layout.ts';
import { leafHashes, merkleRoot } from './merkle.ts';

export type PieceCheck =
  /** Version 1 and hybrid: 20 bytes a piece. */
  | { readonly kind: 'sha1'; readonly digests: Uint8Array }
  /**
   * Version 2: 32 bytes a piece, the root of the piece's tree, and the width of that tree in leaves: a
   * power of two, below the piece length only where a whole file is shorter than a piece. Width 0 marks
   * a piece whose digest is not known; it never passes.
   */
  | { readonly kind: 'merkle'; readonly roots: Uint8Array; readonly widths: Uint32Array };

/** `data` is the whole piece and nothing else. */
export function pieceIsValid(check: PieceCheck, piece: number, data: Uint8Array): boolean {
  if (check.kind === 'sha1') {
    const expected = check.digests.subarray(piece * 20, piece * 20 + 20);
    return expected.length === 20 && equalBytes(hash('sha1', data, 'buffer'), expected);
  }
  const width = check.widths[piece] ?? 0;
  if (width === 0 || data.length > width * blockBytes) return false;
  const expected = check.roots.subarray(piece * 32, piece * 32 + 32);
  return equalBytes(merkleRoot(leafHashes(data), width), expected);
}

/** SHA-1 of each block, 20 bytes each: evidence of who sent what, compared once the piece is right. */
export function blockDigests(data: Uint8Array): Uint8Array {
  const count = Math.ceil(data.length / blockBytes);
  const digests = new Uint8Array(count * 20);
  for (let i = 0; i < count; i++) {
    const block = data.subarray(i * blockBytes, (i + 1) * blockBytes);
    digests.set(hash('sha1', block, 'buffer'), i * 20);
  }
  return digests;
}

/** The same check with its digests in shared memory, so that sending it to a worker copies nothing. */
export function shareCheck(check: PieceCheck): PieceCheck {
  if (check.kind === 'sha1') return { kind: 'sha1', digests: shareBytes(check.digests) };
  const widths = new Uint32Array(new SharedArrayBuffer(check.widths.byteLength));
  widths.set(check.widths);
  return { kind: 'merkle', roots: shareBytes(check.roots), widths };
}

function shareBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
