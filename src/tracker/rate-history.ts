/**
 * How busy the tracker was: rates over the last minute and the last hour, from counts that are sampled
 * about once a second. Invariant: the memory is fixed; a sample replaces the one of an hour before.
 */
import type { CountsByTransport } from './stats.ts';
import type { SwarmTotals } from './swarm-store.ts';

/** Means over one step of the history, and how many there were at its end. */
export interface HistoryPoint {
  /** When the step ended, on the clock of the samples. */
  readonly atMs: number;
  readonly announcesPerSecond: number;
  readonly scrapesPerSecond: number;
  readonly seeders: number;
  readonly leechers: number;
  readonly swarms: number;
}

interface Sample {
  readonly atMs: number;
  readonly announces: number;
  readonly scrapes: number;
}

const minuteMs = 60_000;
const stepMs = 10_000;
const maxPoints = 360;

export class RateHistory {
  /** The last minute's samples, oldest first. */
  readonly #recent: Sample[] = [];
  readonly #points: HistoryPoint[] = [];
  #stepStart: Sample | undefined;

  /** `nowMs` never runs backwards. */
  sample(nowMs: number, counts: CountsByTransport, totals: SwarmTotals): void {
    const all = Object.values(counts);
    const sample = {
      atMs: nowMs,
      announces: all.reduce((sum, { announces }) => sum + announces, 0),
      scrapes: all.reduce((sum, { scrapes }) => sum + scrapes, 0),
    };
    this.#recent.push(sample);
    while (this.#recent.length > 2 && this.#recent[1]!.atMs <= nowMs - minuteMs) {
      this.#recent.shift();
    }
    this.#stepStart ??= sample;
    if (nowMs - this.#stepStart.atMs < stepMs) return;
    this.#points.push({ atMs: nowMs, ...ratesBetween(this.#stepStart, sample), ...totals });
    if (this.#points.length > maxPoints) this.#points.shift();
    this.#stepStart = sample;
  }

  /** Means over the last minute, or over what there is; zeros before the second sample. */
  lastMinute(): { announcesPerSecond: number; scrapesPerSecond: number } {
    const first = this.#recent[0];
    const last = this.#recent.at(-1);
    if (first === undefined || last === undefined) {
      return { announcesPerSecond: 0, scrapesPerSecond: 0 };
    }
    return ratesBetween(first, last);
  }

  /** One point each 10 seconds, oldest first, at most an hour of them. */
  lastHour(): readonly HistoryPoint[] {
    return this.#points;
  }
}

function ratesBetween(from: Sample, to: Sample) {
  const seconds = (to.atMs - from.atMs) / 1000;
  if (seconds <= 0) return { announcesPerSecond: 0, scrapesPerSecond: 0 };
  return {
    announcesPerSecond: (to.announces - from.announces) / seconds,
    scrapesPerSecond: (to.scrapes - from.scrapes) / seconds,
  };
}
