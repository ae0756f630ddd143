/**
 * Tells the log when the store's health changes.
 * Invariant: two notices are some seconds apart however often Redis comes and goes, and the last thing
 * told is what holds in the end.
 */
import type { StoreHealth } from '../../tracker/swarm-store.ts';

const apartMs = 5000;

export class HealthNotices {
  readonly #health: () => StoreHealth;
  readonly #tell: (health: StoreHealth) => void;
  #timer: NodeJS.Timeout | undefined;
  #toldStatus: StoreHealth['status'] = 'ok';
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(health: () => StoreHealth, tell: (health: StoreHealth) => void) {
    this.#health = health;
    this.#tell = tell;
  }

  /** To be called when the health may have changed. */
  look(): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    const health = this.#health();
    if (health.status === this.#toldStatus) return;
    const waitMs = this.#toldAtMs + apartMs - performance.now();
    if (waitMs > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.look();
      }, waitMs).unref();
      return;
    }
    this.#toldStatus = health.status;
    this.#toldAtMs = performance.now();
    this.#tell(health);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}
