/**
 * Everybody one torrent knows of: candidates to dial, links that live, hosts that are banned.
 * Invariants: a candidate is in exactly one of waiting, ready, parked or busy (dialling or linked);
 * none has port 0, a banned host or one of our own endpoints; at most `capacity` candidates. Picking
 * the next one costs O(log n).
 */
import type { Endpoint } from '../base/endpoint.ts';
import { endpointKey } from '../base/endpoint.ts';
import { IndexedHeap } from '../base/indexed-heap.ts';
import { parseIp } from '../base/ip-address.ts';
import { isGlobal, isMulticast } from '../base/ip-network.ts';
import type { Random } from '../base/random.ts';
import { BanList } from './ban-list.ts';
import type { Candidate, PeerSource } from './candidate.ts';
import {
  backoffMs,
  dialsBefore,
  forgottenBefore,
  givesWayTo,
  readyBefore,
  sourceRank,
} from './candidate.ts';

/** We have few endpoints of our own, but others may claim any to be. */
const mostOwnEndpoints = 64;

export interface PeerBookOptions {
  readonly random: Random;
  /** Canonical peer priority against our own address (BEP 40); higher is dialled first. */
  readonly priority: (endpoint: Endpoint) => number;
  /** Default 3,000. */
  readonly capacity?: number;
}

export interface AddFlags {
  /** Told by a peer on the internet, who has no business naming private addresses. */
  readonly fromPublicPeer?: boolean;
  /** Said to have everything. */
  readonly seed?: boolean;
}

export type AddOutcome = 'added' | 'known' | 'refused';

export class PeerBook {
  readonly bans = new BanList();
  readonly #random: Random;
  readonly #priority: (endpoint: Endpoint) => number;
  readonly #capacity: number;
  readonly #candidates = new Map<string, Candidate>();
  readonly #waiting = new IndexedHeap<Candidate>(readyBefore);
  readonly #ready = new IndexedHeap<Candidate>(dialsBefore);
  /** Seeds, while we are one. */
  readonly #parked = new Set<Candidate>();
  /** All that are not busy, the first to be forgotten on top. */
  readonly #idle = new IndexedHeap<Candidate>(forgottenBefore);
  /** Live links by remote endpoint, with the candidate they belong to; incoming ones may have none. */
  readonly #links = new Map<string, Candidate | undefined>();
  readonly #own = new Set<string>();
  #dialingCount = 0;
  #skipSeeds = false;

  constructor({ random, priority, capacity = 3000 }: PeerBookOptions) {
    this.#random = random;
    this.#priority = priority;
    this.#capacity = capacity;
  }

  /** Known addresses, busy ones included. */
  get candidateCount(): number {
    return this.#candidates.size;
  }

  /** Addresses that could be dialled now or later. */
  get idleCount(): number {
    return this.#idle.size;
  }

  get dialingCount(): number {
    return this.#dialingCount;
  }

  get connectedCount(): number {
    return this.#links.size;
  }

  /** Whether a link to or from exactly this endpoint lives. */
  isConnected(endpoint: Endpoint): boolean {
    const key = endpointKey(endpoint);
    return this.#links.has(key) || (this.#candidates.get(key)?.linkCount ?? 0) > 0;
  }

  get(endpoint: Endpoint): Readonly<Candidate> | undefined {
    return this.#candidates.get(endpointKey(endpoint));
  }

