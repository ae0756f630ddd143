/**
 * What a piece's bytes must hash to (BEP 3 `pieces`; BEP 52 `pieces root` and `piece layers`), in a
 * form a disk worker can take: flat arrays, indexed by piece. Hybrid torrents are checked by their
 * version 1 hashes, which cover the same bytes and the padding between files.
 */

import { Bitfield } from '../base/bitfield.ts';
import { toHex } from '../base/hex.ts';
import { merkleHashBytes, merkleLeafCount, nextPowerOfTwo } from './merkle.ts';
import type { TorrentInfo } from './metainfo-types.ts';

export type PieceExpectation = Sha1Expectation | MerkleExpectation;

/** SHA-1 over the whole piece, zeros for padding files. */
export interface Sha1Expectation {
  readonly kind: 'sha1';
  /** 20 bytes a piece. */
  readonly digests: Uint8Array;
}

/**
 * SHA-256 over each 16 KiB block of the piece, then up to one root. A piece belongs to one file and
 * ends with it: what lies between that end and the next piece is never transferred nor hashed.
 */
export interface MerkleExpectation {
  readonly kind: 'merkle';
  /** 32 bytes a piece; zeros where `known` says that the layer has not been fetched yet. */
  readonly roots: Uint8Array;
  readonly known: Bitfield;
  /** Bytes of content in each piece: the piece length, or less at the end of a file. */
  readonly lengths: Uint32Array;
  /** Leaves of each piece's tree, a power of two: zero leaves follow those of its blocks up to this. */
  readonly leafCounts: Uint32Array;
}

export function pieceVerification(info: TorrentInfo): PieceExpectation {
  const { v1 } = info.pieceHashes;
  return v1 ? { kind: 'sha1', digests: v1 } : merkleExpectation(info);
}

function merkleExpectation(info: TorrentInfo): MerkleExpectation {
  const { pieceCount, pieceLength } = info;
  const roots = new Uint8Array(pieceCount * merkleHashBytes);
  const known = new Bitfield(pieceCount);
  const lengths = new Uint32Array(pieceCount);
  const leafCounts = new Uint32Array(pieceCount);
  for (const { piecesRoot, lengthBytes, offsetBytes } of info.files) {
    if (piecesRoot === undefined) continue;
    const first = offsetBytes / pieceLength;
    const count = Math.ceil(lengthBytes / pieceLength);
    const layer = count === 1 ? piecesRoot : info.pieceHashes.layers?.get(toHex(piecesRoot));
    if (layer) roots.set(layer, first * merkleHashBytes);
    for (let i = 0; i < count; i++) {
      const piece = first + i;
      lengths[piece] = Math.min(pieceLength, lengthBytes - i * pieceLength);
      // A file within one piece has a tree of its own size; longer files fill every piece's tree.
      leafCounts[piece] = nextPowerOfTwo(merkleLeafCount(count === 1 ? lengthBytes : pieceLength));
      if (layer) known.set(piece);
    }
  }
  return { kind: 'merkle', roots, known, lengths, leafCounts };
}
