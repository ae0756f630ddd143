/**
 * Swarms by info-hash. A swarm is a record of 16 words, one line of a processor's cache: the info-hash,
 * what follows from the swarm's age and activity, and its first pool. Shards divide swarms by hash, so
 * that threads rarely meet; a record belongs to the shard of its hash as long as it exists.
 * Invariant: a record stands in its shard's table exactly once.
 */
import { lineShift, type SwarmMemory, shard } from '../swarm-memory.ts';
import type { BlockAllocator } from './block-allocator.ts';
import type { SeededHash } from './seeded-hash.ts';
import { TagTable } from './tag-table.ts';

/**
 * Words of a swarm's record. The last two of the first pool's words belong to lists of swarms while the
 * swarm has fewer than two peers: such a swarm has no second pool and no index.
 */
export const swarm = {
  infoHash: 0,
  /** Bucket of the wheel + 1 in bits 0 to 7, 0 outside the wheel; which list in bits 8 and 9. */
  state: 5,
  downloads: 6,
  wheelNext: 7,
  wheelPrevious: 8,
  listNewer: 9,
  pool: 10,
  stamp: 14,
  listOlder: 15,
} as const;

export const infoHashWords = 5;
const recordWords = 16;
/** Numbers in the table are records divided by their length. */
const recordShift = 4;

export class SwarmTable {
  readonly table: TagTable;
  readonly recordClass: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #blocks: BlockAllocator;
  readonly #hash: SeededHash;
  readonly #shardsAt: number;
  /** Bits of a word that do not tell the shard; 32 when there is one only. */
  readonly #shardShift: number;

  constructor(memory: SwarmMemory, blocks: BlockAllocator, hash: SeededHash) {
    this.#words = memory.words;
    this.#blocks = blocks;
    this.#hash = hash;
    this.#shardsAt = memory.shardsAt;
    this.#shardShift = 32 - Math.log2(memory.shards);
    this.recordClass = blocks.classes.classFor(recordWords);
    this.table = new TagTable(memory, blocks, this);
  }

  hash(infoHash: Int32Array): number {
    return this.#hash.hash(infoHash, 0, infoHashWords);
  }

  hashOf(_owner: number, value: number): number {
    return this.#hash.hash(this.#words, value << recordShift, infoHashWords);
  }

  /** The line of the shard for this hash. */
  lineOf(hash: number): number {
    if (this.#shardShift === 32) return this.#shardsAt;
    return this.#shardsAt + ((Math.imul(hash, 0x9e37_79b1) >>> this.#shardShift) << lineShift);
  }

  /** The swarm's record; 0 when unknown. */
  find(line: number, hash: number, infoHash: Int32Array): number {
    const table = line + shard.table;
    let found = this.table.first(table, hash);
    for (;;) {
      const record = this.table.valueAt(found) << recordShift;
      if (record === 0 || this.isAbout(record, infoHash)) return record;
      found = this.table.next(table, hash, found);
    }
  }

  isAbout(record: number, infoHash: Int32Array): boolean {
    const words = this.#words;
    for (let i = 0; i < infoHashWords; i++) if (words[record + i] !== infoHash[i]) return false;
    return true;
  }

  /** A record that is in no table yet, all zeros but for the info-hash; 0 when memory is full. */
  makeRecord(infoHash: Int32Array): number {
    const record = this.#blocks.takeForNewcomer(this.recordClass);
    if (record === 0) return 0;
    this.#words.fill(0, record + infoHashWords, record + recordWords);
    for (let i = 0; i < infoHashWords; i++) this.#words[record + i] = infoHash[i]!;
    return record;
  }

  /** Makes sure that one more can be inserted; false when memory is full. */
  reserve(line: number, hash: number): boolean {
    return this.table.reserve(line + shard.table, 0, hash);
  }

  insert(line: number, hash: number, record: number): void {
    this.table.insert(line + shard.table, hash, record >>> recordShift);
  }

  /** Takes the record out of its table and gives its memory back. */
  erase(line: number, record: number): void {
    const value = record >>> recordShift;
    this.table.remove(line + shard.table, 0, this.hashOf(0, value), value);
    this.giveRecord(record);
  }

  giveRecord(record: number): void {
    this.#blocks.give(record, this.recordClass);
  }

  /** As `TagTable.list`, of records. */
  list(line: number, key: number, into: Int32Array): number {
    const next = this.table.list(line + shard.table, 0, key, into);
    for (let i = 1; i <= into[0]!; i++) into[i] = into[i]! << recordShift;
    return next;
  }
}
