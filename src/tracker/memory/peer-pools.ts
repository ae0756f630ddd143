/**
 * The peers of one swarm that share an address family and a kind of network, in a pool: six words of
 * the arena, of which this class knows the meaning; it keeps no state of its own.
 * Invariants: slots 0 to seeders − 1 are seeders and the rest, up to size − 1, leechers; a pool of more
 * than `indexedFrom` peers has an index, and an index holds every slot once. Adding, refreshing and
 * removing take the same time whatever the size of the swarm.
 */
import type { SwarmMemory } from '../swarm-memory.ts';
import type { BlockAllocator } from './block-allocator.ts';
import type { PeerKey } from './peer-key.ts';
import { copyWords, hotWords, minPeersPerPage, PoolBlocks, pool } from './pool-blocks.ts';
import type { SeededHash } from './seeded-hash.ts';
import { stampMask } from './step-clock.ts';
import { keyEnd, keyOf, maxTableValue, TagTable } from './tag-table.ts';

/** Last word of a hot record: port from bit 16 on, this bit, and 15 bits of stamp. */
export const downloadMark = 1 << 15;

/**
 * Up to here a linear search is as fast as the index, brings the peers near for the choice that follows,
 * and saves memory. A pool of several pages always has an index: it is never as small as that.
 */
const indexedFrom = minPeersPerPage;
const indexedUntil = minPeersPerPage / 2;

export class PeerPools {
  readonly blocks: PoolBlocks;
  readonly index: TagTable;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #hash: SeededHash;
  readonly #scratch = new Int32Array(5);

  constructor(memory: SwarmMemory, blocks: BlockAllocator, hash: SeededHash) {
    this.#words = memory.words;
    this.#hash = hash;
    this.blocks = new PoolBlocks(memory, blocks);
    this.index = new TagTable(memory, blocks, this);
  }

