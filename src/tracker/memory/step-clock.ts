/**
 * Time as the store counts it: steps since the memory was made, the same for all threads, never running
 * backwards. A silence in which nobody called, as of a machine that slept, counts as two time-outs at
 * most: whoever was there before is due either way, and ages, which wrap, stay unambiguous.
 */
import { firstStep, place, type SwarmMemory } from '../swarm-memory.ts';

/** Stamps have 15 bits, of which a little is left for threads whose clocks differ by a moment. */
export const stampMask = 0x7fff;
const skew = 256;

export class StepClock {
  readonly #words: Int32Array;
  readonly #stepMs: number;
  readonly #maxGap: number;

  constructor(memory: SwarmMemory) {
    this.#words = memory.words;
    this.#stepMs = memory.stepMs;
    this.#maxGap = 2 * memory.timeoutSteps;
  }

  /** The step of `nowMs`, which is the newest one known when `nowMs` lies before that. */
  step(nowMs: number): number {
    const words = this.#words;
    const raw = Math.floor(nowMs / this.#stepMs) | 0;
    const step = (raw - words[place.clockSkippedSteps]!) | 0;
    if (step === words[place.clockLastStep]!) return step;
    return this.#advance(raw);
  }

  /** The newest step any thread has seen. */
  get last(): number {
    return this.#words[place.clockLastStep]!;
  }

  #advance(raw: number): number {
    const words = this.#words;
    if (words[place.clockIsStarted] === 0) {
      words[place.clockSkippedSteps] = (raw - firstStep) | 0;
      words[place.clockLastStep] = firstStep;
      words[place.clockIsStarted] = 1;
    }
    const last = words[place.clockLastStep]!;
    for (;;) {
      const skipped = words[place.clockSkippedSteps]!;
      const step = (raw - skipped) | 0;
      if (step <= last) return last;
      if (step - last <= this.#maxGap) {
        words[place.clockLastStep] = step;
        return step;
      }
      const wanted = (raw - last - this.#maxGap) | 0;
      Atomics.compareExchange(words, place.clockSkippedSteps, skipped, wanted);
    }
  }
}

/** Steps between a stamp and now; a stamp from a moment ahead of now has age 0. */
export function ageOf(stamp: number, nowStep: number): number {
  const age = (nowStep - stamp) & stampMask;
  return age > stampMask - skew ? 0 : age;
}
