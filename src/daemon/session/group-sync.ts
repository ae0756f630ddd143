/**
 * Forces what was written to a file onto the disk, for many writers at once and beside the program.
 * Invariant: a promise resolves only after a sync that began after it was asked for; at most one sync is
 * under way, and all who ask meanwhile share the next.
 */
export class GroupSync {
  readonly #sync: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  /** What was written before the call is on the disk. Rejects with what `sync` rejects with. */
  flushed(): Promise<void> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    const running = this.#sync().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
