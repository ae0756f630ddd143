/**
 * The data of a simulated torrent, known to everybody who has to judge it: any byte of a piece follows
 * from the seed. Kept once, whatever the number of peers.
 */
import type { Random } from '../base/random.ts';
import { Layout } from '../engine/layout.ts';

export interface SimContentOptions {
  readonly pieceLength: number;
  /** One file each; a file may be empty. */
  readonly fileBytes: readonly number[];
}

export class SimContent {
  readonly layout: Layout;
  readonly lengthBytes: number;
  readonly infoHash: Uint8Array;
  /** Stands for the info dictionary: of two metadata pieces (BEP 9). */
  readonly info: Uint8Array;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;

  constructor({ pieceLength, fileBytes }: SimContentOptions, random: Random) {
    let offsetBytes = 0;
    const files = fileBytes.map((lengthBytes) => {
      const span = { offsetBytes, lengthBytes };
      offsetBytes += lengthBytes;
      return span;
    });
    this.layout = new Layout(pieceLength, files, false);
    this.lengthBytes = offsetBytes;
    this.#words = new Uint32Array(Math.ceil(offsetBytes / 4));
    this.#bytes = new Uint8Array(this.#words.buffer);
    let word = random.below(0x1_0000_0000);
    for (let i = 0; i < this.#words.length; i++) {
      word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0;
      this.#words[i] = word ^ (word >>> 15);
    }
    this.infoHash = randomBytes(20, random);
    this.info = randomBytes(20_000, random);
  }

  /** A view; not to be written to. */
  view(piece: number, begin: number, lengthBytes: number): Uint8Array {
    const start = piece * this.layout.pieceLength + begin;
    return this.#bytes.subarray(start, start + lengthBytes);
  }

  piece(piece: number): Uint8Array {
    return this.view(piece, 0, this.layout.pieceBytes(piece));
  }

  /** What a hash check finds out. */
  matches(piece: number, begin: number, bytes: Uint8Array): boolean {
    const start = piece * this.layout.pieceLength + begin;
    let at = 0;
    if (start % 4 === 0 && bytes.byteOffset % 4 === 0) {
      const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
      for (let i = 0, j = start >> 2; i < words.length; i++, j++) {
        if (words[i] !== this.#words[j]) return false;
      }
      at = words.length * 4;
    }
    for (; at < bytes.length; at++) if (bytes[at] !== this.#bytes[start + at]) return false;
    return true;
  }
}

export function randomBytes(lengthBytes: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let i = 0; i < lengthBytes; i++) bytes[i] = random.below(256);
  return bytes;
}
