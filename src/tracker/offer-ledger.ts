/**
 * Which offer was passed from whom to whom, so that an answer is passed back only from the peer that got
 * the offer to the one that made it, and once.
 * Invariants: the ledger holds no more than its limits, on the whole and for a peer on either side; an
 * offer counts until its time is over, answered or not, so that the limits also bound a peer's rate.
 */
import type { WebSocketPeer } from './websocket-peer.ts';

export interface OfferLimits {
  /** Clients give up on an offer after 50 s. */
  readonly offerLifeMs: number;
  /** All peers together; beyond it the oldest are forgotten. */
  readonly maxOffers: number;
  /** Of one peer in one swarm. */
  readonly maxOffersMade: number;
  /** To one peer in one swarm: each costs a browser a connection attempt. */
  readonly maxOffersGot: number;
}

interface OpenOffer {
  readonly key: string;
  readonly from: WebSocketPeer;
  readonly to: WebSocketPeer;
  readonly endMs: number;
  isAnswered: boolean;
}

export class OfferLedger {
  readonly #limits: OfferLimits;
  readonly #byKey = new Map<string, OpenOffer>();
  /** Oldest first from `#oldest` on, as all live equally long; what is before it is forgotten. */
  #queue: OpenOffer[] = [];
  #oldest = 0;

  constructor(limits: OfferLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** How many offers the peer may make now. */
  room(from: WebSocketPeer): number {
    return Math.max(0, this.#limits.maxOffersMade - from.offersMade);
  }

  /** False when `to` has got enough of them, or `from` uses an id twice. */
  add(from: WebSocketPeer, to: WebSocketPeer, offerId: string, nowMs: number): boolean {
    const key = keyOf(from, offerId);
    if (to.offersGot >= this.#limits.maxOffersGot || this.#byKey.has(key)) return false;
    if (this.#byKey.size >= this.#limits.maxOffers) this.#forgetOldest();
    const endMs = nowMs + this.#limits.offerLifeMs;
    const offer = { key, from, to, endMs, isAnswered: false };
    this.#byKey.set(key, offer);
    this.#queue.push(offer);
    from.offersMade++;
    to.offersGot++;
    return true;
  }

  /** True once, when that offer was passed to the answering peer and is not too old. */
  answer(from: WebSocketPeer, answerer: WebSocketPeer, offerId: string, nowMs: number): boolean {
    const offer = this.#byKey.get(keyOf(from, offerId));
    if (offer === undefined || offer.to !== answerer) return false;
    if (offer.isAnswered || offer.endMs <= nowMs) return false;
    offer.isAnswered = true;
    return true;
  }

  /** Forgets what is over, no more than `limit` at a time. */
  expire(nowMs: number, limit: number): void {
    for (let left = limit; left > 0 && this.#byKey.size > 0; left--) {
      if (this.#queue[this.#oldest]!.endMs > nowMs) return;
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    const offer = this.#queue[this.#oldest]!;
    this.#oldest++;
    this.#byKey.delete(offer.key);
    offer.from.offersMade--;
    offer.to.offersGot--;
    if (this.#oldest * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#oldest);
    this.#oldest = 0;
  }
}

function keyOf(from: WebSocketPeer, offerId: string): string {
  return `${from.serial} ${offerId}`;
}
