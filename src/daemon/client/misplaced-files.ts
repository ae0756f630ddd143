/**
 * Files whose content is whole and that could not get their final name, because their folder is gone or
 * something else is in the place. They are tried again every few seconds.
 * Invariant: a problem is known until a later try of the same file went well.
 */
import type { StorageError } from '../../engine/ports.ts';
import type { FileStorage } from '../../node/disk/file-storage.ts';

const retryMs = 3000;

export class MisplacedFiles {
  #problems = new Map<number, StorageError>();
  /** Of the try under way. */
  #again: Map<number, StorageError> | undefined;
  #triedAtMs = 0;

  /** The first of them, for people. */
  get problem(): StorageError | undefined {
    return this.#problems.values().next().value;
  }

  add(file: number, error: StorageError, nowMs: number): void {
    if (this.#problems.size === 0) this.#triedAtMs = nowMs;
    this.#problems.set(file, error);
    this.#again?.set(file, error);
  }

  isDue(nowMs: number): boolean {
    const isOpen = this.#problems.size > 0 && this.#again === undefined;
    return isOpen && nowMs - this.#triedAtMs >= retryMs;
  }

  /** Names all of them once more; `done` when the storage has answered. */
  retry(storage: FileStorage, nowMs: number, done: () => void): void {
    this.#triedAtMs = nowMs;
    this.#again = new Map();
    for (const file of this.#problems.keys()) storage.finishFile(file);
    storage.whenSettled(() => {
      this.#problems = this.#again ?? this.#problems;
      this.#again = undefined;
      done();
    });
  }
}
