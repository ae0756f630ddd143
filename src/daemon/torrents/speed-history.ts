/**
 * How fast it went: bytes a second over time, at a resolution that falls with age. Pure.
 * Invariants: memory is bounded by the tiers; time without a sample counts as standing still; a clock
 * that goes back adds to the latest interval.
 */
import type { SpeedHistory as SpeedAnswer } from '../../api/contract/torrents.ts';

export interface SpeedTier {
  readonly intervalSeconds: number;
  /** The one under way among them. */
  readonly intervals: number;
}

/** Of all torrents: ten minutes by the second, to a week by ten minutes. */
export const daemonTiers: readonly SpeedTier[] = [
  { intervalSeconds: 1, intervals: 601 },
  { intervalSeconds: 10, intervals: 721 },
  { intervalSeconds: 60, intervals: 1441 },
  { intervalSeconds: 600, intervals: 1009 },
];

/** Of one torrent: an hour. */
export const torrentTiers: readonly SpeedTier[] = [{ intervalSeconds: 10, intervals: 361 }];

class Ring {
  readonly tier: SpeedTier;
  /** Bytes per interval; at slot % intervals. */
  readonly down: Float64Array;
  readonly up: Float64Array;
  /** The latest, since 1970. */
  slot = -1;

  constructor(tier: SpeedTier) {
    this.tier = tier;
    this.down = new Float64Array(tier.intervals);
    this.up = new Float64Array(tier.intervals);
  }

  moveTo(nowMs: number): void {
    const slot = Math.floor(nowMs / 1000 / this.tier.intervalSeconds);
    const { intervals } = this.tier;
    if (this.slot < 0) this.slot = slot;
    const from = Math.max(this.slot + 1, slot - intervals + 1);
    for (let at = from; at <= slot; at++) {
      this.down[at % intervals] = 0;
      this.up[at % intervals] = 0;
    }
    this.slot = Math.max(this.slot, slot);
  }

  add(downBytes: number, upBytes: number): void {
    const at = this.slot % this.tier.intervals;
    this.down[at]! += downBytes;
    this.up[at]! += upBytes;
  }
}

export class SpeedHistory {
  readonly #rings: readonly Ring[];

  constructor(tiers: readonly SpeedTier[]) {
    this.#rings = tiers.map((tier) => new Ring(tier));
  }

  /** `nowMs` since 1970. */
  add(nowMs: number, downBytes: number, upBytes: number): void {
    for (const ring of this.#rings) {
      ring.moveTo(nowMs);
      ring.add(downBytes, upBytes);
    }
  }

  /** Of the whole intervals in the last `seconds`, as finely as they are known that far back. */
  answer(nowMs: number, seconds: number): SpeedAnswer {
    const ring =
      this.#rings.find(({ tier }) => tier.intervalSeconds * (tier.intervals - 1) >= seconds) ??
      this.#rings.at(-1)!;
    ring.moveTo(nowMs);
    const { intervalSeconds, intervals } = ring.tier;
    const count = Math.min(intervals - 1, Math.ceil(seconds / intervalSeconds));
    const down: number[] = [];
    const up: number[] = [];
    // The interval under way is not told: it would look like a fall.
    for (let slot = ring.slot - count; slot < ring.slot; slot++) {
      const at = slot >= 0 ? slot % intervals : 0;
      down.push(Math.round(ring.down[at]! / intervalSeconds));
      up.push(Math.round(ring.up[at]! / intervalSeconds));
    }
    const endsAt = new Date(ring.slot * intervalSeconds * 1000).toISOString();
    return { intervalSeconds, endsAt, down, up };
  }

  /** For `restore` in a later run. */
  snapshot(): Uint8Array {
    const parts = this.#rings.flatMap(({ slot, down, up }) => [[slot], down, up]);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const numbers = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      numbers.set(part, at);
      at += part.length;
    }
    return new Uint8Array(numbers.buffer);
  }

  /** What does not fit is passed over. */
  restore(bytes: Uint8Array): void {
    const numbers = new Float64Array(bytes.slice().buffer, 0, Math.floor(bytes.length / 8));
    const expected = this.#rings.reduce((sum, { tier }) => sum + 1 + 2 * tier.intervals, 0);
    if (bytes.length !== expected * 8 || !numbers.every(Number.isFinite)) return;
    let at = 0;
    for (const ring of this.#rings) {
      const { intervals } = ring.tier;
      ring.slot = numbers[at]!;
      ring.down.set(numbers.subarray(at + 1, at + 1 + intervals));
      ring.up.set(numbers.subarray(at + 1 + intervals, at + 1 + 2 * intervals));
      at += 1 + 2 * intervals;
    }
  }
}
