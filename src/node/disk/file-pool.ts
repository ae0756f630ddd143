/**
 * Open file descriptors of one thread, the least recently used closed first.
 * Invariant: at most `limit` are open; a descriptor is valid until the next call to the pool.
 */
import { closeSync } from 'node:fs';
import { errorCode } from '../socket-cause.ts';

export class FilePool {
  readonly #limit: number;
  /** Insertion order is the order of use. */
  readonly #open = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  get size(): number {
    return this.#open.size;
  }

  /** The descriptor kept under `key`; undefined when there is none. */
  get(key: string): number | undefined {
    const fd = this.#open.get(key);
    if (fd === undefined) return undefined;
    this.#open.delete(key);
    this.#open.set(key, fd);
    return fd;
  }

  /** Opens with `open`, making room first; out of descriptors, it closes half of its own and tries again. */
  add(key: string, open: () => number): number {
    while (this.#open.size >= this.#limit) this.#closeOldest();
    let fd: number;
    try {
      fd = open();
    } catch (error) {
      const code = errorCode(error);
      if ((code !== 'EMFILE' && code !== 'ENFILE') || this.#open.size === 0) throw error;
      for (let left = Math.ceil(this.#open.size / 2); left > 0; left--) this.#closeOldest();
      fd = open();
    }
    this.#open.set(key, fd);
    return fd;
  }

  close(key: string): void {
    const fd = this.#open.get(key);
    if (fd === undefined) return;
    this.#open.delete(key);
    closeSync(fd);
  }

  /** Closes everything whose key begins with `prefix`. */
  closeAll(prefix: string): void {
    for (const key of [...this.#open.keys()]) if (key.startsWith(prefix)) this.close(key);
  }

  #closeOldest(): void {
    for (const key of this.#open.keys()) {
      this.close(key);
      return;
    }
  }
}
