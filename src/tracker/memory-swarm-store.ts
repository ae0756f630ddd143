/**
 * Swarms in this process's memory. Invariants: the totals equal the sums over all swarms; a swarm in
 * the map has a peer; every pool that has a peer waits in the wheel for the time at which its quietest
 * peer is due. The limits bound the memory whatever is announced: when one is reached, swarms that were
 * added last and still have one peer go first, which is what a flood of invented info-hashes adds.
 */

import type { Random } from '../base/random.ts';
import { encodeLatin1 } from '../base/text.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { ExpiryWheel } from './expiry-wheel.ts';
import type { PeerPool } from './peer-pool.ts';
import { type Asker, PeerSelection } from './peer-selection.ts';
import { Swarm } from './swarm.ts';
import {
  type AnnounceOutput,
  isStoreFailure,
  type LocalSwarmStore,
  type PeerSnapshot,
  type StoreAnnounce,
  type StoreFailure,
  type StoreHealth,
  type StoreReply,
  type SwarmScan,
  type SwarmSnapshot,
  type SwarmTotals,
} from './swarm-store.ts';

export interface MemorySwarmStoreOptions {
  readonly random: Random;
  /** A peer not heard of for this long is forgotten; rounded up to seconds. */
  readonly peerTimeoutMs: number;
  /** Both default to 2,000,000. */
  readonly maxSwarms?: number;
  readonly maxPeers?: number;
  /** Most peers in one reply, both families together; 200 unless told. */
  readonly maxReplyPeers?: number;
  /** How many empty swarms' download counts are remembered; 100,000 unless told. */
  readonly maxRetainedDownloads?: number;
  /** Needed for replies that are not compact; costs 20 bytes a peer. True unless told. */
  readonly keepsPeerIds?: boolean;
  /** Peers forgotten and pools looked at in one tick; 10,000 unless told. */
  readonly tickBudget?: number;
}

interface Waiting {
  readonly swarm: Swarm;
  readonly pool: PeerPool;
}

const wheelBuckets = 128;
/** See `SwarmStore.announce`: enough to get the metadata from, little enough to waste. */
const maxSeedersForNewcomer = 10;

export class MemorySwarmStore implements LocalSwarmStore {
  readonly #swarms = new Map<string, Swarm>();
  /** Swarms in the order they were added; entries that no longer count are dropped lazily. */
  #newcomers: Swarm[] = [];
  readonly #retainedDownloads = new Map<string, number>();
  readonly #waiting = new Map<PeerPool, Waiting>();
  readonly #wheel: ExpiryWheel<Waiting>;
  readonly #poolSettings: { keepsPeerIds: boolean; hashSeed: number };
  readonly #timeoutSeconds: number;
  readonly #maxSwarms: number;
  readonly #maxPeers: number;
  readonly #maxRetainedDownloads: number;
  readonly #tickBudget: number;
  readonly #ipv4: PeerSelection;
  readonly #ipv6: PeerSelection;
  readonly #record4 = new Uint8Array(6);
  readonly #record6 = new Uint8Array(18);
  #epochMs: number | undefined;
  #seeders = 0;
  #leechers = 0;

