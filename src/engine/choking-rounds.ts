/**
 * Applies the choker's decisions to a torrent's sessions: a round when one is due, and at once when a
 * slot may have become free.
 * Invariant: a session's `amChoking` is what the choker believes it to be.
 */

import { parseIp } from '../base/ip-address.ts';
import { isPrivate } from '../base/ip-network.ts';
import type { Random } from '../base/random.ts';
import { automaticSlots } from './choke-policy.ts';
import type { ChokeCandidate, ChokeChange, ChokeSettings } from './choker.ts';
import { Choker } from './choker.ts';
import type { PeerSession } from './peer-session.ts';
import type { RateLimit } from './rate.ts';

export interface ChokingHost {
  nowMs(): number;
  sessions(): Iterable<PeerSession>;
  session(id: number): PeerSession | undefined;
  /** Nothing is wanted from anybody. */
  isSeeding(): boolean;
  /** Something can be served at all. */
  canServe(): boolean;
  /** The session was unchoked just now. */
  onUnchoked(session: PeerSession): void;
}

export class ChokingRounds {
  readonly #choker: Choker;
  readonly #host: ChokingHost;
  readonly #onLan = new Map<number, boolean>();
  #fillWanted = false;

  constructor(upLimit: RateLimit, random: Random, host: ChokingHost) {
    this.#choker = new Choker(settingsFor(upLimit), random, host.nowMs());
    this.#host = host;
  }

  setUpLimit(upLimit: RateLimit): void {
    this.#choker.setSettings(settingsFor(upLimit));
  }

  tick(nowMs: number): void {
    if (!this.#host.canServe()) return;
    if (this.#choker.isDue(nowMs)) {
      this.#fillWanted = false;
      this.#apply(this.#choker.runRound(this.#candidates(nowMs), this.#host.isSeeding(), nowMs));
    } else if (this.#fillWanted) this.fill();
  }

  /** Interest changed, a peer left, or the first piece to serve is here. */
  fill(): void {
    if (!this.#host.canServe()) return;
    this.#fillWanted = false;
    const nowMs = this.#host.nowMs();
    this.#apply(this.#choker.fill(this.#candidates(nowMs), this.#host.isSeeding(), nowMs));
  }

  /** For bursts of changes: one `fill` with the next tick instead of one a change. */
  fillSoon(): void {
    this.#fillWanted = true;
  }

  onGone(session: PeerSession): void {
    this.#choker.onPeerGone(session.id);
    this.#onLan.delete(session.id);
    this.#fillWanted = true;
  }

  #candidates(nowMs: number): ChokeCandidate[] {
    const candidates: ChokeCandidate[] = [];
    for (const session of this.#host.sessions()) {
      if (session.handshake === undefined || session.closed) continue;
      candidates.push({
        id: session.id,
        interested: session.peerInterested,
        downloadRate: session.down.rate(nowMs),
        uploadRate: session.up.rate(nowMs),
        uploadedBytes: session.up.totalBytes,
        snubbing: session.snubbed,
        connectedAtMs: session.connectedAtMs,
        onLan: this.#isOnLan(session),
      });
    }
    return candidates;
  }

  #isOnLan(session: PeerSession): boolean {
    const known = this.#onLan.get(session.id);
    if (known !== undefined) return known;
    const address = parseIp(session.endpoint.host);
    const onLan = address !== undefined && isPrivate(address);
    this.#onLan.set(session.id, onLan);
    return onLan;
  }

  #apply(change: ChokeChange): void {
    for (const id of change.choke) this.#host.session(id)?.setChoking(true);
    for (const id of change.unchoke) {
      const session = this.#host.session(id);
      if (session === undefined) continue;
      session.setChoking(false);
      this.#host.onUnchoked(session);
    }
  }
}

function settingsFor(upLimit: RateLimit): ChokeSettings {
  return {
    regularSlots: automaticSlots(upLimit),
    optimisticSlots: 1,
    unlimitedOnLan: upLimit === 'unlimited',
  };
}
