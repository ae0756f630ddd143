/**
 * A set of piece indices as the wire's bitfield: bit 7 of byte 0 is index 0 (BEP 3, "bitfield").
 * Invariant: bits past `length` are zero, and `count` equals the number of set bits.
 */
import { assert } from './assert.ts';

const popCount = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let bits = byte; bits !== 0; bits &= bits - 1) count++;
  return count;
});

export class Bitfield {
  /** Number of indices, 0 to length − 1. */
  readonly length: number;
  readonly #bytes: Uint8Array;
  #count: number;

  constructor(length: number) {
    this.length = length;
    this.#bytes = new Uint8Array(Math.ceil(length / 8));
    this.#count = 0;
  }

  /** Undefined when the byte count is wrong or a spare bit is set, both of which BEP 3 calls an error. Copies. */
  static fromBytes(bytes: Uint8Array, length: number): Bitfield | undefined {
    if (bytes.length !== Math.ceil(length / 8)) return undefined;
    const spareBits = bytes.length * 8 - length;
    if (spareBits > 0 && (bytes[bytes.length - 1]! & ((1 << spareBits) - 1)) !== 0)
      return undefined;
    const field = new Bitfield(length);
    field.#bytes.set(bytes);
    let count = 0;
    for (const byte of bytes) count += popCount[byte]!;
    field.#count = count;
    return field;
  }

  static full(length: number): Bitfield {
    const field = new Bitfield(length);
    field.setAll();
    return field;
  }

  /** Number of set bits. */
  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.length;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  has(index: number): boolean {
    return (this.#bytes[index >> 3]! & (0x80 >> (index & 7))) !== 0;
  }

  /** True when the bit was clear before. */
  set(index: number): boolean {
    assert(index >= 0 && index < this.length, `bit ${index} is outside ${this.length}`);
    const mask = 0x80 >> (index & 7);
    const byte = this.#bytes[index >> 3]!;
    if ((byte & mask) !== 0) return false;
    this.#bytes[index >> 3] = byte | mask;
    this.#count++;
    return true;
  }

  /** True when the bit was set before. */
  clear(index: number): boolean {
    assert(index >= 0 && index < this.length, `bit ${index} is outside ${this.length}`);
    const mask = 0x80 >> (index & 7);
    const byte = this.#bytes[index >> 3]!;
    if ((byte & mask) === 0) return false;
    this.#bytes[index >> 3] = byte & ~mask;
    this.#count--;
    return true;
  }

  setAll(): void {
    this.#bytes.fill(0xff);
    const spareBits = this.#bytes.length * 8 - this.length;
    if (spareBits > 0) this.#bytes[this.#bytes.length - 1] = (0xff << spareBits) & 0xff;
    this.#count = this.length;
  }

  clearAll(): void {
    this.#bytes.fill(0);
    this.#count = 0;
  }

  /** Whether some index is in this set and not in `other`. */
  hasAnyMissingFrom(other: Bitfield): boolean {
    for (let i = 0; i < this.#bytes.length; i++) {
      if ((this.#bytes[i]! & ~other.#bytes[i]!) !== 0) return true;
    }
    return false;
  }

  /** A copy of the wire form. */
  toBytes(): Uint8Array {
    return this.#bytes.slice();
  }

  clone(): Bitfield {
    const copy = new Bitfield(this.length);
    copy.#bytes.set(this.#bytes);
    copy.#count = this.#count;
    return copy;
  }

  /** Set indices in ascending order. */
  *indices(): Generator<number> {
    for (let i = 0; i < this.#bytes.length; i++) {
      const byte = this.#bytes[i]!;
      if (byte === 0) continue;
      for (let bit = 0; bit < 8; bit++) if ((byte & (0x80 >> bit)) !== 0) yield i * 8 + bit;
    }
  }
}
