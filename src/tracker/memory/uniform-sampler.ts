/**
 * Draws different numbers out of a range, every set of them equally likely, in time that depends on how
 * many are drawn only (Floyd's algorithm). Chance comes from a xoshiro128** of its own, seeded by the
 * given Random, whose state stays in registers while it draws. Drawing allocates nothing.
 */
import type { Random } from '../../base/random.ts';

/** Ranges up to here are marked number by number, larger ones in a hash set. Below 2^16. */
const directRange = 4096;
const perUint32 = 1 / 0x1_0000_0000;

export class UniformSampler {
  /** The numbers of the last draw. */
  readonly drawn: Int32Array;
  readonly #state = new Int32Array(4);
  /** Equal to the generation for a number, or a place of `#numbers`, that is taken. */
  readonly #marks: Int32Array;
  /** An open hash set. */
  readonly #numbers: Int32Array;
  #generation = 0;

  /** `most` numbers can be drawn at once. */
  constructor(random: Random, most: number) {
    const size = Math.max(directRange, 2 ** Math.ceil(Math.log2(4 * most + 4)));
    this.drawn = new Int32Array(most);
    this.#marks = new Int32Array(size);
    this.#numbers = new Int32Array(size);
    for (let i = 0; i < 4; i++) this.#state[i] = random.below(0x1_0000_0000);
    // All zeros is the one state that this generator never leaves.
    this.#state[0]! |= 1;
  }

  /** Writes `count` different numbers of [0, bound) to `drawn`; `count` is at most `bound`. */
  draw(count: number, bound: number): void {
    this.#generation = (this.#generation + 1) | 0;
    if (bound <= directRange) {
      this.#drawDirect(count, bound, this.#generation);
      return;
    }
    this.#drawRepeating(count, bound);
    this.#settleRepeated(count, bound, this.#generation);
  }

  /**
   * The n-th number is of [0, bound − count + n]; one that is there already gives way to the largest of
   * its range, which cannot have come before.
   */
  #drawDirect(count: number, bound: number, generation: number): void {
    const { drawn } = this;
    const marks = this.#marks;
    const state = this.#state;
    let s0 = state[0]!;
    let s1 = state[1]!;
    let s2 = state[2]!;
    let s3 = state[3]!;
    let top = bound - count;
    for (let taken = 0; taken < count; taken++, top++) {
      const product = Math.imul(s1, 5);
      const random = Math.imul((product << 7) | (product >>> 25), 9);
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = (s3 << 11) | (s3 >>> 21);
      // The upper half of random × (top + 1), exact in 32-bit integers since the range is that small.
      const low = Math.imul(random & 0xffff, top + 1) >>> 16;
      const number = (Math.imul(random >>> 16, top + 1) + low) >>> 16;
      // All ones when it is there already; a branch would be taken at random.
      const difference = marks[number]! ^ generation;
      const isTaken = ((difference | -difference) >> 31) ^ -1;
      const settled = number ^ ((number ^ top) & isTaken);
      marks[settled] = generation;
      drawn[taken] = settled;
    }
    state[0] = s0;
    state[1] = s1;
    state[2] = s2;
    state[3] = s3;
  }

  #drawRepeating(count: number, bound: number): void {
    const { drawn } = this;
    const state = this.#state;
    for (let taken = 0; taken < count; taken++) {
      const s1 = state[1]!;
      const product = Math.imul(s1, 5);
      const random = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
      state[2]! ^= state[0]!;
      state[3]! ^= s1;
      state[1]! ^= state[2]!;
      state[0]! ^= state[3]!;
      state[2]! ^= s1 << 9;
      state[3] = (state[3]! << 11) | (state[3]! >>> 21);
      drawn[taken] = random * perUint32 * (bound - count + taken + 1);
    }
  }

  #settleRepeated(count: number, bound: number, generation: number): void {
    const { drawn } = this;
    const marks = this.#marks;
    const numbers = this.#numbers;
    const mask = marks.length - 1;
    for (let taken = 0; taken < count; taken++) {
      const top = bound - count + taken;
      let number = drawn[taken]!;
      let place = number & mask;
      while (marks[place] === generation) {
        if (numbers[place] === number) {
          number = top;
          place = top & mask;
        } else {
          place = (place + 1) & mask;
        }
      }
      drawn[taken] = number;
      marks[place] = generation;
      numbers[place] = number;
    }
  }
}
