/**
 * What goes when memory is full: the newest of all swarms that have one peer, in whichever shard it is,
 * then the download counts that were retained for longest. Swarms of two peers and more stay.
 * Called without any lock held, since it takes the lock of the shard that it takes from.
 */
import { lineWords, type SwarmMemory, shard } from '../swarm-memory.ts';
import { swarm } from './swarm-table.ts';
import type { Swarms } from './swarms.ts';
import type { WordLock } from './word-lock.ts';

export class RoomMaker {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #swarms: Swarms;
  readonly #lock: WordLock;
  readonly #firstLine: number;
  readonly #endLine: number;

  constructor(memory: SwarmMemory, swarms: Swarms, lock: WordLock) {
    this.#words = memory.words;
    this.#swarms = swarms;
    this.#lock = lock;
    this.#firstLine = memory.shardsAt;
    this.#endLine = memory.shardsAt + memory.shards * lineWords;
  }

  /** Forgets one swarm or retained count, never the swarm `kept`; false when there is nothing to give. */
  makeRoom(kept: Int32Array): boolean {
    return this.#forgetNewest(kept, 0) || this.#forgetRetained();
  }

  #forgetNewest(kept: Int32Array, except: number): boolean {
    const line = this.#newestLine(except);
    if (line === 0) return false;
    this.#lock.lock(line);
    let record = this.#words[line + shard.newestNewcomer]!;
    if (record !== 0 && this.#swarms.table.isAbout(record, kept)) {
      record = this.#swarms.lists.older(record);
    }
    if (record !== 0) this.#swarms.leave(line, record, record + swarm.pool, 0, false);
    this.#lock.unlock(line);
    return record !== 0 || (except === 0 && this.#forgetNewest(kept, line));
  }

  /** The shard whose newest newcomer is the newest of all, as far as one can see without locks. */
  #newestLine(except: number): number {
    const words = this.#words;
    let best = 0;
    let bestStamp = 0;
    for (let line = this.#firstLine; line < this.#endLine; line += lineWords) {
      if (words[line + shard.newestNewcomer] === 0 || line === except) continue;
      const stamp = words[line + shard.newestStamp]!;
      // Stamps wrap; the newest one is less than half of all numbers ahead of the others.
      if (best !== 0 && ((stamp - bestStamp) | 0) < 0) continue;
      best = line;
      bestStamp = stamp;
    }
    return best;
  }

  #forgetRetained(): boolean {
    for (let line = this.#firstLine; line < this.#endLine; line += lineWords) {
      if (this.#words[line + shard.retained] === 0) continue;
      this.#lock.lock(line);
      const hasForgotten = this.#swarms.forgetRetained(line);
      this.#lock.unlock(line);
      if (hasForgotten) return true;
    }
    return false;
  }
}
