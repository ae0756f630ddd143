/**
 * One limit shared by many torrents, and the chain of a torrent's own limit and the shared one.
 * Fair: every member that was refused lately gets the same part of what trickles in, whoever asks
 * first. Nothing is wasted: a pool that fills because members want less is open to whoever asks.
 * Invariant: all members together never take more than the shared bucket hands out.
 */
import type { Limit, RateLimit } from './rate.ts';
import { TokenBucket } from './rate.ts';

/** Members that wait are counted over this long; they must ask again within it to keep their part. */
const windowMs = 250;

export class SharedLimit {
  readonly #pool: TokenBucket;
  /** Bytes that every waiting member has been granted since the beginning: a virtual clock. */
  #grantedBytes = 0;
  #grantedAtMs: number;
  #window = 0;
  #waitingBefore = 0;
  #waitingNow = 0;

  constructor(rate: RateLimit, nowMs: number) {
    this.#pool = new TokenBucket(rate, nowMs);
    this.#grantedAtMs = nowMs;
  }

  get rate(): RateLimit {
    return this.#pool.rate;
  }

  setRate(rate: RateLimit, nowMs: number): void {
    this.#grant(nowMs);
    this.#pool.setRate(rate, nowMs);
  }

  /** A part in the limit for one torrent. It needs no leaving: one that stops asking costs nothing. */
  join(): Limit {
    return new Share(this);
  }

  available(nowMs: number): number {
    return this.#pool.available(nowMs);
  }

  /** For shares only: the pool they draw from and the state of the virtual clock. */
  draw(bytes: number, nowMs: number): void {
    this.#pool.take(bytes, nowMs);
  }

  grantedBytes(nowMs: number): number {
    this.#grant(nowMs);
    return this.#grantedBytes;
  }

  get burstBytes(): number {
    return this.#pool.burstBytes;
  }

  msUntil(bytes: number, nowMs: number): number {
    return this.#pool.msUntil(bytes, nowMs);
  }

  /** Counts a member that was refused, once a window. Returns the window to remember. */
  countWaiting(lastWindow: number, nowMs: number): number {
    this.#grant(nowMs);
    if (lastWindow !== this.#window) this.#waitingNow++;
    return this.#window;
  }

  #grant(nowMs: number): void {
    const rate = this.#pool.rate;
    const passedMs = nowMs - this.#grantedAtMs;
    if (passedMs > 0) {
      this.#grantedAtMs = nowMs;
      const waiting = Math.max(1, this.#waitingBefore, this.#waitingNow);
      if (rate !== 'unlimited') this.#grantedBytes += (rate * passedMs) / 1000 / waiting;
    }
    const window = Math.floor(nowMs / windowMs);
    if (window > this.#window) {
      this.#waitingBefore = window === this.#window + 1 ? this.#waitingNow : 0;
      this.#waitingNow = 0;
      this.#window = window;
    }
  }
}

class Share implements Limit {
  readonly #shared: SharedLimit;
  #creditBytes = 0;
  #grantedBytes: number | undefined;
  #waitingWindow = -1;

  constructor(shared: SharedLimit) {
    this.#shared = shared;
  }

  available(nowMs: number): number {
    const pool = this.#shared.available(nowMs);
    if (pool === Number.POSITIVE_INFINITY) return pool;
    this.#collect(nowMs);
    const spare = pool - this.#shared.burstBytes / 2;
    const available = Math.min(pool, Math.max(this.#creditBytes, spare));
    if (available <= 0) {
      this.#waitingWindow = this.#shared.countWaiting(this.#waitingWindow, nowMs);
    }
    return available;
  }

  take(bytes: number, nowMs: number): void {
    if (this.#shared.rate === 'unlimited') return;
    this.#collect(nowMs);
    // What comes from a full pool is nobody's part, so it makes no debt to speak of.
    this.#creditBytes = Math.max(this.#creditBytes - bytes, -this.#shared.burstBytes);
    this.#shared.draw(bytes, nowMs);
  }

  msUntil(bytes: number, nowMs: number): number {
    const wholeMs = this.#shared.msUntil(bytes, nowMs);
    if (wholeMs === Number.POSITIVE_INFINITY) return wholeMs;
    if (wholeMs > 0) return Math.min(wholeMs, windowMs - 50);
    return this.available(nowMs) > 0 ? 0 : windowMs / 5;
  }

  /** Credit is kept for a quarter of a burst only, so that a silent member cannot save up and then hog. */
  #collect(nowMs: number): void {
    const granted = this.#shared.grantedBytes(nowMs);
    const fresh = granted - (this.#grantedBytes ?? granted);
    this.#grantedBytes = granted;
    this.#creditBytes = Math.min(this.#creditBytes + fresh, this.#shared.burstBytes / 4);
  }
}

/** Several limits in a row: what passes must pass all of them. */
export class LimitChain implements Limit {
  readonly #links: readonly Limit[];

  /** Typically the torrent's own TokenBucket and its share of the global SharedLimit. */
  constructor(links: readonly Limit[]) {
    this.#links = links;
  }

  available(nowMs: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const link of this.#links) {
      least = Math.min(least, link.available(nowMs));
      // Who is stopped by its own limit does not wait for the shared one, so the order matters.
      if (least <= 0) break;
    }
    return least;
  }

  take(bytes: number, nowMs: number): void {
    for (const link of this.#links) link.take(bytes, nowMs);
  }

  msUntil(bytes: number, nowMs: number): number {
    let longest = 0;
    for (const link of this.#links) longest = Math.max(longest, link.msUntil(bytes, nowMs));
    return longest;
  }
}
