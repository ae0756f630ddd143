/**
 * What is kept of one torrent, between the moments when it is written: some news are written at once,
 * others with the next round, and time that passes only now and then.
 * Invariant: `row` is what the store has, or will have with the next round, but for the times.
 */
import { ClientError } from '../client/client-error.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';

/** Times of a torrent that nothing else happens to. */
const saveIdleMs = 5 * 60_000;

export class KeptRow {
  readonly #store: Pick<SessionStore, 'save'>;
  #row: StoredTorrent;
  #isUnsaved = false;
  /** Beyond what the row says. */
  #agedMs = 0;
  #seededMs = 0;
  #savedAtMs = 0;

  constructor(row: StoredTorrent, store: Pick<SessionStore, 'save'>) {
    this.#row = row;
    this.#store = store;
  }

  get row(): StoredTorrent {
    return this.#row;
  }

  get seedingMs(): number {
    return this.#row.seedingMs + this.#seededMs;
  }

  get activeMs(): number {
    return this.#row.activeMs + this.#agedMs;
  }

  /** Written with the next round. */
  set(news: Partial<StoredTorrent>): void {
    const keys = Object.keys(news) as (keyof StoredTorrent)[];
    if (keys.every((key) => news[key] === this.#row[key])) return;
    this.#row = { ...this.#row, ...news };
    this.#isUnsaved = true;
  }

  /** The store has it already. */
  adopt(news: Partial<StoredTorrent>): void {
    this.#row = { ...this.#row, ...news };
  }

  /** For what happened by itself: with the next round when the store cannot be written now. */
  saveSoon(news: Partial<StoredTorrent>): void {
    try {
      this.saveNow(news);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.set(news);
    }
  }

  /** For what somebody asked. Throws ClientError when the store cannot be written; then nothing is changed. */
  saveNow(news: Partial<StoredTorrent>): void {
    this.#row = this.#aged(this.#row);
    const row = { ...this.#row, ...news };
    this.#store.save([row]);
    this.#row = row;
    this.#isUnsaved = false;
  }

  /** Time that passed while it ran. */
  passTime(ms: number, isSeeding: boolean): void {
    this.#agedMs += ms;
    if (isSeeding) this.#seededMs += ms;
  }

  /** What has to be saved since it was asked the last time; times alone only now and then. */
  takeUnsaved(nowMs: number, withTimes: boolean): StoredTorrent | undefined {
    const hasAged = this.#agedMs > 0 && withTimes && nowMs - this.#savedAtMs >= saveIdleMs;
    if (!this.#isUnsaved && !hasAged) return undefined;
    this.#row = this.#aged(this.#row);
    this.#isUnsaved = false;
    this.#savedAtMs = nowMs;
    return this.#row;
  }

  /** What was taken could not be written. */
  saveAgain(): void {
    this.#isUnsaved = true;
  }

  #aged(row: StoredTorrent): StoredTorrent {
    if (this.#agedMs === 0) return row;
    const { seedingMs, activeMs } = this;
    this.#agedMs = 0;
    this.#seededMs = 0;
    return { ...row, seedingMs, activeMs };
  }
}
