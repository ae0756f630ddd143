/**
 * A keyed hash of a few words, HalfSipHash with one round a word and three at the end. Info-hashes and
 * addresses are chosen by strangers; without the key nobody can make them meet in one place of a table.
 */
export class SeededHash {
  readonly #key0: number;
  readonly #key1: number;

  constructor(key0: number, key1: number) {
    this.#key0 = key0 | 0;
    this.#key1 = key1 | 0;
  }

  /** 32 bits, signed, of `count` words from `at` on. */
  hash(words: Int32Array, at: number, count: number): number {
    let v0 = this.#key0;
    let v1 = this.#key1;
    let v2 = v0 ^ 0x6c79_6765;
    let v3 = v1 ^ 0x7465_6462;
    const rounds = count + 3;
    for (let round = 0; round < rounds; round++) {
      const word = round < count ? words[at + round]! : 0;
      if (round === count) v2 ^= 0xff;
      v3 ^= word;
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
      v0 ^= word;
    }
    return v1 ^ v3;
  }
}
