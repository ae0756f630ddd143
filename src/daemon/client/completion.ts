/**
 * Whether a torrent has everything it wants in its place, how long it has shared that, over all runs, and
 * whether that is enough.
 * Invariant: time counts exactly while everything is in its place.
 */
import type { AddOptions } from './client-contract.ts';

export type SeedingGoal = Pick<AddOptions, 'seedRatio' | 'seedTimeMs'>;

export class Completion {
  readonly #goal: SeedingGoal;
  #inPlace = false;
  #completedBefore = false;
  #sinceMs: number | undefined;
  /** Before `#sinceMs`, in earlier runs too. */
  #earlierMs = 0;

  constructor({ seedRatio, seedTimeMs }: SeedingGoal) {
    this.#goal = {
      ...(seedRatio !== undefined && { seedRatio }),
      ...(seedTimeMs !== undefined && { seedTimeMs }),
    };
  }

  get hasGoal(): boolean {
    return this.#goal.seedRatio !== undefined || this.#goal.seedTimeMs !== undefined;
  }

  /** What an earlier run had reached, and how long at least. */
  restore(
    saved: { completedOnce: boolean; seedingForMs: number } | undefined,
    leastMs: number,
  ): void {
    this.#completedBefore = saved?.completedOnce ?? false;
    this.#earlierMs = Math.max(saved?.seedingForMs ?? 0, leastMs);
  }

  /** Everything wanted is verified and has its final name. */
  get inPlace(): boolean {
    return this.#inPlace;
  }

  /** It was so once. */
  get completedBefore(): boolean {
    return this.#completedBefore;
  }

  get seedingForMs(): number {
    const since = this.#sinceMs;
    return this.#earlierMs + (since === undefined ? 0 : performance.now() - since);
  }

  set(inPlace: boolean): void {
    if (inPlace === this.#inPlace) return;
    this.#earlierMs = this.seedingForMs;
    this.#sinceMs = inPlace ? performance.now() : undefined;
    this.#inPlace = inPlace;
    this.#completedBefore ||= inPlace;
  }

  /** Time counts from the start of this run. */
  isGoalReached(uploadedBytes: number, lengthBytes: number): boolean {
    const { seedRatio, seedTimeMs } = this.#goal;
    if (this.#sinceMs === undefined) return false;
    if (seedTimeMs !== undefined && performance.now() - this.#sinceMs >= seedTimeMs) return true;
    return seedRatio !== undefined && uploadedBytes >= seedRatio * lengthBytes;
  }
}
