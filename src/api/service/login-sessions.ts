/**
 * Who logged in, for pages and programs that send a cookie. Invariant: bounded; a session that was not
 * used for a while is over, and the one that was not used longest goes first.
 */
export interface LoginSessionsOptions {
  nowMs(): number;
  /** 32 random bytes as hex. */
  newId(): string;
  /** 7 days unless told. */
  readonly idleMs?: number;
  /** 1000 unless told. */
  readonly maxSessions?: number;
}

export class LoginSessions {
  readonly #options: LoginSessionsOptions;
  /** When each was used the last time; in that order. */
  readonly #usedAtMs = new Map<string, number>();

  constructor(options: LoginSessionsOptions) {
    this.#options = options;
  }

  open(): string {
    const { newId, nowMs, maxSessions = 1000 } = this.#options;
    const id = newId();
    this.#usedAtMs.set(id, nowMs());
    for (const oldest of this.#usedAtMs.keys()) {
      if (this.#usedAtMs.size <= maxSessions) break;
      this.#usedAtMs.delete(oldest);
    }
    return id;
  }

  /** Whether it is open; it is then used now. */
  use(id: string): boolean {
    const { nowMs, idleMs = 7 * 24 * 3600_000 } = this.#options;
    const usedAtMs = this.#usedAtMs.get(id);
    if (usedAtMs === undefined) return false;
    this.#usedAtMs.delete(id);
    if (nowMs() - usedAtMs > idleMs) return false;
    this.#usedAtMs.set(id, nowMs());
    return true;
  }

  close(id: string): void {
    this.#usedAtMs.delete(id);
  }
}
