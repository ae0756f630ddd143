/**
 * Where swarms live: the one contract between the tracker's logic and any store of peers.
 * A peer is its address and port, never its peer id, so nobody can evict another by naming its id.
 *
 * Answers go to a callback. A store in memory calls it before it returns, a store on another machine
 * calls it later, and the frontends are the same for both. Bytes handed to the store and bytes handed
 * to the callback are borrowed: each side copies what it keeps past the call.
 *
 * Every implementation passes `swarm-store-conformance.test.ts`.
 */

import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import type { TrackerEvent } from '../protocol/tracker-event.ts';

export interface StoreAnnounce {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 4 or 16 bytes; an IPv4 address in its mapped IPv6 form arrives here as 4 bytes. */
  readonly address: Uint8Array;
  /** 1 to 65535. */
  readonly port: number;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly event: TrackerEvent;
  /** Has every byte (left is 0). */
  readonly isSeeder: boolean;
  /** Most peers to return over both families; 0 for none. */
  readonly numWant: number;
  /** Also return peers of the family the asker did not announce from. */
  readonly wantsBothFamilies: boolean;
  /** The reply names peer ids, for answers that are not compact. */
  readonly wantsPeerIds: boolean;
}

/** One family's peers: `count` addresses of 6 or 18 bytes, packed as on the wire. */
export interface PackedPeers {
  readonly addresses: Uint8Array;
  /** 20 bytes each, in the order of `addresses`; empty unless asked for and kept by the store. */
  readonly peerIds: Uint8Array;
}

/** Counts include the asker. */
export interface StoreReply extends SwarmCounts {
  readonly ipv4: PackedPeers;
  readonly ipv6: PackedPeers;
}

/** The store cannot take or answer this; `reason` is a sentence for the peer's user. */
export interface StoreFailure {
  readonly code: 'STORE_FULL' | 'STORE_UNREACHABLE';
  readonly reason: string;
}

export interface SwarmTotals {
  readonly swarms: number;
  readonly seeders: number;
  readonly leechers: number;
}

export interface PeerSnapshot {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
  readonly peerId: Uint8Array;
  readonly isSeeder: boolean;
  /** Since its last announce. */
  readonly ageMs: number;
}

export interface SwarmSnapshot extends SwarmCounts {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** The peers at the time of the call, copied; `limit` bounds them. */
  peers(limit: number): PeerSnapshot[];
}

/** A walk over all swarms in steps, during which announces go on. */
export interface SwarmScan {
  /**
   * At most `limit` further swarms; an empty list ends the walk. A swarm that exists during the whole
   * walk is seen exactly once.
   */
  next(limit: number, done: (swarms: readonly SwarmSnapshot[] | StoreFailure) => void): void;
}

export interface SwarmStore {
  /**
   * Adds, refreshes or (on `stopped`) removes the peer, then answers with counts and a uniformly random
   * choice of other peers: leechers only for a seeder, never the asker, its own kind of network (private
   * or public) first. `completed` counts a download once per peer for as long as the peer is known.
   * A seeder that has `started` gets a few seeders when there are no leechers: aria2, which knows only
   * a magnet link, does not know what is left and says 0.
   */
  announce(
    request: StoreAnnounce,
    nowMs: number,
    done: (reply: StoreReply | StoreFailure) => void,
  ): void;
  /** Counts in the order asked; zeros for an unknown swarm. */
  scrape(
    infoHashes: readonly Uint8Array[],
    done: (counts: readonly SwarmCounts[] | StoreFailure) => void,
  ): void;
  /** The newest known sums; a remote store may answer with slightly old ones. */
  totals(): SwarmTotals;
  /**
   * Forgets peers not heard of for the store's time-out. Does a bounded amount of work and returns how
   * many peers it forgot; what remains is done by the next calls. `nowMs` never runs backwards.
   */
  tick(nowMs: number): number;
  scan(nowMs: number): SwarmScan;
}

export function isStoreFailure<T extends object>(answer: T | StoreFailure): answer is StoreFailure {
  return 'code' in answer;
}
