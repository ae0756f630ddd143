/**
 * Speeds of the daemon and of its torrents over time, and the totals behind them.
 * Invariant: a torrent has a history of its own only once payload moved, and at most `mostTorrents` have.
 */
import type { SpeedHistory as SpeedAnswer } from '../../api/contract/torrents.ts';
import type { SessionStore } from '../session/session-store.ts';
import { SessionTotals } from './session-totals.ts';
import { daemonTiers, SpeedHistory, torrentTiers } from './speed-history.ts';

const mostTorrents = 2000;

export class SpeedKeeper {
  readonly #store: SessionStore;
  readonly #whole = new SpeedHistory(daemonTiers);
  readonly #torrents = new Map<string, SpeedHistory>();
  readonly totals: SessionTotals;
  /** Of this run, in both directions. */
  #savedBytes = 0;

  constructor(store: SessionStore) {
    this.#store = store;
    this.totals = new SessionTotals(store.kept('totals'));
    const kept = store.kept('speed');
    if (kept !== undefined) this.#whole.restore(kept);
  }

  /** Payload of a torrent since it was looked at the last time. */
  add(hash: string, downBytes: number, upBytes: number): void {
    const nowMs = Date.now();
    this.totals.add(downBytes, upBytes);
    this.#whole.add(nowMs, downBytes, upBytes);
    this.#historyOf(hash).add(nowMs, downBytes, upBytes);
  }

  #historyOf(hash: string): SpeedHistory {
    const history = this.#torrents.get(hash) ?? new SpeedHistory(torrentTiers);
    // The one that stood still the longest goes first.
    this.#torrents.delete(hash);
    this.#torrents.set(hash, history);
    const [oldest] = this.#torrents.keys();
    if (this.#torrents.size > mostTorrents && oldest !== undefined) this.#torrents.delete(oldest);
    return history;
  }

  forget(hash: string): void {
    this.#torrents.delete(hash);
  }

  /** Of one torrent, or of all. */
  answer(hash: string | undefined, seconds: number): SpeedAnswer {
    const history = hash === undefined ? this.#whole : this.#torrents.get(hash);
    return (history ?? new SpeedHistory(torrentTiers)).answer(Date.now(), seconds);
  }

  /** When they are others than were saved. */
  saveTotals(): void {
    const { downloadedBytes, uploadedBytes } = this.totals.now;
    const sum = downloadedBytes + uploadedBytes;
    if (sum === this.#savedBytes) return;
    this.#savedBytes = sum;
    this.#store.keep('totals', this.totals.snapshot());
  }

  saveHistory(): void {
    this.#store.keep('speed', this.#whole.snapshot());
  }
}
