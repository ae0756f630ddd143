/**
 * HalfSipHash-2-4 with 64 bits of output (Aumasson and Bernstein), for messages of 8 bytes: places
 * things in tables so that nobody without the key can choose what collides. 32-bit arithmetic only, no
 * allocation. Not for secrets: its key has 64 bits.
 */
export class HalfSipHash {
  readonly #key0: number;
  readonly #key1: number;
  #v0 = 0;
  #v1 = 0;
  #v2 = 0;
  #v3 = 0;
  /** Of the last message, signed 32 bits each. */
  first = 0;
  second = 0;

  /** Two words of 32 bits, from a source that nobody can guess. */
  constructor(key: readonly [number, number]) {
    this.#key0 = key[0] | 0;
    this.#key1 = key[1] | 0;
  }

  /** The message is two little-endian words; the result is in `first` and `second`. */
  hash(word0: number, word1: number): void {
    this.#v0 = this.#key0;
    this.#v1 = this.#key1 ^ 0xee;
    this.#v2 = this.#key0 ^ 0x6c79_6765;
    this.#v3 = this.#key1 ^ 0x7465_6462;
    this.#absorb(word0);
    this.#absorb(word1);
    // The length in the highest byte, no bytes left over.
    this.#absorb(8 << 24);
    this.#v2 ^= 0xee;
    this.#rounds(4);
    this.first = this.#v1 ^ this.#v3;
    this.#v1 ^= 0xdd;
    this.#rounds(4);
    this.second = this.#v1 ^ this.#v3;
  }

  #absorb(word: number): void {
    this.#v3 ^= word;
    this.#rounds(2);
    this.#v0 ^= word;
  }

  #rounds(count: number): void {
    let v0 = this.#v0;
    let v1 = this.#v1;
    let v2 = this.#v2;
    let v3 = this.#v3;
    for (let round = 0; round < count; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    this.#v0 = v0;
    this.#v1 = v1;
    this.#v2 = v2;
    this.#v3 = v3;
  }
}
