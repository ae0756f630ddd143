/**
 * Virtual time: runs what is due, one event after the other, and bounds how much of it there is.
 * Invariant: time never goes back; everything that happens follows from the seed and the order of
 * calls, so a run can be repeated exactly.
 */
import { SeededRandom } from '../base/random.ts';
import type { Clock } from '../engine/ports.ts';
import { EventHeap } from './event-heap.ts';
import { SimFailure } from './sim-failure.ts';
import { Trace } from './trace.ts';

export interface Cancellable {
  cancel(): void;
}

/** A run that needs more is going round in circles. */
const mostEvents = 60_000_000;

export class World implements Clock {
  readonly trace = new Trace();
  /** Called after every event, to look at what it did. */
  onEvent: (() => void) | undefined;
  readonly #events = new EventHeap();
  readonly #random: SeededRandom;
  #nowMs = 0;
  #ranCount = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  get eventCount(): number {
    return this.#ranCount;
  }

  /** A source of chance of its own for one component. */
  forkRandom(): SeededRandom {
    return this.#random.fork();
  }

  /** A delay of 0 runs it after what is due now. */
  after(delayMs: number, run: () => void): Cancellable {
    const event = this.#events.push(this.#nowMs + Math.max(0, delayMs), run);
    return {
      cancel: () => {
        event.run = undefined;
      },
    };
  }

  at(atMs: number, run: () => void): Cancellable {
    return this.after(atMs - this.#nowMs, run);
  }

  /** Calls `run` every `periodMs`, from `firstMs` from now on, until cancelled. */
  every(periodMs: number, firstMs: number, run: () => void): Cancellable {
    let next: Cancellable;
    const turn = () => {
      next = this.after(periodMs, turn);
      run();
    };
    next = this.after(firstMs, turn);
    return { cancel: () => next.cancel() };
  }

  /** Runs until `isDone` holds, asked after each event; false when the time is up or nothing is left. */
  runUntil(deadlineMs: number, isDone: () => boolean): boolean {
    while (!isDone()) {
      const event = this.#events.pop();
      if (event === undefined) return false;
      if (event.atMs > deadlineMs) {
        this.#events.push(event.atMs, event.run!);
        this.#nowMs = deadlineMs;
        return false;
      }
      this.#nowMs = event.atMs;
      this.#ranCount++;
      if (this.#ranCount > mostEvents) throw new SimFailure(`more than ${mostEvents} events`);
      const { run } = event;
      event.run = undefined;
      run?.();
      this.onEvent?.();
    }
    return true;
  }
}
