/**
 * Speed limits of one torrent in both directions: its own and its part of the session's.
 * Reading is the only way to slow a sender down, so a session that used up the download limit is not
 * read until there is some again.
 * Invariant: a paused session is resumed by a later tick, or closed.
 */
import type { PeerSession } from './peer-session.ts';
import type { Limit, RateLimit } from './rate.ts';
import { TokenBucket } from './rate.ts';
import { LimitChain, type SharedLimit } from './shared-limit.ts';

export class TransferLimits {
  readonly up: Limit;
  readonly #down: Limit;
  readonly #ownDown: TokenBucket;
  readonly #sharedDown: SharedLimit;
  readonly #ownUp: TokenBucket;
  readonly #paused = new Set<PeerSession>();

  constructor(
    own: { downLimit: RateLimit; upLimit: RateLimit },
    shared: { downLimit: SharedLimit; upLimit: SharedLimit },
    nowMs: number,
  ) {
    this.#ownDown = new TokenBucket(own.downLimit, nowMs);
    this.#ownUp = new TokenBucket(own.upLimit, nowMs);
    this.#sharedDown = shared.downLimit;
    this.#down = new LimitChain([this.#ownDown, shared.downLimit.join()]);
    this.up = new LimitChain([this.#ownUp, shared.upLimit.join()]);
  }

  /** The download limit that binds first; undefined without one. */
  get narrowestDown(): { bytesPerSecond: number; owner: 'torrent' | 'daemon' } | undefined {
    const own = this.#ownDown.rate;
    const shared = this.#sharedDown.rate;
    if (own !== 'unlimited' && (shared === 'unlimited' || own <= shared)) {
      return { bytesPerSecond: own, owner: 'torrent' };
    }
    return shared === 'unlimited' ? undefined : { bytesPerSecond: shared, owner: 'daemon' };
  }

  setRates(downLimit: RateLimit, upLimit: RateLimit, nowMs: number): void {
    this.#ownDown.setRate(downLimit, nowMs);
    this.#ownUp.setRate(upLimit, nowMs);
  }

  onReceived(session: PeerSession, bytes: number, nowMs: number): void {
    this.#down.take(bytes, nowMs);
    if (this.#down.available(nowMs) > 0 || session.closed) return;
    session.setReadingPaused(true);
    this.#paused.add(session);
  }

  onGone(session: PeerSession): void {
    this.#paused.delete(session);
  }

  /** Reads on where the limit allows; the longest paused first. */
  tick(nowMs: number): void {
    for (const session of this.#paused) {
      if (this.#down.available(nowMs) <= 0) return;
      this.#paused.delete(session);
      session.setReadingPaused(false);
    }
  }
}
