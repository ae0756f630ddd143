/**
 * Geometry of a torrent: pieces, blocks and files in one concatenated byte space. Indices made here
 * are valid by construction. A block is a request of 16 KiB; only the last of a piece is shorter.
 */
import { assert } from '../base/assert.ts';

/** The length every client requests; larger requests get peers closed (BEP 3). */
export const blockBytes = 16384;

export interface FileSpan {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export class Layout {
  readonly pieceLength: number;
  readonly lengthBytes: number;
  readonly pieceCount: number;
  /** Blocks in every piece but the last. */
  readonly blocksPerPiece: number;
  readonly files: readonly FileSpan[];

  constructor(pieceLength: number, lengthBytes: number, files: readonly FileSpan[]) {
    assert(pieceLength > 0 && Number.isSafeInteger(lengthBytes), 'a layout has positive pieces');
    this.pieceLength = pieceLength;
    this.lengthBytes = lengthBytes;
    this.pieceCount = Math.ceil(lengthBytes / pieceLength);
    this.blocksPerPiece = Math.ceil(pieceLength / blockBytes);
    this.files = files;
  }

  /** Bytes of a piece; only the last may be shorter. */
  pieceBytes(piece: number): number {
    return piece === this.pieceCount - 1
      ? this.lengthBytes - piece * this.pieceLength
      : this.pieceLength;
  }

  blockCount(piece: number): number {
    return piece === this.pieceCount - 1
      ? Math.ceil(this.pieceBytes(piece) / blockBytes)
      : this.blocksPerPiece;
  }

  /** Bytes of a block; only the last of a piece may be shorter. */
  blockLength(piece: number, block: number): number {
    return Math.min(blockBytes, this.pieceBytes(piece) - block * blockBytes);
  }

  /** Whether a peer's request or block lies inside a piece. */
  contains(piece: number, begin: number, lengthBytes: number): boolean {
    return (
      piece < this.pieceCount && lengthBytes > 0 && begin + lengthBytes <= this.pieceBytes(piece)
    );
  }

  /** First and last piece that hold a byte of the file; undefined for an empty file. */
  piecesOfFile(file: number): { first: number; last: number } | undefined {
    const span = this.files[file];
    assert(span !== undefined, `no file ${file}`);
    if (span.lengthBytes === 0) return undefined;
    return {
      first: Math.floor(span.offsetBytes / this.pieceLength),
      last: Math.floor((span.offsetBytes + span.lengthBytes - 1) / this.pieceLength),
    };
  }
}
