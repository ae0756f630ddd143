/**
 * Counts of durations, for percentiles without keeping a sample each: a microsecond apart up to 65 ms,
 * 64 µs apart up to 4 s, and one place for all that take longer.
 */

const fineUs = 65_536;
const coarseShift = 6;
const coarsePlaces = 65_536;

export class LatencyHistogram {
  readonly #fine = new Uint32Array(fineUs);
  readonly #coarse = new Uint32Array(coarsePlaces + 1);
  #count = 0;

  add(microseconds: number): void {
    this.#count++;
    if (microseconds < fineUs) {
      const place = microseconds < 0 ? 0 : microseconds | 0;
      this.#fine[place] = this.#fine[place]! + 1;
      return;
    }
    const place = Math.min(coarsePlaces, microseconds >> coarseShift);
    this.#coarse[place] = this.#coarse[place]! + 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Milliseconds under which this share of all took; undefined when there was none. */
  percentileMs(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    let left = Math.max(1, Math.ceil(this.#count * share));
    for (let us = 0; us < fineUs; us++) {
      left -= this.#fine[us]!;
      if (left <= 0) return (us + 1) / 1000;
    }
    for (let place = 0; place < coarsePlaces; place++) {
      left -= this.#coarse[place]!;
      if (left <= 0) return ((place + 1) << coarseShift) / 1000;
    }
    return Number.POSITIVE_INFINITY;
  }

  clear(): void {
    this.#fine.fill(0);
    this.#coarse.fill(0);
    this.#count = 0;
  }
}
