/**
 * Keeps long work on the main thread from holding up announces: whoever loops asks between two steps,
 * and after a few milliseconds the event loop gets its turn.
 */
import { setImmediate } from 'node:timers/promises';

const sliceMs = 2;
/** Looking at the clock costs as much as a small step. */
const stepsPerLook = 64;

export class Pacer {
  #sliceStartMs = performance.now();
  #steps = 0;

  /** For loops of small steps: true once in a while, and then `breathe` is due. */
  isDue(): boolean {
    return ++this.#steps % stepsPerLook === 0 && this.#isSpent();
  }

  async breathe(): Promise<void> {
    if (!this.#isSpent()) return;
    await setImmediate();
    this.#sliceStartMs = performance.now();
  }

  #isSpent(): boolean {
    return performance.now() - this.#sliceStartMs >= sliceMs;
  }
}
