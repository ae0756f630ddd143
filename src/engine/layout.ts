/**
 * Geometry of a torrent: pieces, blocks and files in one concatenated byte space. Indices made here
 * are valid by construction. A block is a request of 16 KiB; only the last of a piece is shorter.
 */
import { assert } from '../base/assert.ts';
import { BLOCK_BYTES } from '../protocol/peer-wire-encoder.ts';

/** The length every client requests; larger requests get peers closed (BEP 3). */
export const blockBytes = BLOCK_BYTES;

export interface FileSpan {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** BEP 47: zeros that travel with the pieces and are nobody's content. */
  readonly padding?: boolean;
}

export class Layout {
  readonly pieceLength: number;
  readonly pieceCount: number;
  /** Sum of all pieces: with v1 padding files, without the alignment gaps of v2. */
  readonly lengthBytes: number;
  /** What ends up in files: all pieces without padding files. */
  readonly contentBytes: number;
  /** Blocks in every piece that is not short. */
  readonly blocksPerPiece: number;
  readonly files: readonly FileSpan[];
  readonly #filesAligned: boolean;
  /** Pieces below `pieceLength`: the last one and, where every file starts a piece (v2), each file's last. */
  readonly #shortPieces = new Map<number, number>();
  /** Padding in each piece that has any. */
  readonly #paddingBytes = new Map<number, number>();

  constructor(pieceLength: number, files: readonly FileSpan[], filesAligned: boolean) {
    assert(pieceLength > 0, 'a layout has positive pieces');
    let endBytes = 0;
    for (const file of files) endBytes = Math.max(endBytes, file.offsetBytes + file.lengthBytes);
    assert(Number.isSafeInteger(endBytes), 'a layout is addressable');
    this.pieceLength = pieceLength;
    this.pieceCount = Math.ceil(endBytes / pieceLength);
    this.blocksPerPiece = Math.ceil(pieceLength / blockBytes);
    this.files = files;
    this.#filesAligned = filesAligned;
    this.#addShortPiece(endBytes);
    if (filesAligned) {
      for (const file of files) this.#addShortPiece(file.offsetBytes + file.lengthBytes);
    }
    for (const file of files) if (file.padding === true) this.#addPadding(file);
    let lengthBytes = this.pieceCount * pieceLength;
    for (const bytes of this.#shortPieces.values()) lengthBytes -= pieceLength - bytes;
    let paddingBytes = 0;
    for (const bytes of this.#paddingBytes.values()) paddingBytes += bytes;
    this.lengthBytes = lengthBytes;
    this.contentBytes = lengthBytes - paddingBytes;
  }

  pieceBytes(piece: number): number {
    return this.#shortPieces.get(piece) ?? this.pieceLength;
  }

  /** Bytes of a piece that are no padding: what it adds to a download in the eyes of people. */
  contentOf(piece: number): number {
    return this.pieceBytes(piece) - (this.#paddingBytes.get(piece) ?? 0);
  }

  blockCount(piece: number): number {
    const bytes = this.#shortPieces.get(piece);
    return bytes === undefined ? this.blocksPerPiece : Math.ceil(bytes / blockBytes);
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

  /**
   * Whether a block may be asked of us. Where v2 leaves a gap behind a file, libtorrent sees padding
   * there and requests whole blocks, to be answered with zeros (BEP 52 has no gap to name).
   */
  mayRequest(piece: number, begin: number, lengthBytes: number): boolean {
    if (!this.#filesAligned) return this.contains(piece, begin, lengthBytes);
    return piece < this.pieceCount && lengthBytes > 0 && begin + lengthBytes <= this.pieceLength;
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

  #addPadding({ offsetBytes, lengthBytes }: FileSpan): void {
    const endBytes = offsetBytes + lengthBytes;
    for (let at = offsetBytes; at < endBytes; ) {
      const piece = Math.floor(at / this.pieceLength);
      const end = Math.min(endBytes, (piece + 1) * this.pieceLength);
      this.#paddingBytes.set(piece, (this.#paddingBytes.get(piece) ?? 0) + end - at);
      at = end;
    }
  }

  #addShortPiece(endBytes: number): void {
    const tailBytes = endBytes % this.pieceLength;
    if (tailBytes > 0) this.#shortPieces.set(Math.floor(endBytes / this.pieceLength), tailBytes);
  }
}
