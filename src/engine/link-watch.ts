/**
 * Whether a link still lives: each side says something at least every two minutes (BEP 3, keep-alive),
 * and takes what it is sent. A peer that never reads would hold lent memory for as long as it liked.
 * Invariant: silence counts only while we listen.
 */

const keepAliveMs = 120_000;
const timeoutMs = 240_000;

export type LinkState = 'well' | 'needs keep-alive' | 'silent for 4 minutes' | 'reads nothing';

export class LinkWatch {
  paused = false;
  #sentBytes = 0;
  #lastSentMs: number;
  #lastReceivedMs: number;
  /** Sent and no longer queued, at the last look. */
  #takenBytes = 0;
  #lastTakenMs: number;

  constructor(nowMs: number) {
    this.#lastSentMs = nowMs;
    this.#lastReceivedMs = nowMs;
    this.#lastTakenMs = nowMs;
  }

  onSent(bytes: number, nowMs: number): void {
    this.#sentBytes += bytes;
    this.#lastSentMs = nowMs;
  }

  onReceived(nowMs: number): void {
    this.#lastReceivedMs = nowMs;
  }

  /** About once a second. `queuedBytes`: sent and not yet taken by the operating system. */
  look(queuedBytes: number, nowMs: number): LinkState {
    if (this.paused) this.#lastReceivedMs = nowMs;
    const takenBytes = this.#sentBytes - queuedBytes;
    if (queuedBytes === 0 || takenBytes > this.#takenBytes) this.#lastTakenMs = nowMs;
    this.#takenBytes = takenBytes;
    if (nowMs - this.#lastReceivedMs > timeoutMs) return 'silent for 4 minutes';
    if (nowMs - this.#lastTakenMs > timeoutMs) return 'reads nothing';
    return nowMs - this.#lastSentMs > keepAliveMs ? 'needs keep-alive' : 'well';
  }
}
