/**
 * How much of a peer's talk may be of no use: HAVEs of what it has, cancels of nothing, requests that
 * must be refused. Each honest client sends some of them now and then, and in bursts when messages
 * cross; who goes on sending them is wasting our time.
 * Invariant: what is of use costs nothing, so that a burst of 10,000 HAVEs for new pieces is welcome.
 */

/** Messages at once; crossing messages of an honest peer come to a few thousand at most. */
const mostSpare = 10_000;
const sparePerSecond = 200;

/** Costs of messages that take more than a look, in messages of the common kind. */
export const floodCost = {
  /** Of an extension that was not offered, or an answer to nothing. */
  strange: 10,
  /** A request for hashes that is turned down; a torrent of many files has many of them (BEP 52). */
  hashesRefused: 2,
  /** A request for metadata that is turned down. */
  metadataRefused: 20,
  extensionHandshake: 200,
  /** A later bitfield without a new piece; aria2 sends bitfields in place of HAVEs. */
  nothingAdded: 20,
  /** Addresses long before a minute has passed (BEP 11). */
  hastyPex: 2000,
} as const;

export class FloodGuard {
  #spare = mostSpare;
  #refilledAtMs: number;

  constructor(nowMs: number) {
    this.#refilledAtMs = nowMs;
  }

  /** False when the peer has gone too far. */
  spend(cost: number, nowMs: number): boolean {
    const earned = ((nowMs - this.#refilledAtMs) * sparePerSecond) / 1000;
    this.#refilledAtMs = nowMs;
    this.#spare = Math.min(this.#spare + earned, mostSpare) - cost;
    return this.#spare > 0;
  }

  /** A block sent to the peer may still be cancelled by it. */
  earn(): void {
    this.#spare = Math.min(this.#spare + 1, mostSpare);
  }
}
