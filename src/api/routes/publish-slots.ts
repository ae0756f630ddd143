/**
 * How many publications are received at once: each may hold its whole .torrent in memory. Those beyond
 * wait with their bytes in the network. Invariant: a slot that is given is given back once.
 */
const maxRunning = 8;
const maxWaiting = 256;

export class PublishSlots {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Resolves to how the slot is given back; undefined when too many wait already. */
  async take(): Promise<(() => void) | undefined> {
    if (this.#running < maxRunning) this.#running++;
    else {
      if (this.#waiting.length === maxWaiting) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    let isGiven = true;
    return () => {
      if (!isGiven) return;
      isGiven = false;
      const next = this.#waiting.shift();
      // The slot passes on without being free in between.
      if (next) next();
      else this.#running--;
    };
  }
}