  constructor(options: MemorySwarmStoreOptions) {
    const maxReplyPeers = options.maxReplyPeers ?? 200;
    this.#poolSettings = {
      keepsPeerIds: options.keepsPeerIds ?? true,
      hashSeed: options.random.below(0x1_0000_0000),
    };
    this.#timeoutSeconds = Math.max(1, Math.ceil(options.peerTimeoutMs / 1000));
    this.#wheel = new ExpiryWheel(this.#timeoutSeconds + 2, wheelBuckets);
    this.#maxSwarms = options.maxSwarms ?? 2_000_000;
    this.#maxPeers = options.maxPeers ?? 2_000_000;
    this.#maxRetainedDownloads = options.maxRetainedDownloads ?? 100_000;
    this.#tickBudget = options.tickBudget ?? 10_000;
    this.#ipv4 = new PeerSelection(6, maxReplyPeers, options.random);
    this.#ipv6 = new PeerSelection(18, maxReplyPeers, options.random);
  }

  announce(
    request: StoreAnnounce,
    nowMs: number,
    done: (reply: StoreReply | StoreFailure) => void,
  ): void {
    const key = keyOf(request.infoHash);
    const record = this.#packRecord(request);
    if (request.event === 'stopped') {
      const counts = this.#leave(key, request.address, record);
      this.#ipv4.clear();
      this.#ipv6.clear();
      done({ ...counts, ipv4: this.#ipv4.packed(false), ipv6: this.#ipv6.packed(false) });
      return;
    }
    const swarm = this.#swarmFor(key, request.address, record);
    if (swarm === undefined) {
      done({ code: 'STORE_FULL', reason: 'the tracker is full' });
      return;
    }
    const { pool, slot } = this.#enter(swarm, request, record, this.#seconds(nowMs));
    this.#select(swarm, request, pool, slot);
    done({
      seeders: swarm.seeders,
      leechers: swarm.leechers,
      downloads: swarm.downloads,
      ipv4: this.#ipv4.packed(request.wantsPeerIds),
      ipv6: this.#ipv6.packed(request.wantsPeerIds),
    });
  }

  scrape(
    infoHashes: readonly Uint8Array[],
    done: (counts: readonly SwarmCounts[] | StoreFailure) => void,
  ): void {
    done(infoHashes.map((infoHash) => this.#counts(keyOf(infoHash))));
  }

  peers(
    infoHash: Uint8Array,
    limit: number,
    nowMs: number,
    done: (peers: readonly PeerSnapshot[] | StoreFailure) => void,
  ): void {
    done(this.#swarms.get(keyOf(infoHash))?.peers(limit, this.#seconds(nowMs)) ?? []);
  }

  health(): StoreHealth {
    return { status: 'ok' };
  }

  announceNow(
    request: StoreAnnounce,
    nowMs: number,
    output: AnnounceOutput,
  ): StoreFailure | undefined {
    let failure: StoreFailure | undefined;
    this.announce(request, nowMs, (reply) => {
      if (isStoreFailure(reply)) {
        failure = reply;
        return;
      }
      output.seeders = reply.seeders;
      output.leechers = reply.leechers;
      output.downloads = reply.downloads;
      output.ipv4.set(reply.ipv4.addresses, output.ipv4At);
      output.ipv4Count = reply.ipv4.addresses.length / 6;
      output.ipv6.set(reply.ipv6.addresses, output.ipv6At);
      output.ipv6Count = reply.ipv6.addresses.length / 18;
    });
    return failure;
  }

  totals(): SwarmTotals {
    return { swarms: this.#swarms.size, seeders: this.#seeders, leechers: this.#leechers };
  }

  tick(nowMs: number): number {
    const nowSeconds = this.#seconds(nowMs);
    let budget = this.#tickBudget;
    let forgotten = 0;
    while (budget > 0) {
      const waiting = this.#wheel.takeDue(nowSeconds);
      if (waiting === undefined) break;
      const { seeders, leechers } = waiting.pool;
      const removed = waiting.pool.expire(nowSeconds - this.#timeoutSeconds, budget);
      this.#seeders -= seeders - waiting.pool.seeders;
      this.#leechers -= leechers - waiting.pool.leechers;
      forgotten += removed;
      budget -= removed + 1;
      this.#settle(waiting.swarm, waiting.pool);
    }
    return forgotten;
  }

  scan(nowMs: number): SwarmScan {
    const nowSeconds = this.#seconds(nowMs);
    const swarms = this.#swarms.values();
    return {
      next: (limit, done) => {
        const page: SwarmSnapshot[] = [];
        while (page.length < limit) {
          const step = swarms.next();
          if (step.done === true) break;
          page.push(snapshotSwarm(step.value, nowSeconds));
        }
        done(page);
      },
    };
  }

  #seconds(nowMs: number): number {
    this.#epochMs ??= nowMs;
    return Math.max(0, Math.floor((nowMs - this.#epochMs) / 1000)) + this.#timeoutSeconds;
  }

  #packRecord(request: StoreAnnounce): Uint8Array {
    const record = request.address.length === 4 ? this.#record4 : this.#record6;
    record.set(request.address);
    record[record.length - 2] = request.port >>> 8;
    record[record.length - 1] = request.port;
    return record;
  }

  #counts(key: string): SwarmCounts {
    const swarm = this.#swarms.get(key);
    if (swarm === undefined) {
      return { seeders: 0, leechers: 0, downloads: this.#retainedDownloads.get(key) ?? 0 };
    }
    return { seeders: swarm.seeders, leechers: swarm.leechers, downloads: swarm.downloads };
  }

  #leave(key: string, address: Uint8Array, record: Uint8Array): SwarmCounts {
    const swarm = this.#swarms.get(key);
    const pool = swarm?.findPool(address);
    const slot = pool?.find(record) ?? -1;
    if (swarm !== undefined && pool !== undefined && slot !== -1) {
      if (slot < pool.seeders) this.#seeders--;
      else this.#leechers--;
      pool.remove(slot);
      if (pool.size === 0) this.#settle(swarm, pool);
    }
    return this.#counts(key);
  }

  /** The swarm that can take this peer, with room made for it; undefined when there is none. */
  #swarmFor(key: string, address: Uint8Array, record: Uint8Array): Swarm | undefined {
    let swarm = this.#swarms.get(key);
    const known = (swarm?.findPool(address)?.find(record) ?? -1) !== -1;
    if (known) return swarm;
    if (this.#seeders + this.#leechers >= this.#maxPeers && !this.#evictNewcomer(swarm))
      return undefined;
    if (swarm !== undefined) return swarm;
    if (this.#swarms.size >= this.#maxSwarms && !this.#evictNewcomer(undefined)) return undefined;
    swarm = new Swarm(key, this.#poolSettings);
    swarm.downloads = this.#retainedDownloads.get(key) ?? 0;
    this.#retainedDownloads.delete(key);
    this.#swarms.set(key, swarm);
    this.#newcomers.push(swarm);
    if (this.#newcomers.length > 2 * this.#swarms.size + 64) this.#pruneNewcomers();
    return swarm;
  }

  #enter(
    swarm: Swarm,
    request: StoreAnnounce,
    record: Uint8Array,
    nowSeconds: number,
  ): { pool: PeerPool; slot: number } {
    const pool = swarm.pool(request.address);
    const { seeders, leechers } = pool;
    const slot = pool.put(record, request.peerId, request.isSeeder, nowSeconds);
    this.#seeders += pool.seeders - seeders;
    this.#leechers += pool.leechers - leechers;
    if (request.event === 'completed' && pool.countDownload(slot)) swarm.downloads++;
    if (!this.#waiting.has(pool)) {
      const waiting = { swarm, pool };
      this.#waiting.set(pool, waiting);
      this.#wheel.schedule(waiting, nowSeconds + this.#timeoutSeconds + 1);
    }
    return { pool, slot };
  }

  #select(swarm: Swarm, request: StoreAnnounce, pool: PeerPool, slot: number): void {
    this.#ipv4.clear();
    this.#ipv6.clear();
    const { isSeeder, numWant } = request;
    this.#drawAll(swarm, request, numWant, { pool, slot, isSeeder });
    if (!isSeeder || request.event !== 'started' || this.#ipv4.count + this.#ipv6.count > 0) return;
    const few = Math.min(numWant, maxSeedersForNewcomer);
    this.#drawAll(swarm, request, few, { pool, slot, isSeeder: false });
  }

  #drawAll(swarm: Swarm, request: StoreAnnounce, numWant: number, asker: Asker): void {
    const ownLength = request.address.length;
    const draw = (addressLength: number, wanted: number): void => {
      const selection = addressLength === 4 ? this.#ipv4 : this.#ipv6;
      for (const candidates of swarm.poolsFor(addressLength, request.address)) {
        selection.draw(candidates, wanted - selection.count, asker);
      }
    };
    if (!request.wantsBothFamilies) {
      draw(ownLength, numWant);
      return;
    }
    draw(ownLength === 4 ? 16 : 4, Math.floor(numWant / 2));
    draw(ownLength, numWant - this.#ipv4.count - this.#ipv6.count);
  }

  /** After peers left `pool`: waits for the next one due, or forgets the pool and the empty swarm. */
  #settle(swarm: Swarm, pool: PeerPool): void {
    const waiting = this.#waiting.get(pool);
    if (waiting === undefined) return;
    const oldestSeconds = pool.oldestSeconds;
    if (oldestSeconds !== undefined) {
      this.#wheel.schedule(waiting, oldestSeconds + this.#timeoutSeconds + 1);
      return;
    }
    this.#wheel.remove(waiting);
    this.#waiting.delete(pool);
    if (swarm.size === 0) this.#forgetSwarm(swarm);
  }

  #forgetSwarm(swarm: Swarm): void {
    this.#swarms.delete(swarm.key);
    if (swarm.downloads === 0 || this.#maxRetainedDownloads === 0) return;
    this.#retainedDownloads.delete(swarm.key);
    this.#retainedDownloads.set(swarm.key, swarm.downloads);
    if (this.#retainedDownloads.size <= this.#maxRetainedDownloads) return;
    for (const oldest of this.#retainedDownloads.keys()) {
      this.#retainedDownloads.delete(oldest);
      return;
    }
  }

  /** Forgets the newest swarm of one peer, other than `keep`; false when there is none. */
  #evictNewcomer(keep: Swarm | undefined): boolean {
    for (let swarm = this.#newcomers.pop(); swarm !== undefined; swarm = this.#newcomers.pop()) {
      if (swarm === keep || this.#swarms.get(swarm.key) !== swarm || swarm.size !== 1) continue;
      const peer = swarm.peers(1, 0)[0]!;
      const record = new Uint8Array(peer.address.length + 2);
      record.set(peer.address);
      record[record.length - 2] = peer.port >>> 8;
      record[record.length - 1] = peer.port;
      this.#leave(swarm.key, peer.address, record);
      return true;
    }
    return false;
  }

  #pruneNewcomers(): void {
    this.#newcomers = this.#newcomers.filter((swarm) => this.#swarms.get(swarm.key) === swarm);
  }
}

function keyOf(infoHash: Uint8Array): string {
  return String.fromCharCode(...infoHash);
}

function snapshotSwarm(swarm: Swarm, nowSeconds: number): SwarmSnapshot {
  return {
    infoHash: encodeLatin1(swarm.key),
    seeders: swarm.seeders,
    leechers: swarm.leechers,
    downloads: swarm.downloads,
    peers: (limit) => swarm.peers(limit, nowSeconds),
  };
}
