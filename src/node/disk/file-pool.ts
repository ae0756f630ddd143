/**
 * Open file descriptors of one thread, the least recently used closed first.
 * Invariant: at most `limit` are open; a descriptor is valid until the next call to the pool.
 */
import { closeSync } from 'node:fs';
import { errorCode } from '../socket-cause.ts';

export interface OpenFile {
  readonly fd: number;
  /** The name it was opened by; it may have been renamed since. */
  readonly path: string;
}

export class FilePool {
  readonly #limit: number;
  /** Insertion order is the order of use. */
  readonly #open = new Map<string, OpenFile>();

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  get size(): number {
    return this.#open.size;
  }

  /** The file kept under `key`; undefined when there is none. */
  get(key: string): OpenFile | undefined {
    const file = this.#open.get(key);
    if (file === undefined) return undefined;
    this.#open.delete(key);
    this.#open.set(key, file);
    return file;
  }

  /** Opens with `open`, making room first; out of descriptors, it closes half of its own and tries again. */
  add(key: string, path: string, open: () => number): OpenFile {
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
    const file = { fd, path };
    this.#open.set(key, file);
    return file;
  }

  close(key: string): void {
    const file = this.#open.get(key);
    if (file === undefined) return;
    this.#open.delete(key);
    closeSync(file.fd);
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
