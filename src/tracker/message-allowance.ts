/** How many messages one connection may still send: a token bucket. */

export interface AllowanceSettings {
  readonly perSecond: number;
  /** How many may come at once after a silence. */
  readonly burst: number;
}

export class MessageAllowance {
  readonly #settings: AllowanceSettings;
  #left: number;
  #atMs: number;

  constructor(settings: AllowanceSettings, nowMs: number) {
    this.#settings = settings;
    this.#left = settings.burst;
    this.#atMs = nowMs;
  }

  /** False when nothing is left. */
  take(nowMs: number): boolean {
    const { perSecond, burst } = this.#settings;
    const gained = (Math.max(0, nowMs - this.#atMs) * perSecond) / 1000;
    this.#left = Math.min(burst, this.#left + gained);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
