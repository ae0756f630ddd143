/**
 * Swarms and their peers: who enters and leaves, and what follows from it for the shard's counts, the
 * lists and the wheel. All under the lock of the swarm's shard, which the caller holds.
 * Invariants: the counts of a shard are the sums over its swarms; the first pool of a swarm has a peer
 * unless the swarm has none; a swarm without peers is retained or gone.
 */
import { lineWords, place, type SwarmMemory, shard } from '../swarm-memory.ts';
import type { SwarmTotals } from '../swarm-store.ts';
import { BlockAllocator } from './block-allocator.ts';
import { ExpiryWheel } from './expiry-wheel.ts';
import type { PeerKey } from './peer-key.ts';
import { downloadMark, PeerPools } from './peer-pools.ts';
import { pool, poolWords } from './pool-blocks.ts';
import { SeededHash } from './seeded-hash.ts';
import { stampMask } from './step-clock.ts';
import { SwarmLists } from './swarm-lists.ts';
import { SwarmTable, swarm } from './swarm-table.ts';

export class Swarms {
  readonly memory: SwarmMemory;
  readonly blocks: BlockAllocator;
  readonly table: SwarmTable;
  readonly pools: PeerPools;
  readonly lists: SwarmLists;
  readonly wheel: ExpiryWheel;
  /** Where the last `enter` or `refresh` put the peer. */
  slot = 0;
  /** The swarm of the last `enter`. */
  record = 0;
  readonly #words: Int32Array<SharedArrayBuffer>;
  /** Size class of a pool that is not in its swarm's record. */
  readonly chainClass: number;

  constructor(memory: SwarmMemory) {
    const hash = new SeededHash(memory.hashKey0, memory.hashKey1);
    this.memory = memory;
    this.#words = memory.words;
    this.blocks = new BlockAllocator(memory);
    this.table = new SwarmTable(memory, this.blocks, hash);
    this.pools = new PeerPools(memory, this.blocks, hash);
    this.lists = new SwarmLists(memory);
    this.wheel = new ExpiryWheel(memory);
    this.chainClass = this.blocks.classes.classFor(poolWords);
  }

  /** The swarm's pool of this kind; 0 for none. */
  poolOf(record: number, kind: number): number {
    for (let at = this.firstPool(record); at !== 0; at = this.nextPool(record, at)) {
      if (this.pools.blocks.kindOf(at) === kind) return at;
    }
    return 0;
  }

  firstPool(record: number): number {
    return this.#words[record + swarm.pool + pool.size] === 0 ? 0 : record + swarm.pool;
  }

  nextPool(record: number, at: number): number {
    return this.lists.isListed(record) ? 0 : this.#words[at + pool.next]!;
  }

  seeders(record: number): number {
    let sum = 0;
    for (let at = this.firstPool(record); at !== 0; at = this.nextPool(record, at)) {
      sum += this.#words[at + pool.seeders]!;
    }
    return sum;
  }

  /** All peers. */
  size(record: number): number {
    let sum = 0;
    for (let at = this.firstPool(record); at !== 0; at = this.nextPool(record, at)) {
      sum += this.#words[at + pool.size]!;
    }
    return sum;
  }

  /** Sums over all shards, each read once and without its lock. */
  totals(): SwarmTotals {
    const words = this.#words;
    const { shards, shardsAt } = this.memory;
    const sums = { swarms: 0, seeders: 0, leechers: 0 };
    for (let i = 0, line = shardsAt; i < shards; i++, line += lineWords) {
      sums.swarms += words[line + shard.swarms]!;
      sums.seeders += words[line + shard.seeders]!;
      sums.leechers += words[line + shard.leechers]!;
    }
    return sums;
  }

  /** Nothing may be added to this swarm, 0 for a new one, until something else has gone. */
  isAtLimit(record: number): boolean {
    const { maxSwarms, maxPeers } = this.memory;
    if (maxSwarms === Infinity && maxPeers === Infinity) return false;
    const { swarms, seeders, leechers } = this.totals();
    if (seeders + leechers >= maxPeers) return true;
    return swarms >= maxSwarms && (record === 0 || this.firstPool(record) === 0);
  }

  /** A swarm without peers yet, which must be given one at once; 0 when memory is full. */
  create(line: number, hash: number, infoHash: Int32Array, kind: number): number {
    const record = this.table.makeRecord(infoHash);
    if (record === 0) return 0;
    const first = record + swarm.pool;
    if (!this.pools.blocks.create(first, kind, true)) {
      this.table.giveRecord(record);
      return 0;
    }
    if (!this.table.reserve(line, hash)) {
      this.pools.blocks.drop(first);
      this.table.giveRecord(record);
      return 0;
    }
    this.table.insert(line, hash, record);
    return record;
  }

