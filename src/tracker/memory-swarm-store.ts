/**
 * Swarms in memory that threads may share: every thread has a store of its own on one `SwarmMemory`.
 * A request takes its swarm's shard, looks, changes and copies out, and lets go; nothing is allocated.
 * The memory's budget bounds what is kept, whatever is announced: when it is reached, `RoomMaker` says
 * what goes, and where that is not enough, unknown peers are refused while known ones are refreshed.
 *
 * Layout and reasons: docs/decisions/0010-swarms-in-shared-memory.md.
 */
import type { Random } from '../base/random.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { checkMemory } from './memory/memory-check.ts';
import { PeerChoice, type PeerIdOutput } from './memory/peer-choice.ts';
import { PeerKey } from './memory/peer-key.ts';
import { RoomMaker } from './memory/room-maker.ts';
import { StepClock } from './memory/step-clock.ts';
import { SwarmInlet } from './memory/swarm-inlet.ts';
import { swarmPeers } from './memory/swarm-peers.ts';
import { SwarmSweeper } from './memory/swarm-sweeper.ts';
import { infoHashWords, swarm } from './memory/swarm-table.ts';
import { SwarmWalk } from './memory/swarm-walk.ts';
import { Swarms } from './memory/swarms.ts';
import { loadFiveWords, loadWords, wordBytes } from './memory/word-bytes.ts';
import { WordLock } from './memory/word-lock.ts';
import {
  createSwarmMemory,
  place,
  type SwarmMemory,
  type SwarmMemoryOptions,
} from './swarm-memory.ts';
import { SwarmRestorer } from './swarm-restore.ts';
import { snapshotSwarms } from './swarm-snapshot.ts';
import type {
  AnnounceOutput,
  LocalSwarmStore,
  PeerSnapshot,
  StoreAnnounce,
  StoreFailure,
  StoreHealth,
  StoreReply,
  SwarmScan,
  SwarmSnapshot,
  SwarmTotals,
} from './swarm-store.ts';

interface StoreSettings {
  /** Of this thread's choices. */
  readonly random: Random;
  /** Most peers in one reply, both families together; 200 unless told. */
  readonly maxReplyPeers?: number;
  /** Peers forgotten in one tick; 8192 unless told. */
  readonly tickBudget?: number;
}

/** A store on a memory that exists, or one with a small memory of its own, 64 MiB unless told. */
export type MemorySwarmStoreOptions = StoreSettings &
  ({ readonly memory: SwarmMemory } | (SwarmMemoryOptions & { readonly memory?: never }));

const full: StoreFailure = { code: 'STORE_FULL', reason: 'the tracker is full' };
const privateBudgetBytes = 64 * 2 ** 20;
/** Swarms given up for one announce are 1, 2, 4 and so on to 2 to the power of this, less one. */
const maxRoomTries = 8;

export class MemorySwarmStore implements LocalSwarmStore {
  readonly memory: SwarmMemory;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #swarms: Swarms;
  readonly #lock: WordLock;
  readonly #clock: StepClock;
  readonly #choice: PeerChoice;
  readonly #room: RoomMaker;
  readonly #sweeper: SwarmSweeper;
  readonly #tickBudget: number;
  /** Less than the budget at first: code that the compiler has not seen yet takes ten times as long. */
  #tickAllowance: number;
  readonly #infoHash = new Int32Array(infoHashWords);
  readonly #key = new PeerKey();
  readonly #cold: Int32Array;
  readonly #reply: AnnounceOutput;
  readonly #replyPeerIds: PeerIdOutput;

  constructor(options: MemorySwarmStoreOptions) {
    const { random } = options;
    const memory =
      options.memory ?? createSwarmMemory({ budgetBytes: privateBudgetBytes, ...options });
    const maxReplyPeers = options.maxReplyPeers ?? 200;
    this.memory = memory;
    this.#words = memory.words;
    this.#swarms = new Swarms(memory);
    this.#lock = new WordLock(memory);
    this.#clock = new StepClock(memory);
    this.#choice = new PeerChoice(memory, this.#swarms, random, maxReplyPeers);
    this.#room = new RoomMaker(memory, this.#swarms, this.#lock);
    this.#sweeper = new SwarmSweeper(memory, this.#swarms, this.#lock);
    this.#tickBudget = options.tickBudget ?? 8192;
    this.#tickAllowance = Math.ceil(this.#tickBudget / 16);
    this.#cold = new Int32Array(this.#swarms.pools.blocks.coldWords);
    this.#reply = emptyOutput(maxReplyPeers);
    const idBytes = memory.keepsPeerIds ? 20 * maxReplyPeers : 0;
    this.#replyPeerIds = { ipv4: new Uint8Array(idBytes), ipv6: new Uint8Array(idBytes) };
  }

