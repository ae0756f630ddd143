/** How much room a folder has, asked of the system now and then and never waited for. */
import { statfs } from 'node:fs/promises';

const freshMs = 10_000;

export class FreeSpace {
  #dir: string | undefined;
  #bytes: number | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  /** As it was known last; undefined until it is, and of a folder that does not exist. */
  of(dir: string): number | undefined {
    const nowMs = performance.now();
    if (dir !== this.#dir) this.#bytes = undefined;
    if (dir !== this.#dir || nowMs - this.#askedAtMs >= freshMs) {
      this.#dir = dir;
      this.#askedAtMs = nowMs;
      void this.#ask(dir);
    }
    return this.#bytes;
  }

  async #ask(dir: string): Promise<void> {
    const stats = await statfs(dir).catch(() => undefined);
    if (dir === this.#dir) this.#bytes = stats && stats.bavail * stats.bsize;
  }
}
