/**
 * Each shard's time wheel: swarms wait in the bucket of the time at which their quietest peer may be
 * due, so that what is not due costs nothing. Refreshing a peer moves nothing; the swarm is looked at
 * when its time comes and put to a later one. Invariants: a swarm that has peers is in one bucket or is
 * being swept; a bucket is looked at when all in it are due, 1/64 of the time-out late at most.
 */
import { bucketSteps, lineShift, place, type SwarmMemory, wheelBuckets } from '../swarm-memory.ts';
import { swarm } from './swarm-table.ts';

const bucketMask = 0xff;

export class ExpiryWheel {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #shardsAt: number;
  readonly #wheelsAt: number;

  constructor(memory: SwarmMemory) {
    this.#words = memory.words;
    this.#shardsAt = memory.shardsAt;
    this.#wheelsAt = memory.wheelsAt;
  }

  /** Puts the swarm to the time at which it is due, from wherever it was. */
  schedule(line: number, record: number, dueStep: number): void {
    const words = this.#words;
    this.remove(line, record);
    const bucket = this.#bucketFor(dueStep);
    const headAt = this.#headAt(line, bucket);
    const head = words[headAt]!;
    words[record + swarm.wheelNext] = head;
    words[record + swarm.wheelPrevious] = 0;
    if (head !== 0) words[head + swarm.wheelPrevious] = record;
    words[headAt] = record;
    words[record + swarm.state]! |= bucket + 1;
  }

  /** As `schedule`, unless the swarm is looked at before that anyway. */
  expedite(line: number, record: number, dueStep: number): void {
    const words = this.#words;
    const bucket = (words[record + swarm.state]! & bucketMask) - 1;
    if (bucket === -1) return;
    const ahead = (bucketNumber: number) =>
      (bucketNumber + wheelBuckets - (words[place.sweepBucket]! % wheelBuckets)) % wheelBuckets;
    if (ahead(this.#bucketFor(dueStep)) < ahead(bucket)) this.schedule(line, record, dueStep);
  }

  remove(line: number, record: number): void {
    const words = this.#words;
    const bucket = (words[record + swarm.state]! & bucketMask) - 1;
    if (bucket === -1) return;
    const next = words[record + swarm.wheelNext]!;
    const previous = words[record + swarm.wheelPrevious]!;
    if (next !== 0) words[next + swarm.wheelPrevious] = previous;
    if (previous === 0) words[this.#headAt(line, bucket)] = next;
    else words[previous + swarm.wheelNext] = next;
    words[record + swarm.state]! &= ~bucketMask;
  }

  /** Takes a swarm of the shard out that waits in the bucket being swept; 0 for none. */
  takeDue(line: number): number {
    const bucket = this.#words[place.sweepBucket]! % wheelBuckets;
    const record = this.#words[this.#headAt(line, bucket)]!;
    if (record !== 0) this.remove(line, record);
    return record;
  }

  /** Never the bucket being swept, nor so far ahead that the wheel comes round to it. */
  #bucketFor(dueStep: number): number {
    const swept = this.#words[place.sweepBucket]!;
    const wanted = Math.floor(dueStep / bucketSteps) + 1;
    return Math.min(Math.max(wanted, swept + 1), swept + wheelBuckets - 1) % wheelBuckets;
  }

  #headAt(line: number, bucket: number): number {
    return this.#wheelsAt + ((line - this.#shardsAt) >>> lineShift) * wheelBuckets + bucket;
  }
}