  announceNow(
    request: StoreAnnounce,
    nowMs: number,
    output: AnnounceOutput,
  ): StoreFailure | undefined {
    return this.#announce(request, nowMs, output, undefined);
  }

  announce(
    request: StoreAnnounce,
    nowMs: number,
    done: (reply: StoreReply | StoreFailure) => void,
  ): void {
    const reply = this.#reply;
    const namesPeers = request.wantsPeerIds && this.memory.keepsPeerIds;
    const peerIds = namesPeers ? this.#replyPeerIds : undefined;
    const failure = this.#announce(request, nowMs, reply, peerIds);
    if (failure !== undefined) {
      done(failure);
      return;
    }
    const { seeders, leechers, downloads, ipv4, ipv6, ipv4Count, ipv6Count } = reply;
    const ids = (bytes: Uint8Array, count: number) =>
      bytes.subarray(0, namesPeers ? 20 * count : 0);
    done({
      seeders,
      leechers,
      downloads,
      ipv4: {
        addresses: ipv4.subarray(0, 6 * ipv4Count),
        peerIds: ids(this.#replyPeerIds.ipv4, ipv4Count),
      },
      ipv6: {
        addresses: ipv6.subarray(0, 18 * ipv6Count),
        peerIds: ids(this.#replyPeerIds.ipv6, ipv6Count),
      },
    });
  }

  scrape(
    infoHashes: readonly Uint8Array[],
    done: (counts: readonly SwarmCounts[] | StoreFailure) => void,
  ): void {
    done(
      infoHashes.map((infoHash) => {
        loadWords(infoHash, this.#infoHash);
        return this.#inSwarm((record) => this.#counts(record));
      }),
    );
  }

  peers(
    infoHash: Uint8Array,
    limit: number,
    nowMs: number,
    done: (peers: readonly PeerSnapshot[] | StoreFailure) => void,
  ): void {
    loadWords(infoHash, this.#infoHash);
    done(this.#peers(limit, this.#clock.step(nowMs)));
  }

  totals(): SwarmTotals {
    return this.#swarms.totals();
  }

  /** One thread alone calls this. */
  tick(nowMs: number): number {
    const forgotten = this.#sweeper.sweep(this.#clock.step(nowMs), this.#tickAllowance);
    if (2 * forgotten >= this.#tickAllowance) {
      this.#tickAllowance = Math.min(this.#tickBudget, 2 * this.#tickAllowance);
    }
    return forgotten;
  }

  scan(nowMs: number): SwarmScan {
    const step = this.#clock.step(nowMs);
    const walk = new SwarmWalk(this.memory, this.#swarms, this.#lock, false);
    return {
      next: (limit, done) => {
        const page: SwarmSnapshot[] = [];
        while (page.length < limit && walk.next()) {
          this.#infoHash.set(walk.infoHash);
          const found = this.#snapshot(step);
          if (found !== undefined) page.push(found);
        }
        done(page);
      },
    };
  }

  /** Degraded while unknown peers are refused, and for a 50th of the time-out after. */
  health(): StoreHealth {
    const since = this.#clock.last - this.#words[place.lastRefusalStep]!;
    if (this.#words[place.hasRefused] === 0 || since * 50 > this.memory.timeoutSteps) {
      return { status: 'ok' };
    }
    return {
      status: 'degraded',
      problem:
        'The memory for swarms is full, so new peers are refused; give the tracker more of it.',
    };
  }

  /** Memory in use, free parts of pages in use included, and what there is. */
  usage(): { readonly usedBytes: number; readonly budgetBytes: number } {
    return {
      usedBytes: this.#swarms.blocks.usedBytes,
      budgetBytes: this.#swarms.blocks.budgetBytes,
    };
  }

  /**
   * All swarms as a file, in chunks of at most 64 KiB that are the caller's; see `snapshot-format.ts`.
   * Announces may go on between two chunks, and in other threads all the time.
   */
  snapshot(nowMs: number): Generator<Uint8Array, void, undefined> {
    return snapshotSwarms(this.#swarms, this.#lock, this.#clock.step(nowMs));
  }

  /** Takes such a file, `downMs` after it was taken; what is in the store already stays. */
  restorer(nowMs: number, downMs: number): SwarmRestorer {
    const step = this.#clock.step(nowMs);
    return new SwarmRestorer(new SwarmInlet(this.#swarms, this.#lock, step), downMs);
  }

  /** Throws what is wrong with the memory. Slow, and no other thread may be at work. */
  checkInvariants(): void {
    checkMemory(this.#swarms);
  }

  #announce(
    request: StoreAnnounce,
    nowMs: number,
    output: AnnounceOutput,
    peerIds: PeerIdOutput | undefined,
  ): StoreFailure | undefined {
    const step = this.#clock.step(nowMs);
    loadFiveWords(request.infoHash, this.#infoHash);
    this.#key.load(request.address, request.port);
    const hash = this.#swarms.table.hash(this.#infoHash);
    const line = this.#swarms.table.lineOf(hash);
    for (let tries = 0; tries <= maxRoomTries; tries++) {
      this.#lock.lock(line);
      const isDone = this.#take(request, line, hash, step, output, peerIds);
      this.#lock.unlock(line);
      if (isDone) return undefined;
      let given = 0;
      while (given < 1 << tries && this.#room.makeRoom(this.#infoHash)) given++;
      if (given === 0) break;
    }
    this.#words[place.lastRefusalStep] = step;
    this.#words[place.hasRefused] = 1;
    return full;
  }

  /** False when there is no room, and then nothing has changed. */
  #take(
    request: StoreAnnounce,
    line: number,
    hash: number,
    step: number,
    output: AnnounceOutput,
    peerIds: PeerIdOutput | undefined,
  ): boolean {
    const swarms = this.#swarms;
    const key = this.#key;
    const { isSeeder, event } = request;
    let record = swarms.table.find(line, hash, this.#infoHash);
    let at = record === 0 ? 0 : swarms.poolOf(record, key.kind);
    const slot = at === 0 ? -1 : swarms.pools.find(at, key);
    if (event === 'stopped') {
      output.ipv4Count = 0;
      output.ipv6Count = 0;
      if (slot !== -1) {
        swarms.leave(line, record, at, slot, true);
        record = swarms.table.find(line, hash, this.#infoHash);
      }
      this.#writeCounts(record, output);
      return true;
    }
    if (slot === -1) {
      if (swarms.isAtLimit(record)) return false;
      loadWords(request.peerId, this.#cold);
      at = swarms.enter(line, hash, record, this.#infoHash, key, this.#cold, isSeeder, step);
      if (at === 0) return false;
      record = swarms.record;
    } else {
      swarms.refresh(line, at, slot, isSeeder, step);
      if (event !== 'none' || this.memory.keepsPeerIds) {
        loadWords(request.peerId, this.#cold);
        swarms.pools.setCold(at, swarms.slot, this.#cold);
      }
    }
    if (event === 'completed') swarms.countDownload(record, at, swarms.slot);
    this.#writeCounts(record, output);
    this.#choice.choose(record, at, swarms.slot, request, output, peerIds);
    return true;
  }

  #writeCounts(record: number, output: AnnounceOutput): void {
    if (record === 0) {
      output.seeders = 0;
      output.leechers = 0;
      output.downloads = 0;
      return;
    }
    const seeders = this.#swarms.seeders(record);
    output.seeders = seeders;
    output.leechers = this.#swarms.size(record) - seeders;
    output.downloads = this.#words[record + swarm.downloads]! >>> 0;
  }

  #counts(record: number): SwarmCounts {
    if (record === 0) return { seeders: 0, leechers: 0, downloads: 0 };
    const seeders = this.#swarms.seeders(record);
    const leechers = this.#swarms.size(record) - seeders;
    return { seeders, leechers, downloads: this.#words[record + swarm.downloads]! >>> 0 };
  }

  /** Calls with the record of the swarm `#infoHash`, 0 when there is none, under its shard's lock. */
  #inSwarm<T>(look: (record: number) => T): T {
    const hash = this.#swarms.table.hash(this.#infoHash);
    const line = this.#swarms.table.lineOf(hash);
    this.#lock.lock(line);
    const seen = look(this.#swarms.table.find(line, hash, this.#infoHash));
    this.#lock.unlock(line);
    return seen;
  }

  #peers(limit: number, step: number): PeerSnapshot[] {
    return this.#inSwarm((record) => swarmPeers(this.#swarms, record, limit, step));
  }

  /** Of the swarm `#infoHash`; undefined when it is gone. */
  #snapshot(step: number): SwarmSnapshot | undefined {
    const infoHash = wordBytes(this.#infoHash, 0, infoHashWords);
    const counts = this.#inSwarm((record) =>
      record === 0 || this.#swarms.firstPool(record) === 0 ? undefined : this.#counts(record),
    );
    if (counts === undefined) return undefined;
    return {
      infoHash,
      ...counts,
      peers: (limit) => {
        loadWords(infoHash, this.#infoHash);
        return this.#peers(limit, step);
      },
    };
  }
}

function emptyOutput(maxPeers: number): AnnounceOutput {
  return {
    seeders: 0,
    leechers: 0,
    downloads: 0,
    ipv4: new Uint8Array(6 * maxPeers),
    ipv4At: 0,
    ipv4Count: 0,
    ipv6: new Uint8Array(18 * maxPeers),
    ipv6At: 0,
    ipv6Count: 0,
  };
}
