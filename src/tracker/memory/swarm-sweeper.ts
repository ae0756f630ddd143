/**
 * Forgets silent peers, a bounded amount of work at a time. A swarm that is due is swept slot by slot
 * from the top, so that what removals move comes to places that were looked at already, and then waits
 * for its quietest peer again. A large pool is swept in slices; where the sweep stands is in the shared
 * memory, since the swarm may vanish in between. One thread only sweeps.
 */
import { bucketSteps, lineWords, place, type SwarmMemory } from '../swarm-memory.ts';
import { kinds } from './peer-key.ts';
import { pool } from './pool-blocks.ts';
import { ageOf, stampMask } from './step-clock.ts';
import type { Swarms } from './swarms.ts';
import type { WordLock } from './word-lock.ts';

const fromTheTop = 0x7fff_ffff;
/** Of work in one hold of a lock: forgetting a peer counts as 16, looking at one as 1. */
const sliceWork = 4096;
const forgetWork = 16;

export class SwarmSweeper {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #memory: SwarmMemory;
  readonly #swarms: Swarms;
  readonly #lock: WordLock;
  #forgotten = 0;
  #work = 0;

  constructor(memory: SwarmMemory, swarms: Swarms, lock: WordLock) {
    this.#words = memory.words;
    this.#memory = memory;
    this.#swarms = swarms;
    this.#lock = lock;
  }

  /** Forgets at most `budget` peers, looking at 16 times as many at most; returns how many it forgot. */
  sweep(step: number, budget: number): number {
    const words = this.#words;
    const dueBucket = Math.floor(step / bucketSteps);
    this.#forgotten = 0;
    this.#work = budget * forgetWork;
    while (this.#work > 0) {
      if (words[place.sweepRecord] === 0 && words[place.sweepBucket]! > dueBucket) break;
      const line = this.#memory.shardsAt + words[place.sweepShard]! * lineWords;
      const end = Math.max(0, this.#work - sliceWork);
      this.#lock.lock(line);
      const isDone = this.#sweepShard(line, step, end);
      this.#lock.unlock(line);
      if (isDone) this.#nextShard();
    }
    return this.#forgotten;
  }

  /** Until the shard has nothing due or work is down to `end`; true for the former. */
  #sweepShard(line: number, step: number, end: number): boolean {
    const words = this.#words;
    while (this.#work > end) {
      if (words[place.sweepRecord] === 0) {
        this.#work--;
        const record = this.#swarms.wheel.takeDue(line);
        if (record === 0) return true;
        words[place.sweepRecord] = record;
        words[place.sweepKind] = 0;
        words[place.sweepSlot] = fromTheTop;
        words[place.sweepOldestAge] = 0;
        words[place.sweepIsSliced] = 0;
      }
      this.#sweepSwarm(line, step, end);
    }
    return false;
  }

  #sweepSwarm(line: number, step: number, end: number): void {
    const words = this.#words;
    const record = words[place.sweepRecord]!;
    for (; words[place.sweepKind]! < kinds; words[place.sweepKind]!++) {
      const kind = words[place.sweepKind]!;
      const at = this.#swarms.poolOf(record, kind);
      if (at !== 0 && !this.#sweepPool(line, record, at, step, end)) {
        words[place.sweepIsSliced] = 1;
        return;
      }
      if (words[place.sweepRecord] === 0) return;
      words[place.sweepSlot] = fromTheTop;
    }
    words[place.sweepRecord] = 0;
    // Peers may have changed places between slices, so the quietest one seen may not be the quietest.
    const wait = this.#memory.timeoutSteps + 1 - words[place.sweepOldestAge]!;
    const isSliced = words[place.sweepIsSliced] !== 0;
    this.#swarms.wheel.schedule(line, record, step + (isSliced ? Math.min(wait, 1) : wait));
  }

  /** False when work ran out before the end of the pool. */
  #sweepPool(line: number, record: number, at: number, step: number, end: number): boolean {
    const words = this.#words;
    const { pools } = this.#swarms;
    const kind = pools.blocks.kindOf(at);
    let slot = Math.min(words[place.sweepSlot]!, words[at + pool.size]! - 1);
    for (; slot >= 0; slot--) {
      if (this.#work <= end) {
        words[place.sweepSlot] = slot;
        return false;
      }
      const age = ageOf(words[pools.blocks.stateAt(at, slot)]! & stampMask, step);
      if (age <= this.#memory.timeoutSteps) {
        this.#work--;
        if (age > words[place.sweepOldestAge]!) words[place.sweepOldestAge] = age;
        continue;
      }
      this.#work -= forgetWork;
      this.#forgotten++;
      this.#swarms.leave(line, record, at, slot, true);
      if (words[place.sweepRecord] === 0 || this.#swarms.poolOf(record, kind) !== at) return true;
    }
    return true;
  }

  #nextShard(): void {
    const words = this.#words;
    words[place.sweepShard]!++;
    if (words[place.sweepShard] !== this.#memory.shards) return;
    words[place.sweepShard] = 0;
    words[place.sweepBucket]!++;
  }
}
