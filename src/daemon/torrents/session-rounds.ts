/**
 * What happens by itself, once a second: torrents that run are looked at, goals stop them, the clock
 * switches limits, the queue moves on, and what was reached is saved.
 * Invariant: a torrent that stands still and knows nobody is looked at in every eighth round only, and one that
 * sleeps once a minute, so that a round costs what runs and moves.
 */

import type { SessionStore, StoredTorrent } from '../session/session-store.ts';
import type { ManagedTorrent } from './managed-torrent.ts';
import type { SpeedKeeper } from './speed-keeper.ts';
import type { TorrentRoster } from './torrent-roster.ts';

const tickMs = 1000;
const quietRounds = 8;
const sleepingRounds = 60;
const saveEveryRounds = 10;
const historyEveryRounds = 300;
/** Of those whose times only went on. */
const mostIdleSaves = 500;
/** A look that is younger is good enough for whoever asks. */
const freshMs = 200;

export interface RoundsContext {
  readonly roster: TorrentRoster;
  readonly store: SessionStore;
  readonly speeds: SpeedKeeper;
  /** After all that run were looked at. */
  onRound(): void;
  /** Told of what goes wrong with nobody waiting for it. */
  onTrouble(message: string): void;
}

export class SessionRounds {
  readonly #context: RoundsContext;
  readonly #ticker: NodeJS.Timeout;
  #round = 0;
  #roundAtMs = performance.now();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(context: RoundsContext) {
    this.#context = context;
    this.#ticker = setInterval(() => this.#tick(), tickMs);
  }

  #tick(): void {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#roundAtMs;
    this.#roundAtMs = nowMs;
    this.#round++;
    try {
      for (const torrent of this.#context.roster.all()) torrent.passTime(passedMs);
      this.#look(nowMs);
      this.#context.onRound();
      if (this.#round % saveEveryRounds === 0) this.save(nowMs);
      if (this.#round % historyEveryRounds === 0) this.#context.speeds.saveHistory();
    } catch (error) {
      this.#context.onTrouble(error instanceof Error ? error.message : String(error));
    }
  }

  /** As fresh as somebody who asks now may expect. */
  lookAgain(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lookedAtMs >= freshMs) this.#look(nowMs);
  }

  #look(nowMs: number): void {
    this.#lookedAtMs = nowMs;
    let index = 0;
    for (const torrent of this.#context.roster.all()) {
      index++;
      if (torrent.torrent === undefined) continue;
      const rounds = roundsBetween(torrent);
      if (rounds === 1 || (index + this.#round) % rounds === 0) torrent.refresh();
    }
  }

  /** Throws ClientError; then the next round tries it again. */
  save(nowMs: number): void {
    const { roster, store, speeds } = this.#context;
    const unsaved: { readonly torrent: ManagedTorrent; readonly row: StoredTorrent }[] = [];
    for (const torrent of roster.all()) {
      const row = torrent.kept.takeUnsaved(nowMs, unsaved.length < mostIdleSaves);
      if (row !== undefined) unsaved.push({ torrent, row });
    }
    try {
      store.save(unsaved.map(({ row }) => row));
    } catch (error) {
      for (const { torrent } of unsaved) torrent.kept.saveAgain();
      throw error;
    }
    speeds.saveTotals();
  }

  /** Takes the last look and saves. */
  close(): void {
    clearInterval(this.#ticker);
  }

  saveAll(): void {
    const { roster, speeds } = this.#context;
    for (const torrent of roster.all()) torrent.refresh();
    this.save(Number.POSITIVE_INFINITY);
    speeds.saveHistory();
  }
}

/** From one look to the next. */
function roundsBetween({ status, info, torrent }: ManagedTorrent): number {
  if (status === undefined) return 1;
  if (torrent?.isAsleep === true && status.connectedPeers === 0) return sleepingRounds;
  // What it received last is still told as a rate for some seconds.
  const isStill = info.upRate === 0 && info.downRate === 0;
  const isQuiet = status.phase === 'seeding' && status.connectedPeers === 0 && isStill;
  return isQuiet ? quietRounds : 1;
}
