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
  /**
   * The answer is not the whole truth, for the store cannot reach what it shares with others: ask again
   * after this time, when that is sooner than usual.
   */
  readonly retryMs?: number;
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

/**
 * Where a store that answers at once writes an announce's answer: bytes and offsets are the caller's,
 * so that peers go straight into the datagram or page that leaves. Counts include the asker.
 */
export interface AnnounceOutput extends Mutable<SwarmCounts> {
  /** Peers of 6 bytes each are written from `ipv4At` on; there is room for `numWant` of them. */
  ipv4: Uint8Array;
  ipv4At: number;
  ipv4Count: number;
  /** Likewise 18 bytes each. */
  ipv6: Uint8Array;
  ipv6At: number;
  ipv6Count: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Whether the store can do its work; `problem` is a sentence for the operator. */
export type StoreHealth =
  | { readonly status: 'ok' }
  | { readonly status: 'degraded'; readonly problem: string };

export interface PeerSnapshot {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
  /** The first 8 bytes of its peer id, which tell the client program; empty when not kept. */
  readonly client: Uint8Array;
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
  /** The swarm's peers, in no order; empty for an unknown swarm. */
  peers(
    infoHash: Uint8Array,
    limit: number,
    nowMs: number,
    done: (peers: readonly PeerSnapshot[] | StoreFailure) => void,
  ): void;
  /** The newest known sums; a remote store may answer with slightly old ones. */
  totals(): SwarmTotals;
  /**
   * Forgets peers not heard of for the store's time-out. Does a bounded amount of work and returns how
   * many peers it forgot; what remains is done by the next calls. `nowMs` never runs backwards.
   */
  tick(nowMs: number): number;
  /**
   * `peersEach` is how many peers of each swarm will be asked for, 0 unless told: a store on another
   * machine fetches them with the swarm, a store in memory has them anyway.
   */
  scan(nowMs: number, peersEach?: number): SwarmScan;
  health(): StoreHealth;
}

/** A store in this process, which answers before it returns: the way of the UDP and HTTP hot paths. */
export interface LocalSwarmStore extends SwarmStore {
  /** As `announce`, without peer ids; `output` is unchanged when it fails. Allocates nothing. */
  announceNow(
    request: StoreAnnounce,
    nowMs: number,
    output: AnnounceOutput,
  ): StoreFailure | undefined;
}

export function isStoreFailure<T extends object>(answer: T | StoreFailure): answer is StoreFailure {
  return 'code' in answer;
}