  add(endpoint: Endpoint, source: PeerSource, nowMs: number, flags: AddFlags = {}): AddOutcome {
    const key = endpointKey(endpoint);
    const known = this.#candidates.get(key);
    if (known !== undefined) {
      this.#merge(known, source, nowMs, flags);
      return 'known';
    }
    if (!this.#isAcceptable(endpoint, key, flags)) return 'refused';
    const rank = sourceRank(source);
    if (!this.#makeRoom(rank)) return 'refused';
    const candidate: Candidate = {
      endpoint,
      key,
      sources: new Set([source]),
      rank,
      priority: this.#priority(endpoint),
      seed: flags.seed === true,
      failures: 0,
      readyAtMs: nowMs,
      dialing: false,
      linkCount: 0,
    };
    this.#candidates.set(key, candidate);
    this.#enqueue(candidate);
    return 'added';
  }

  /** The best candidate whose time has come. It stays the next one until `onDialing` is called. */
  next(nowMs: number): Readonly<Candidate> | undefined {
    for (let due = this.#waiting.peek(); due !== undefined; due = this.#waiting.peek()) {
      if (due.readyAtMs > nowMs) break;
      this.#waiting.remove(due);
      this.#ready.update(due);
    }
    for (;;) {
      const best = this.#ready.peek();
      if (best === undefined || !this.#skipSeeds || !best.seed) return best;
      this.#ready.remove(best);
      this.#parked.add(best);
    }
  }

  /** While we have everything, seeds are not dialled. */
  setSkipSeeds(skip: boolean): void {
    this.#skipSeeds = skip;
    if (skip) return;
    for (const candidate of this.#parked) this.#ready.update(candidate);
    this.#parked.clear();
  }

  /** There is something new to ask for: whoever was of use may be dialled at once. */
  hasten(nowMs: number): void {
    for (const candidate of this.#candidates.values()) {
      if (candidate.failures > 0 || candidate.readyAtMs <= nowMs) continue;
      candidate.readyAtMs = nowMs;
      if (this.#waiting.has(candidate)) this.#waiting.update(candidate);
    }
  }

  onDialing(endpoint: Endpoint): void {
    const candidate = this.#candidates.get(endpointKey(endpoint));
    if (candidate === undefined || candidate.dialing) return;
    this.#dequeue(candidate);
    candidate.dialing = true;
    this.#dialingCount++;
  }

  /** The dial failed, or the link ended before the handshake was through. */
  onFailed(endpoint: Endpoint, nowMs: number): void {
    const candidate = this.#candidates.get(endpointKey(endpoint));
    if (candidate === undefined) return;
    this.#endDial(candidate);
    this.#release(candidate, nowMs, true);
  }

  /** The dial was called off; it says nothing about the peer. */
  onDialCancelled(endpoint: Endpoint): void {
    const candidate = this.#candidates.get(endpointKey(endpoint));
    if (candidate === undefined) return;
    this.#endDial(candidate);
    if (candidate.linkCount === 0) this.#enqueue(candidate);
  }

  /** A link lives, dialled by us or (`incoming`) by the other side from a port that says nothing. */
  onConnected(remote: Endpoint, incoming: boolean): void {
    const key = endpointKey(remote);
    if (this.#links.has(key)) return;
    const candidate = incoming ? undefined : this.#candidates.get(key);
    this.#links.set(key, candidate);
    if (candidate === undefined) return;
    this.#endDial(candidate);
    this.#dequeue(candidate);
    candidate.linkCount++;
  }

  /**
   * An incoming peer told the port it listens on (BEP 10, `p`): its link and the candidate of that
   * address are one from now on.
   */
  onListenPort(remote: Endpoint, port: number, nowMs: number, seed = false): void {
    const linkKey = endpointKey(remote);
    if (!this.#links.has(linkKey) || this.#links.get(linkKey) !== undefined) return;
    const listening = { host: remote.host, port };
    this.add(listening, 'incoming', nowMs, { seed });
    const candidate = this.#candidates.get(endpointKey(listening));
    if (candidate === undefined) return;
    this.#links.set(linkKey, candidate);
    this.#dequeue(candidate);
    candidate.linkCount++;
  }

  /** A link ended. `useful` says that payload passed, in either direction; only then is it soon dialled again. */
  onClosed(remote: Endpoint, nowMs: number, useful: boolean): void {
    const key = endpointKey(remote);
    const candidate = this.#links.get(key);
    this.#links.delete(key);
    if (candidate === undefined) return;
    candidate.linkCount--;
    this.#release(candidate, nowMs, !useful);
  }

  /** This endpoint is ourselves: known from our own listening, or its handshake had our peer id. */
  addOwn(endpoint: Endpoint): void {
    const key = endpointKey(endpoint);
    this.#own.add(key);
    if (this.#own.size > mostOwnEndpoints) {
      const oldest = this.#own.keys().next();
      if (!oldest.done) this.#own.delete(oldest.value);
    }
    const candidate = this.#candidates.get(key);
    if (candidate !== undefined) this.#forget(candidate);
  }

  /** The peer told, or showed, whether it has everything. */
  setSeed(remote: Endpoint, seed: boolean): void {
    const key = endpointKey(remote);
    const candidate = this.#links.get(key) ?? this.#candidates.get(key);
    if (candidate !== undefined) candidate.seed = seed;
  }

  /** Closing the links is the caller's part. `remote` may be the far end of an incoming link. */
  ban(remote: Endpoint, reason: string): void {
    const listening = this.#links.get(endpointKey(remote));
    this.bans.ban(remote, reason);
    if (listening !== undefined) this.bans.ban(listening.endpoint, reason);
    for (const candidate of [...this.#candidates.values()]) {
      if (this.bans.isBanned(candidate.endpoint)) this.#forget(candidate);
    }
  }

  /** `key` as `bans.entries()` gives it. The host is dialled again when somebody names it. */
  unban(key: string): boolean {
    return this.bans.unban(key);
  }

  #isAcceptable(endpoint: Endpoint, key: string, flags: AddFlags): boolean {
    if (endpoint.port < 1 || endpoint.port > 65535 || this.#own.has(key)) return false;
    const address = parseIp(endpoint.host);
    if (address === undefined || isMulticast(address)) return false;
    // 0.0.0.0/8 and :: mean "this host" and reach whoever dials.
    const isUnspecified = address.length === 4 ? address[0] === 0 : address.every((b) => b === 0);
    if (isUnspecified || this.bans.isBanned(endpoint)) return false;
    return flags.fromPublicPeer !== true || isGlobal(address);
  }

  #merge(known: Candidate, source: PeerSource, nowMs: number, flags: AddFlags): void {
    known.sources.add(source);
    known.rank = Math.max(known.rank, sourceRank(source));
    if (flags.seed !== undefined) known.seed = flags.seed;
    if (source === 'manual') known.readyAtMs = Math.min(known.readyAtMs, nowMs);
    if (this.#ready.has(known)) this.#ready.update(known);
    if (this.#waiting.has(known)) this.#waiting.update(known);
    if (this.#idle.has(known)) this.#idle.update(known);
  }

  #makeRoom(rank: number): boolean {
    if (this.#candidates.size < this.#capacity) return true;
    const worst = this.#idle.peek();
    if (worst === undefined || !givesWayTo(worst, rank)) return false;
    this.#forget(worst);
    return true;
  }

  #release(candidate: Candidate, nowMs: number, failed: boolean): void {
    if (candidate.linkCount > 0 || candidate.dialing) return;
    candidate.failures = failed ? candidate.failures + 1 : 0;
    candidate.readyAtMs = nowMs + backoffMs(candidate.failures, this.#random);
    this.#enqueue(candidate);
  }

  #enqueue(candidate: Candidate): void {
    // It may have been banned, or found to be ourselves, while it was busy.
    if (this.#candidates.get(candidate.key) !== candidate) return;
    this.#waiting.update(candidate);
    this.#idle.update(candidate);
  }

  #dequeue(candidate: Candidate): void {
    this.#waiting.remove(candidate);
    this.#ready.remove(candidate);
    this.#parked.delete(candidate);
    this.#idle.remove(candidate);
  }

  #endDial(candidate: Candidate): void {
    if (!candidate.dialing) return;
    candidate.dialing = false;
    this.#dialingCount--;
  }

  #forget(candidate: Candidate): void {
    this.#dequeue(candidate);
    this.#endDial(candidate);
    this.#candidates.delete(candidate.key);
  }
}
