/**
 * How fast bytes pass, and how fast they may: a sliding-window meter, a token bucket, and a limit
 * that several torrents share.
 * Invariant: between any two moments a bucket hands out at most its burst, its rate times the time
 * between them, and one take more, because a take is allowed while anything is left.
 */
import { blockBytes } from './layout.ts';

const slotMs = 250;
/** 20 slots of 250 ms: the 5 s over which people read a rate. */
const slotCount = 20;

/** Bytes per second over the last 5 s. */
export class RateMeter {
  readonly #slots = new Float64Array(slotCount);
  #slot = 0;
  #windowBytes = 0;
  /** When the bytes in the window began to count; a meter that was idle starts afresh. */
  #sinceMs = 0;
  #totalBytes = 0;

  /** All bytes ever added. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  add(bytes: number, nowMs: number): void {
    this.#advance(nowMs);
    if (this.#windowBytes === 0) this.#sinceMs = nowMs;
    const index = this.#slot % slotCount;
    this.#slots[index] = this.#slots[index]! + bytes;
    this.#windowBytes += bytes;
    this.#totalBytes += bytes;
  }

  /** Bytes per second. */
  rate(nowMs: number): number {
    this.#advance(nowMs);
    if (this.#windowBytes === 0) return 0;
    const windowStartMs = (this.#slot - slotCount + 1) * slotMs;
    const spanMs = nowMs - Math.max(windowStartMs, this.#sinceMs);
    // A first burst is not a rate: it counts as if it had taken half a second.
    return (this.#windowBytes * 1000) / Math.max(spanMs, 500);
  }

  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / slotMs);
    const steps = Math.min(slot - this.#slot, slotCount);
    if (steps <= 0) return;
    for (let i = 1; i <= steps; i++) {
      const index = (this.#slot + i) % slotCount;
      this.#windowBytes -= this.#slots[index]!;
      this.#slots[index] = 0;
    }
    if (steps === slotCount) {
      // The slots cleared lie anywhere in the ring after a long pause.
      this.#slots.fill(0);
      this.#windowBytes = 0;
    }
    this.#slot = slot;
  }
}

/** Bytes per second. Zero lets nothing pass. */
export type RateLimit = number | 'unlimited';

/** What limits have in common, whether of one torrent, one peer or a chain of them. */
export interface Limit {
  /** Bytes that may be taken now; a take is allowed while this is positive. */
  available(nowMs: number): number;
  /** Takes bytes. The last take may exceed what is available by its own size; the debt is paid first. */
  take(bytes: number, nowMs: number): void;
  /** How long to wait before asking again for `bytes`; Infinity at a rate of zero. */
  msUntil(bytes: number, nowMs: number): number;
}

export class TokenBucket implements Limit {
  #rate: RateLimit;
  /** Set for a bucket whose burst is not one second's worth. */
  readonly #fixedBurstBytes: number | undefined;
  #tokens: number;
  #refilledAtMs: number;

  /** The bucket starts full. Its burst is one second at the rate, at least two blocks, unless given. */
  constructor(rate: RateLimit, nowMs: number, burstBytes?: number) {
    this.#rate = rate;
    this.#fixedBurstBytes = burstBytes;
    this.#refilledAtMs = nowMs;
    this.#tokens = this.burstBytes;
  }

  get rate(): RateLimit {
    return this.#rate;
  }

  /** The most that can be taken at once after a pause. */
  get burstBytes(): number {
    if (this.#rate === 'unlimited') return Number.POSITIVE_INFINITY;
    if (this.#rate === 0) return 0;
    return this.#fixedBurstBytes ?? Math.max(this.#rate, 2 * blockBytes);
  }

  /** A debt is kept; savings shrink to the new burst. */
  setRate(rate: RateLimit, nowMs: number): void {
    this.#refill(nowMs);
    const wasUnlimited = this.#rate === 'unlimited';
    this.#rate = rate;
    if (rate !== 'unlimited') this.#tokens = wasUnlimited ? 0 : this.#capped(this.#tokens);
  }

  available(nowMs: number): number {
    if (this.#rate === 'unlimited') return Number.POSITIVE_INFINITY;
    this.#refill(nowMs);
    return this.#tokens;
  }

  take(bytes: number, nowMs: number): void {
    if (this.#rate === 'unlimited') return;
    this.#refill(nowMs);
    this.#tokens -= bytes;
  }

  msUntil(bytes: number, nowMs: number): number {
    if (this.#rate === 'unlimited') return 0;
    this.#refill(nowMs);
    const missing = Math.min(bytes, this.burstBytes) - this.#tokens;
    if (this.#rate === 0) return Number.POSITIVE_INFINITY;
    return missing <= 0 ? 0 : Math.ceil((missing * 1000) / this.#rate);
  }

  #refill(nowMs: number): void {
    const passedMs = nowMs - this.#refilledAtMs;
    if (passedMs <= 0) return;
    this.#refilledAtMs = nowMs;
    if (this.#rate !== 'unlimited') {
      this.#tokens = this.#capped(this.#tokens + (this.#rate * passedMs) / 1000);
    }
  }

  #capped(tokens: number): number {
    return Math.min(tokens, this.burstBytes);
  }
}
