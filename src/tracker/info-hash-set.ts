/**
 * A set of info-hashes in one block of memory that threads can share: 20 bytes each, sorted.
 * Invariant: it is never changed once made, so a new list is a new set and no lookup needs a lock.
 */
import { compareBytes } from '../base/bytes.ts';

const hashLength = 20;

export class InfoHashSet {
  readonly #bytes: Uint8Array;

  /** `bytes` are those of another set, in this thread or another one. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Each has 20 bytes; repeated ones count once. */
  static of(infoHashes: Iterable<Uint8Array>): InfoHashSet {
    const sorted = [...infoHashes].sort(compareBytes);
    const distinct = sorted.filter(
      (infoHash, i) => i === 0 || compareBytes(infoHash, sorted[i - 1]!) !== 0,
    );
    const bytes = new Uint8Array(new SharedArrayBuffer(distinct.length * hashLength));
    for (const [i, infoHash] of distinct.entries()) bytes.set(infoHash, i * hashLength);
    return new InfoHashSet(bytes);
  }

  get size(): number {
    return this.#bytes.length / hashLength;
  }

  /** To be handed to another thread without a copy. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  has(infoHash: Uint8Array): boolean {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compareAt(middle, infoHash);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  #compareAt(index: number, infoHash: Uint8Array): number {
    const start = index * hashLength;
    for (let i = 0; i < hashLength; i++) {
      const difference = this.#bytes[start + i]! - infoHash[i]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }
}
