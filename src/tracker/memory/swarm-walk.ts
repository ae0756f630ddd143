/**
 * A walk over all swarms while others come and go: shard by shard, and in a shard by ranges of hashes,
 * each listed in one hold of the lock. A swarm's hash decides its range whatever the table does, so a
 * swarm that exists during the whole walk is met exactly once.
 */
import { lineWords, type SwarmMemory } from '../swarm-memory.ts';
import { infoHashWords } from './swarm-table.ts';
import type { Swarms } from './swarms.ts';
import { keyEnd } from './tag-table.ts';
import type { WordLock } from './word-lock.ts';

export class SwarmWalk {
  /** Of the swarm that `next` came to, as words. */
  readonly infoHash = new Int32Array(infoHashWords);
  readonly #memory: SwarmMemory;
  readonly #swarms: Swarms;
  readonly #lock: WordLock;
  readonly #withRetained: boolean;
  readonly #records: Int32Array;
  #line: number;
  #key = 0;
  /** Info-hashes of the range listed last, and how far they were handed out. */
  #listed = new Int32Array(0);
  #taken = 0;

  constructor(memory: SwarmMemory, swarms: Swarms, lock: WordLock, withRetained: boolean) {
    this.#memory = memory;
    this.#swarms = swarms;
    this.#lock = lock;
    this.#withRetained = withRetained;
    this.#records = new Int32Array(2 ** memory.pageShift);
    this.#line = memory.shardsAt;
  }

  /** Goes to the next swarm, which may be gone already; false at the end. */
  next(): boolean {
    while (this.#taken === this.#listed.length) {
      if (this.#line === this.#memory.shardsAt + this.#memory.shards * lineWords) return false;
      this.#list();
    }
    for (let i = 0; i < infoHashWords; i++) this.infoHash[i] = this.#listed[this.#taken + i]!;
    this.#taken += infoHashWords;
    return true;
  }

  #list(): void {
    const records = this.#records;
    const { words } = this.#memory;
    this.#lock.lock(this.#line);
    const nextKey = this.#swarms.table.list(this.#line, this.#key, records);
    const listed = new Int32Array(records[0]! * infoHashWords);
    let length = 0;
    for (let i = 1; i <= records[0]!; i++) {
      const record = records[i]!;
      if (!this.#withRetained && this.#swarms.firstPool(record) === 0) continue;
      for (let word = 0; word < infoHashWords; word++) listed[length++] = words[record + word]!;
    }
    this.#lock.unlock(this.#line);
    this.#listed = listed.subarray(0, length);
    this.#taken = 0;
    this.#key = nextKey;
    if (nextKey < keyEnd) return;
    this.#key = 0;
    this.#line += lineWords;
  }
}
