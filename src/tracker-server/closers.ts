/** What has to be closed, in the reverse of the order it was opened; each once, whatever the others do. */
type Close = () => void | Promise<void>;

export class Closers {
  readonly #waiting: Close[] = [];
  #closing: Promise<void> | undefined;

  /** Nothing to add is fine. */
  add(close: Close | undefined): void {
    if (close !== undefined) this.#waiting.push(close);
  }

  /** Idempotent. Rejects with the first failure once everything was tried. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#waiting.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
