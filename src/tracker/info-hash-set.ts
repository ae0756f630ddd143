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

  /** A new set of these and those that are here; far cheaper than `of` when there are few new ones. */
  with(infoHashes: Iterable<Uint8Array>): InfoHashSet {
    const added = InfoHashSet.of([...infoHashes].filter((infoHash) => !this.has(infoHash)));
    const bytes = new Uint8Array(new SharedArrayBuffer((this.size + added.size) * hashLength));
    let from = 0;
    let to = 0;
    for (let i = 0; i < added.size; i++) {
      const infoHash = added.#at(i);
      const until = this.#indexOf(infoHash) * hashLength;
      bytes.set(this.#bytes.subarray(from, until), to);
      to += until - from;
      bytes.set(infoHash, to);
      to += hashLength;
      from = until;
    }
    bytes.set(this.#bytes.subarray(from), to);
    return new InfoHashSet(bytes);
  }

  /** A new set without these. */
  without(infoHashes: Iterable<Uint8Array>): InfoHashSet {
    const removed = InfoHashSet.of([...infoHashes].filter((infoHash) => this.has(infoHash)));
    const bytes = new Uint8Array(new SharedArrayBuffer((this.size - removed.size) * hashLength));
    let from = 0;
    let to = 0;
    for (let i = 0; i < removed.size; i++) {
      const until = this.#indexOf(removed.#at(i)) * hashLength;
      bytes.set(this.#bytes.subarray(from, until), to);
      to += until - from;
      from = until + hashLength;
    }
    bytes.set(this.#bytes.subarray(from), to);
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
    const index = this.#indexOf(infoHash);
    return index < this.size && this.#compareAt(index, infoHash) === 0;
  }

  #at(index: number): Uint8Array {
    return this.#bytes.subarray(index * hashLength, (index + 1) * hashLength);
  }

  /** Where it stands, or would stand. */
  #indexOf(infoHash: Uint8Array): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compareAt(middle, infoHash) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
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
