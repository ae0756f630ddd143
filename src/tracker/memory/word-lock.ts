/**
 * A lock in one word of shared memory: 0 free, 1 held, 2 held and waited for. Held for microseconds, so
 * a waiter spins a little before it sleeps. Memory that one thread alone uses needs none and pays none.
 */
import { assert } from '../../base/assert.ts';
import type { SwarmMemory } from '../swarm-memory.ts';

const spins = 200;
const sleepMs = 50;
/** Ten seconds: only a thread that was ended inside holds a lock for so long. */
const maxSleeps = 200;

export class WordLock {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #isShared: boolean;

  constructor(memory: SwarmMemory) {
    this.#words = memory.words;
    this.#isShared = memory.isShared;
  }

  lock(at: number): void {
    if (!this.#isShared) return;
    if (Atomics.compareExchange(this.#words, at, 0, 1) !== 0) this.#wait(at);
  }

  unlock(at: number): void {
    if (!this.#isShared) return;
    if (Atomics.exchange(this.#words, at, 0) === 2) Atomics.notify(this.#words, at, 1);
  }

  #wait(at: number): void {
    const words = this.#words;
    for (let spin = 0; spin < spins; spin++) {
      if (Atomics.load(words, at) === 0 && Atomics.compareExchange(words, at, 0, 1) === 0) return;
    }
    for (let sleep = 0; Atomics.exchange(words, at, 2) !== 0; sleep++) {
      assert(sleep < maxSleeps, 'a thread ended while it held a lock of the swarm memory');
      Atomics.wait(words, at, 2, sleepMs);
    }
  }
}
