/**
 * An open-addressing hash index from packed peer addresses to their slots in a pool.
 * Invariant: a slot stands in the table exactly once; at most half of the table is in use, so a probe
 * is short. The hash is seeded per process, so that addresses chosen to collide do not.
 */
export class PeerIndex {
  readonly #recordLength: number;
  readonly #seed: number;
  /** Slot + 1; 0 is free. The length is a power of two. */
  #table = new Int32Array(16);
  #count = 0;

  constructor(recordLength: number, seed: number) {
    this.#recordLength = recordLength;
    this.#seed = seed;
  }

  /** The slot whose record in `records` equals `wanted`; −1 when there is none. */
  find(records: Uint8Array, wanted: Uint8Array): number {
    const mask = this.#table.length - 1;
    for (let at = this.#hash(wanted, 0) & mask; ; at = (at + 1) & mask) {
      const entry = this.#table[at]!;
      if (entry === 0) return -1;
      if (this.#equal(records, entry - 1, wanted)) return entry - 1;
    }
  }

  /** `slot` is not in the index and its record stands in `records` already. */
  add(records: Uint8Array, slot: number): void {
    if (2 * (this.#count + 1) > this.#table.length) this.#resize(records, 2 * this.#table.length);
    this.#place(records, slot);
    this.#count++;
  }

  /** Takes `slot` out; the entries behind it move up, so no tombstones remain. */
  remove(records: Uint8Array, slot: number): void {
    const mask = this.#table.length - 1;
    let hole = this.#locate(records, slot);
    for (let at = (hole + 1) & mask; this.#table[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashSlot(records, this.#table[at]! - 1) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        this.#table[hole] = this.#table[at]!;
        hole = at;
      }
    }
    this.#table[hole] = 0;
    this.#count--;
    if (this.#table.length > 16 && 8 * this.#count < this.#table.length) {
      this.#resize(records, this.#table.length / 2);
    }
  }

  /** The record of `from` is about to be copied to `to`, and `to` is in no entry. */
  renumber(records: Uint8Array, from: number, to: number): void {
    this.#table[this.#locate(records, from)] = to + 1;
  }

  #locate(records: Uint8Array, slot: number): number {
    const mask = this.#table.length - 1;
    let at = this.#hashSlot(records, slot) & mask;
    while (this.#table[at] !== slot + 1) at = (at + 1) & mask;
    return at;
  }

  #place(records: Uint8Array, slot: number): void {
    const mask = this.#table.length - 1;
    let at = this.#hashSlot(records, slot) & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = slot + 1;
  }

  #resize(records: Uint8Array, length: number): void {
    const old = this.#table;
    this.#table = new Int32Array(length);
    for (const entry of old) if (entry !== 0) this.#place(records, entry - 1);
  }

  #equal(records: Uint8Array, slot: number, wanted: Uint8Array): boolean {
    const start = slot * this.#recordLength;
    for (let i = 0; i < this.#recordLength; i++) if (records[start + i] !== wanted[i]) return false;
    return true;
  }

  #hashSlot(records: Uint8Array, slot: number): number {
    return this.#hash(records, slot * this.#recordLength);
  }

  #hash(bytes: Uint8Array, start: number): number {
    let hash = this.#seed;
    for (let i = 0; i < this.#recordLength; i++) {
      hash = Math.imul(hash ^ bytes[start + i]!, 0x0100_0193);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
  }
}
