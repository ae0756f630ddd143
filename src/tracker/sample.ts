/** Choosing without bias and without a scan. */
import type { Random } from '../base/random.ts';

/**
 * Writes `count` different integers of [0, bound) to the front of `into`, every such set equally likely
 * (Floyd's algorithm). Takes time in `count` only. `count` is at most `bound` and `into.length`.
 */
export function sampleIndices(
  count: number,
  bound: number,
  random: Random,
  into: Uint32Array,
): void {
  for (let taken = 0; taken < count; taken++) {
    const top = bound - count + taken;
    const drawn = random.below(top + 1);
    let i = 0;
    while (i < taken && into[i] !== drawn) i++;
    into[taken] = i < taken ? top : drawn;
  }
}
