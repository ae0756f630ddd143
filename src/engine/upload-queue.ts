/**
 * What a peer has requested of us and not yet got, in order. Bounded: requests past the limit are
 * refused, so a flood costs a fixed amount of memory. A cancelled entry is skipped when it comes up.
 * Invariant: `size` counts the entries that are still to be served.
 */

export interface BlockRequest {
  readonly piece: number;
  readonly begin: number;
  readonly lengthBytes: number;
}

/** As announced to peers in `reqq` (BEP 10). */
export const maxQueuedRequests = 2000;

export class UploadQueue {
  readonly #entries: (BlockRequest | undefined)[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False when the queue is full. */
  push(request: BlockRequest): boolean {
    if (this.#size >= maxQueuedRequests) return false;
    this.#entries.push(request);
    this.#size++;
    return true;
  }

  /** The next request, left in its place. */
  peek(): BlockRequest | undefined {
    while (this.#head < this.#entries.length) {
      const entry = this.#entries[this.#head];
      if (entry !== undefined) return entry;
      this.#head++;
    }
    this.#entries.length = 0;
    this.#head = 0;
    return undefined;
  }

  /** Drops what `peek` returned. */
  shift(): void {
    this.#entries[this.#head] = undefined;
    this.#head++;
    this.#size--;
    if (this.#head > 1024) this.#compact();
  }

  /** Whether such a request waited. */
  cancel(piece: number, begin: number, lengthBytes: number): boolean {
    for (let i = this.#head; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      if (
        entry !== undefined &&
        entry.piece === piece &&
        entry.begin === begin &&
        entry.lengthBytes === lengthBytes
      ) {
        this.#entries[i] = undefined;
        this.#size--;
        if (this.#entries.length - this.#head > 2 * maxQueuedRequests) this.#compact();
        return true;
      }
    }
    return false;
  }

  /** Empties the queue; returns what waited, so that it can be rejected. */
  drain(): BlockRequest[] {
    const waiting: BlockRequest[] = [];
    for (let i = this.#head; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      if (entry !== undefined) waiting.push(entry);
    }
    this.#entries.length = 0;
    this.#head = 0;
    this.#size = 0;
    return waiting;
  }

  #compact(): void {
    const waiting = this.drain();
    this.#entries.push(...waiting);
    this.#size = waiting.length;
  }
}
