/**
 * Two lists in each shard, newest first. Newcomers are the swarms that have one peer; they go first when
 * memory is full, the newest first, which is what a flood of invented info-hashes adds. A swarm that
 * fell back to one peer joins at the old end: it had a life. Retained are the empty swarms of which the
 * download count is kept. Invariant: a swarm is a newcomer exactly when it has one peer, and retained
 * exactly when it has none.
 */
import { place, type SwarmMemory, shard } from '../swarm-memory.ts';
import { swarm } from './swarm-table.ts';

const listShift = 8;
const listMask = 3 << listShift;
const newcomer = 1 << listShift;
const retained = 2 << listShift;

export class SwarmLists {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #isShared: boolean;

  constructor(memory: SwarmMemory) {
    this.#words = memory.words;
    this.#isShared = memory.isShared;
  }

  /** The swarm is in a list: it has fewer than two peers, and no further pools. */
  isListed(record: number): boolean {
    return (this.#words[record + swarm.state]! & listMask) !== 0;
  }

  isRetained(record: number): boolean {
    return (this.#words[record + swarm.state]! & listMask) === retained;
  }

  addNewest(line: number, record: number): void {
    this.#prepare(record, newcomer);
    this.#words[record + swarm.stamp] = this.#isShared
      ? Atomics.add(this.#words, place.createdSwarms, 1)
      : this.#words[place.createdSwarms]!++;
    this.#addNewer(record, line + shard.newestNewcomer, line + shard.oldestNewcomer);
    this.#noteNewest(line);
  }

  addOldest(line: number, record: number): void {
    const words = this.#words;
    this.#prepare(record, newcomer);
    words[record + swarm.stamp] = (words[place.createdSwarms]! - 0x4000_0000) | 0;
    const oldest = words[line + shard.oldestNewcomer]!;
    words[record + swarm.listNewer] = oldest;
    words[record + swarm.listOlder] = 0;
    if (oldest === 0) words[line + shard.newestNewcomer] = record;
    else words[oldest + swarm.listOlder] = record;
    words[line + shard.oldestNewcomer] = record;
    this.#noteNewest(line);
  }

  retain(line: number, record: number): void {
    this.#prepare(record, retained);
    this.#addNewer(record, line + shard.newestRetained, line + shard.oldestRetained);
    this.#words[line + shard.retained]!++;
  }

  /** Takes the swarm out of the list it is in, if any. */
  remove(line: number, record: number): void {
    const words = this.#words;
    const list = words[record + swarm.state]! & listMask;
    if (list === newcomer) {
      this.#unlink(record, line + shard.newestNewcomer, line + shard.oldestNewcomer);
      this.#noteNewest(line);
    } else if (list === retained) {
      this.#unlink(record, line + shard.newestRetained, line + shard.oldestRetained);
      words[line + shard.retained]!--;
    }
  }

  older(record: number): number {
    return this.#words[record + swarm.listOlder]!;
  }

  #prepare(record: number, list: number): void {
    this.#words[record + swarm.state]! |= list;
  }

  #addNewer(record: number, newestAt: number, oldestAt: number): void {
    const words = this.#words;
    const newest = words[newestAt]!;
    words[record + swarm.listOlder] = newest;
    words[record + swarm.listNewer] = 0;
    if (newest === 0) words[oldestAt] = record;
    else words[newest + swarm.listNewer] = record;
    words[newestAt] = record;
  }

  #unlink(record: number, newestAt: number, oldestAt: number): void {
    const words = this.#words;
    const newer = words[record + swarm.listNewer]!;
    const older = words[record + swarm.listOlder]!;
    if (newer === 0) words[newestAt] = older;
    else words[newer + swarm.listOlder] = older;
    if (older === 0) words[oldestAt] = newer;
    else words[older + swarm.listNewer] = newer;
    words[record + swarm.state]! &= ~listMask;
    // The pool's own words again: no further pool, no index.
    words[record + swarm.stamp] = 0;
    words[record + swarm.listOlder] = 0;
  }

  /** What other shards' threads compare without the lock. */
  #noteNewest(line: number): void {
    const newest = this.#words[line + shard.newestNewcomer]!;
    if (newest !== 0) this.#words[line + shard.newestStamp] = this.#words[newest + swarm.stamp]!;
  }
}