  /** Slot of the peer, −1 when unknown. Any change to the pool may move a peer to another slot. */
  find(at: number, key: PeerKey): number {
    const size = this.#words[at + pool.size]!;
    if (size > indexedUntil && this.#words[at + pool.index] !== 0)
      return this.#findIndexed(at, key);
    return key.length === 2 ? this.#scan4(at, size, key) : this.#scan6(at, size, key);
  }

  /** Makes sure that one more peer can be inserted; false when memory is full. */
  reserve(at: number, key: PeerKey): boolean {
    const words = this.#words;
    const size = words[at + pool.size]!;
    // The index comes first: without one, no pool may have several pages.
    if (size >= indexedFrom && !this.#reserveIndex(at, size, key)) return false;
    return this.blocks.reserve(at, size);
  }

  /** Adds a peer that is not there, after `reserve`; returns its slot. `cold` is its cold record. */
  insert(at: number, key: PeerKey, cold: Int32Array, isSeeder: boolean, stamp: number): number {
    const words = this.#words;
    const size = words[at + pool.size]!;
    const seeders = words[at + pool.seeders]!;
    let slot = size;
    words[at + pool.size] = size + 1;
    if (isSeeder) {
      words[at + pool.seeders] = seeders + 1;
      if (seeders < size) this.#move(at, seeders, size);
      slot = seeders;
    }
    const hot = this.blocks.hotAt(at, slot);
    const addressWords = key.length - 1;
    for (let i = 0; i < addressWords; i++) words[hot + i] = key.words[i]!;
    words[hot + addressWords] = (key.port << 16) | (stamp & stampMask);
    this.setCold(at, slot, cold);
    if (words[at + pool.index] !== 0) {
      this.index.insert(at + pool.index, this.#hash.hash(key.words, 0, key.length), slot + 1);
    }
    return slot;
  }

  remove(at: number, slot: number): void {
    const words = this.#words;
    const size = words[at + pool.size]! - 1;
    const seeders = words[at + pool.seeders]!;
    const isIndexed = words[at + pool.index] !== 0;
    if (isIndexed) {
      this.index.remove(at + pool.index, at, this.hashOf(at, slot + 1), slot + 1);
    }
    let hole = slot;
    if (hole < seeders) {
      words[at + pool.seeders] = seeders - 1;
      if (hole !== seeders - 1) this.#move(at, seeders - 1, hole);
      hole = seeders - 1;
    }
    if (hole !== size) this.#move(at, size, hole);
    words[at + pool.size] = size;
    if (isIndexed && size <= indexedUntil) this.index.drop(at + pool.index);
    this.blocks.shrink(at, size);
  }

  /** Moves the peer to the right side of the border between seeders and leechers; returns its slot. */
  setSeeder(at: number, slot: number, isSeeder: boolean): number {
    const seeders = this.#words[at + pool.seeders]!;
    if (slot < seeders === isSeeder) return slot;
    const border = isSeeder ? seeders : seeders - 1;
    this.#words[at + pool.seeders] = isSeeder ? seeders + 1 : seeders - 1;
    if (slot !== border) this.#exchange(at, slot, border);
    return border;
  }

  setCold(at: number, slot: number, cold: Int32Array): void {
    const start = this.blocks.coldAt(at, slot);
    for (let i = 0; i < this.blocks.coldWords; i++) this.#words[start + i] = cold[i]!;
  }

  /**
   * Lists slots + 1 of peers whose hashes have keys from `key` on, the count first; returns the key to go
   * on with. A peer keeps its hash wherever it is moved, so a walk by keys meets each peer that stays
   * exactly once. `into` has room for a page's words.
   */
  list(at: number, key: number, into: Int32Array): number {
    const size = this.#words[at + pool.size]!;
    if (size > indexedUntil && this.#words[at + pool.index] !== 0) {
      return this.index.list(at + pool.index, at, key, into);
    }
    let count = 0;
    for (let value = 1; value <= size; value++) {
      if (key === 0 || keyOf(this.hashOf(at, value)) >= key) into[++count] = value;
    }
    into[0] = count;
    return keyEnd;
  }

  hashOf(at: number, value: number): number {
    const words = this.#words;
    const hot = this.blocks.hotAt(at, value - 1);
    const last = hotWords(words[at]!) - 1;
    for (let i = 0; i < last; i++) this.#scratch[i] = words[hot + i]!;
    this.#scratch[last] = words[hot + last]! >>> 16;
    return this.#hash.hash(this.#scratch, 0, last + 1);
  }

  #scan4(at: number, size: number, key: PeerKey): number {
    const words = this.#words;
    const address = key.words[0]!;
    const { port } = key;
    let hot = words[at + pool.block]!;
    for (let slot = 0; slot < size; slot++, hot += 2) {
      if (words[hot] === address && words[hot + 1]! >>> 16 === port) return slot;
    }
    return -1;
  }

  #scan6(at: number, size: number, key: PeerKey): number {
    let hot = this.#words[at + pool.block]!;
    for (let slot = 0; slot < size; slot++, hot += 5) if (this.#is(hot, key)) return slot;
    return -1;
  }

  #findIndexed(at: number, key: PeerKey): number {
    const hash = this.#hash.hash(key.words, 0, key.length);
    const table = at + pool.index;
    let found = this.index.first(table, hash);
    for (;;) {
      const value = this.index.valueAt(found);
      if (value === 0) return -1;
      if (this.#is(this.blocks.hotAt(at, value - 1), key)) return value - 1;
      found = this.index.next(table, hash, found);
    }
  }

  #is(hot: number, key: PeerKey): boolean {
    const words = this.#words;
    const last = key.length - 1;
    for (let i = 0; i < last; i++) if (words[hot + i] !== key.words[i]) return false;
    return words[hot + last]! >>> 16 === key.port;
  }

  #reserveIndex(at: number, size: number, key: PeerKey): boolean {
    if (this.#words[at + pool.index] === 0 && !this.#makeIndex(at, size)) return false;
    if (size + 1 >= maxTableValue) return false;
    return this.index.reserve(at + pool.index, at, this.#hash.hash(key.words, 0, key.length));
  }

  #makeIndex(at: number, size: number): boolean {
    if (!this.index.create(at + pool.index, size + (size >>> 1))) return false;
    for (let slot = 0; slot < size; slot++) {
      this.index.insert(at + pool.index, this.hashOf(at, slot + 1), slot + 1);
    }
    return true;
  }

  /** The peer at `from` takes the place at `to`, which is in no entry of the index. */
  #move(at: number, from: number, to: number): void {
    const words = this.#words;
    if (words[at + pool.index] !== 0) {
      this.index.renumber(at + pool.index, this.hashOf(at, from + 1), from + 1, to + 1);
    }
    copyWords(words, this.blocks.hotAt(at, from), this.blocks.hotAt(at, to), hotWords(words[at]!));
    copyWords(
      words,
      this.blocks.coldAt(at, from),
      this.blocks.coldAt(at, to),
      this.blocks.coldWords,
    );
  }

  #exchange(at: number, a: number, b: number): void {
    const words = this.#words;
    const table = at + pool.index;
    if (words[table] !== 0) {
      const hashA = this.hashOf(at, a + 1);
      const hashB = this.hashOf(at, b + 1);
      this.index.renumber(table, hashA, a + 1, maxTableValue);
      this.index.renumber(table, hashB, b + 1, a + 1);
      this.index.renumber(table, hashA, maxTableValue, b + 1);
    }
    exchangeWords(words, this.blocks.hotAt(at, a), this.blocks.hotAt(at, b), hotWords(words[at]!));
    exchangeWords(
      words,
      this.blocks.coldAt(at, a),
      this.blocks.coldAt(at, b),
      this.blocks.coldWords,
    );
  }
}

function exchangeWords(words: Int32Array, a: number, b: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const held = words[a + i]!;
    words[a + i] = words[b + i]!;
    words[b + i] = held;
  }
}
