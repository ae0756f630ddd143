/** Steps that follow each other: each begins when the one before has ended, however it ended. */
export class SerialSteps {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the work does. */
  add<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done;
    done.catch(() => undefined);
    return done;
  }

  /** All steps added so far have ended. */
  async ended(): Promise<void> {
    await this.#last.catch(() => undefined);
  }
}
