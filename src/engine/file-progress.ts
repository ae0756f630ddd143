/**
 * Which files became whole, and how much of each is here. Counts, per file, the pieces that are not
 * verified yet and the bytes that are.
 * Invariant: a file is reported once, when its last piece is verified, and again only after one of
 * its pieces was lost and came back.
 */
import type { Bitfield } from '../base/bitfield.ts';
import type { Layout } from './layout.ts';

export class FileProgress {
  readonly #layout: Layout;
  readonly #missing: Uint32Array;
  readonly #verifiedBytes: number[];
  /** Files with content, in the order of the piece space. */
  readonly #ordered: readonly number[];

  constructor(layout: Layout, verified: Bitfield) {
    this.#layout = layout;
    this.#missing = new Uint32Array(layout.files.length);
    this.#verifiedBytes = layout.files.map(() => 0);
    const ordered: number[] = [];
    for (let file = 0; file < layout.files.length; file++) {
      const span = layout.piecesOfFile(file);
      if (span === undefined) continue;
      ordered.push(file);
      let missing = 0;
      let bytes = 0;
      for (let piece = span.first; piece <= span.last; piece++) {
        if (verified.has(piece)) bytes += this.#sharedBytes(piece, file);
        else missing++;
      }
      this.#missing[file] = missing;
      this.#verifiedBytes[file] = bytes;
    }
    ordered.sort((a, b) => layout.files[a]!.offsetBytes - layout.files[b]!.offsetBytes);
    this.#ordered = ordered;
  }

  isWhole(file: number): boolean {
    return this.#missing[file] === 0;
  }

  /** By file. Live, not to be changed. */
  get verifiedBytes(): readonly number[] {
    return this.#verifiedBytes;
  }

  /** Calls `whole` for each file that this piece completed. */
  onVerified(piece: number, whole: (file: number) => void): void {
    for (const file of this.#touching(piece)) {
      const left = this.#missing[file]! - 1;
      this.#missing[file] = left;
      this.#verifiedBytes[file]! += this.#sharedBytes(piece, file);
      if (left === 0) whole(file);
    }
  }

  onLost(piece: number): void {
    for (const file of this.#touching(piece)) {
      this.#missing[file] = this.#missing[file]! + 1;
      this.#verifiedBytes[file]! -= this.#sharedBytes(piece, file);
    }
  }

  #sharedBytes(piece: number, file: number): number {
    const { offsetBytes, lengthBytes } = this.#layout.files[file]!;
    const startBytes = piece * this.#layout.pieceLength;
    const from = Math.max(startBytes, offsetBytes);
    return Math.min(startBytes + this.#layout.pieceLength, offsetBytes + lengthBytes) - from;
  }

  *#touching(piece: number): Generator<number> {
    const startBytes = piece * this.#layout.pieceLength;
    const endBytes = startBytes + this.#layout.pieceBytes(piece);
    for (let i = this.#firstEndingAfter(startBytes); i < this.#ordered.length; i++) {
      const file = this.#ordered[i]!;
      if (this.#layout.files[file]!.offsetBytes >= endBytes) return;
      yield file;
    }
  }

  #firstEndingAfter(positionBytes: number): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const span = this.#layout.files[this.#ordered[middle]!]!;
      if (span.offsetBytes + span.lengthBytes > positionBytes) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
