/**
 * Draws different numbers out of a range, every set of them equally likely, in time that depends on how
 * many are drawn only (Floyd's algorithm). Chance comes from a xoshiro128** of its own, seeded by the
 * given Random, whose state stays in registers while it draws. Drawing allocates nothing.
 */
import type { Random } from '../../base/random.ts';

export class UniformSampler {
  /** The numbers of the last draw. */
  readonly drawn: Int32Array;
  readonly #state = new Int32Array(4);
  /** An open hash set of the numbers drawn; what has another generation's mark is not in it. */
  readonly #numbers: Int32Array;
  readonly #marks: Int32Array;
  readonly #mask: number;
  #generation = 0;

  /** `most` numbers can be drawn at once. */
  constructor(random: Random, most: number) {
    const size = 2 ** Math.ceil(Math.log2(4 * most + 4));
    this.drawn = new Int32Array(most);
    this.#numbers = new Int32Array(size);
    this.#marks = new Int32Array(size);
    this.#mask = size - 1;
    for (let i = 0; i < 4; i++) this.#state[i] = random.below(0x1_0000_0000);
    // All zeros is the one state that this generator never leaves.
    this.#state[0]! |= 1;
  }

  /** Writes `count` different numbers of [0, bound) to `drawn`; `count` is below `bound`. */
  draw(count: number, bound: number): void {
    const { drawn } = this;
    const state = this.#state;
    const numbers = this.#numbers;
    const marks = this.#marks;
    const mask = this.#mask;
    const generation = (this.#generation + 1) | 0;
    this.#generation = generation;
    let s0 = state[0]!;
    let s1 = state[1]!;
    let s2 = state[2]!;
    let s3 = state[3]!;
    for (let taken = 0; taken < count; taken++) {
      const top = bound - count + taken;
      const product = Math.imul(s1, 5);
      const random = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = (s3 << 11) | (s3 >>> 21);
      let number = Math.floor((random / 0x1_0000_0000) * (top + 1));
      let place = number & mask;
      while (marks[place] === generation) {
        if (numbers[place] === number) {
          // `top` was in no range before, so it is not in the set; look for its place instead.
          number = top;
          place = number & mask;
        } else {
          place = (place + 1) & mask;
        }
      }
      marks[place] = generation;
      numbers[place] = number;
      drawn[taken] = number;
    }
    state[0] = s0;
    state[1] = s1;
    state[2] = s2;
    state[3] = s3;
  }
}
