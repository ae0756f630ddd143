/**
 * Has torrents run as the queue says: those whose turn it is enter the client, those beyond the places
 * leave it.
 * Invariant: at most `maxStartingAtOnce` enter at a time, since each reads its resume state and looks at
 * its files.
 */
import type { Settings } from '../../api/contract/torrents.ts';
import type { ManagedTorrent } from './managed-torrent.ts';
import { planQueue, type QueueEntry, waitsFor } from './torrent-queue.ts';
import type { TorrentRoster } from './torrent-roster.ts';

const maxStartingAtOnce = 8;
/** Who got nothing, or gave nothing, for so long gives its place to another. */
const idleMs = 5 * 60_000;

interface Turn extends QueueEntry {
  readonly torrent: ManagedTorrent;
}

/** Between two looks, so many times as long as a look lasts: a small part of the time goes into them. */
const restFactor = 5;
/** The same for looks without a cause. */
const idleRestFactor = 500;

export class TorrentStarter {
  readonly #roster: TorrentRoster;
  readonly #settings: () => Settings;
  /** Performance clock, of each that runs. */
  readonly #movedAtMs = new Map<ManagedTorrent, number>();
  /** Whose turn it was at the last look, and who did not begin yet. */
  #due: { readonly torrent: ManagedTorrent; readonly alone: boolean }[] = [];
  #starting = 0;
  #next: Promise<void> | undefined;
  #lookedAtMs = 0;
  #lookLastedMs = 0;
  #closed = false;

  constructor(roster: TorrentRoster, settings: () => Settings) {
    this.#roster = roster;
    this.#settings = settings;
  }

  /** Settles after the next look, which others that ask now share. */
  soon(): Promise<void> {
    this.#next ??= new Promise((done) => {
      const look = () => {
        this.#next = undefined;
        this.look();
        done();
      };
      const nextAtMs = this.#lookedAtMs + this.#lookLastedMs * restFactor;
      const restMs = nextAtMs - performance.now();
      if (restMs < 1) setImmediate(look);
      else setTimeout(look, restMs);
    });
    return this.#next;
  }

  /** For whoever asks again and again, with no cause: with thousands of torrents not every time. */
  lookAround(): void {
    const restMs = this.#lookLastedMs * idleRestFactor;
    if (performance.now() >= this.#lookedAtMs + restMs) this.look();
  }

  look(): void {
    if (this.#closed) return;
    const beganMs = performance.now();
    const { maxActiveDownloads, maxActiveSeeds } = this.#settings();
    const turns: Turn[] = [];
    const checks: ManagedTorrent[] = [];
    for (const torrent of this.#roster.inQueueOrder()) {
      if (torrent.isStoppedForCheck && isOut(torrent)) checks.push(torrent);
      const turn = this.#turnOf(torrent, beganMs);
      if (turn !== undefined) turns.push(turn);
    }
    const places = {
      downloads: maxActiveDownloads ?? Number.POSITIVE_INFINITY,
      seeds: maxActiveSeeds ?? Number.POSITIVE_INFINITY,
    };
    const { start, pause, wait, taken } = planQueue(turns, places);
    for (const { torrent, kind } of [...pause, ...wait]) torrent.setWaits(waitsFor(kind, taken));
    // Data that may be there is looked at without a place: it may need none.
    for (const { torrent } of wait) if (torrent.row.checksAlone) checks.push(torrent);
    this.#due = [
      ...start.map(({ torrent }) => ({ torrent, alone: false })),
      ...checks.map((torrent) => ({ torrent, alone: true })),
    ];
    for (const { torrent } of pause) void torrent.leave();
    this.#lookedAtMs = performance.now();
    this.#lookLastedMs = this.#lookedAtMs - beganMs;
    this.#startDue();
  }

  /** Nothing enters any more. */
  close(): void {
    this.#closed = true;
  }

  #startDue(): void {
    let index = 0;
    while (this.#starting < maxStartingAtOnce && index < this.#due.length && !this.#closed) {
      const { torrent, alone } = this.#due[index++]!;
      if (!isOut(torrent)) continue;
      this.#starting++;
      void torrent.run(alone).finally(() => {
        this.#starting--;
        this.#startDue();
      });
    }
    this.#due.splice(0, index);
  }

  #turnOf(torrent: ManagedTorrent, nowMs: number): Turn | undefined {
    if (!torrent.isStarted || torrent.isMoving || torrent.hasFailed) {
      this.#movedAtMs.delete(torrent);
      return undefined;
    }
    const { status, row } = torrent;
    const kind = torrent.isComplete ? 'seed' : 'download';
    const { forced } = row;
    const isIdle = this.#isIdle(torrent, nowMs);
    if (status === undefined) {
      const state = torrent.isBusy ? 'checking' : 'waiting';
      return { torrent, kind, forced, state, isIdle: false };
    }
    if (status.phase === 'error') return undefined;
    const mayPause = status.phase !== 'checking' && !torrent.isBusy && !torrent.isAlone;
    return { torrent, kind, forced, state: mayPause ? 'running' : 'checking', isIdle };
  }

  #isIdle(torrent: ManagedTorrent, nowMs: number): boolean {
    const { status } = torrent;
    if (status === undefined) {
      this.#movedAtMs.delete(torrent);
      return false;
    }
    const { phase, downRate, upRate } = status;
    const moves = phase === 'checking' || downRate > 0 || (phase === 'seeding' && upRate > 0);
    const movedAtMs = moves ? nowMs : (this.#movedAtMs.get(torrent) ?? nowMs);
    this.#movedAtMs.set(torrent, movedAtMs);
    return nowMs - movedAtMs >= idleMs;
  }
}

function isOut(torrent: ManagedTorrent): boolean {
  return torrent.torrent === undefined && !torrent.isBusy && !torrent.isMoving;
}