  /**
   * Adds a peer that the swarm does not have; returns its pool and leaves `record` and `slot`. 0 when
   * memory is full, and then nothing has changed. `step` is when the peer was heard of.
   */
  enter(
    line: number,
    hash: number,
    known: number,
    infoHash: Int32Array,
    key: PeerKey,
    cold: Int32Array,
    isSeeder: boolean,
    step: number,
  ): number {
    const words = this.#words;
    let record = known;
    let at = 0;
    if (record === 0) {
      record = this.create(line, hash, infoHash, key.kind);
      if (record === 0) return 0;
      at = record + swarm.pool;
    } else {
      at = this.poolOf(record, key.kind);
      if (at === 0) at = this.#addPool(line, record, key.kind);
      else if (!this.pools.reserve(at, key)) return 0;
      if (at === 0) return 0;
    }
    this.record = record;
    this.lists.remove(line, record);
    this.slot = this.pools.insert(at, key, cold, isSeeder, step);
    words[line + (isSeeder ? shard.seeders : shard.leechers)]!++;
    if (at === record + swarm.pool && words[at + pool.size] === 1) {
      words[line + shard.swarms]!++;
      this.wheel.schedule(line, record, step + this.memory.timeoutSteps + 1);
      if (known === 0) this.lists.addNewest(line, record);
      else this.lists.addOldest(line, record);
    }
    return at;
  }

  /** The peer was heard of again; leaves its slot, which may be another one, in `slot`. */
  refresh(line: number, at: number, slot: number, isSeeder: boolean, step: number): void {
    const words = this.#words;
    this.slot = slot;
    if (slot < words[at + pool.seeders]! !== isSeeder) {
      this.slot = this.pools.setSeeder(at, slot, isSeeder);
      words[line + shard.seeders]! += isSeeder ? 1 : -1;
      words[line + shard.leechers]! += isSeeder ? -1 : 1;
    }
    const state = this.pools.blocks.stateAt(at, this.slot);
    words[state] = (words[state]! & ~stampMask) | (step & stampMask);
  }

  /** Counts a download, once for a peer. */
  countDownload(record: number, at: number, slot: number): void {
    const words = this.#words;
    const state = this.pools.blocks.stateAt(at, slot);
    if ((words[state]! & downloadMark) !== 0) return;
    words[state]! |= downloadMark;
    words[record + swarm.downloads]!++;
  }

  /** Removes the peer. The swarm is gone after its last one, unless its downloads are retained. */
  leave(line: number, record: number, at: number, slot: number, retains: boolean): void {
    const words = this.#words;
    this.lists.remove(line, record);
    words[line + (slot < words[at + pool.seeders]! ? shard.seeders : shard.leechers)]!--;
    this.pools.remove(at, slot);
    if (words[at + pool.size] === 0) this.#dropPool(record, at);
    const first = words[record + swarm.pool + pool.size]!;
    if (first === 0) this.#vacate(line, record, retains);
    else if (first === 1 && this.size(record) === 1) this.lists.addOldest(line, record);
  }

  /** Keeps the count of downloads of a swarm that nobody is in; nothing when there is no memory. */
  restoreDownloads(line: number, hash: number, infoHash: Int32Array, downloads: number): void {
    const words = this.#words;
    let record = this.table.find(line, hash, infoHash);
    if (record === 0) {
      if (words[line + shard.retained]! >= this.memory.maxRetained) return;
      record = this.table.makeRecord(infoHash);
      if (record === 0) return;
      if (!this.table.reserve(line, hash)) {
        this.table.giveRecord(record);
        return;
      }
      this.table.insert(line, hash, record);
      this.lists.retain(line, record);
    }
    words[record + swarm.downloads] = Math.max(words[record + swarm.downloads]! >>> 0, downloads);
  }

  /** Gives up the count that was retained for longest; false when there is none. */
  forgetRetained(line: number): boolean {
    const oldest = this.#words[line + shard.oldestRetained]!;
    if (oldest === 0) return false;
    this.lists.remove(line, oldest);
    this.table.erase(line, oldest);
    return true;
  }

  /** A pool of a kind that the swarm does not have; 0 when memory is full. */
  #addPool(line: number, record: number, kind: number): number {
    const words = this.#words;
    const first = record + swarm.pool;
    if (this.lists.isRetained(record)) {
      this.lists.remove(line, record);
      if (this.pools.blocks.create(first, kind, false)) return first;
      this.lists.retain(line, record);
      return 0;
    }
    const at = this.blocks.take(this.chainClass);
    if (at === 0) return 0;
    if (!this.pools.blocks.create(at, kind, false)) {
      this.blocks.give(at, this.chainClass);
      return 0;
    }
    this.lists.remove(line, record);
    words[at + pool.next] = words[first + pool.next]!;
    words[first + pool.next] = at;
    return at;
  }

  /** Gives up a pool without peers; another one takes the first one's place. */
  #dropPool(record: number, at: number): void {
    const words = this.#words;
    const first = record + swarm.pool;
    const next = words[at + pool.next]!;
    this.pools.blocks.drop(at);
    if (at !== first) {
      let before = first;
      while (words[before + pool.next] !== at) before = words[before + pool.next]!;
      words[before + pool.next] = next;
      this.blocks.give(at, this.chainClass);
    } else if (next !== 0) {
      for (let i = 0; i < poolWords; i++) words[first + i] = words[next + i]!;
      this.blocks.give(next, this.chainClass);
    }
  }

  #vacate(line: number, record: number, retains: boolean): void {
    const words = this.#words;
    this.wheel.remove(line, record);
    if (words[place.sweepRecord] === record) words[place.sweepRecord] = 0;
    words[line + shard.swarms]!--;
    if (!retains || words[record + swarm.downloads] === 0) {
      this.table.erase(line, record);
      return;
    }
    this.lists.retain(line, record);
    if (words[line + shard.retained]! > this.memory.maxRetained) this.forgetRetained(line);
  }
}
