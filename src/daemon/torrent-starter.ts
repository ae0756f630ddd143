/**
 * Has torrents run as the queue says: those whose turn it is enter the client, those beyond the places
 * leave it.
 * Invariant: at most `maxStartingAtOnce` enter at a time, since each reads its resume state and looks at
 * its files.
 */
import type { Settings } from '../api/contract/torrents.ts';
import type { ManagedTorrent } from './managed-torrent.ts';
import { planQueue, type QueueEntry } from './torrent-queue.ts';
import type { TorrentRoster } from './torrent-roster.ts';

const maxStartingAtOnce = 8;
/** Who got nothing, or gave nothing, for so long gives its place to another. */
const idleMs = 5 * 60_000;

interface Turn extends QueueEntry {
  readonly torrent: ManagedTorrent;
}

export class TorrentStarter {
  readonly #roster: TorrentRoster;
  readonly #settings: () => Settings;
  /** Performance clock, of each that runs. */
  readonly #movedAtMs = new Map<ManagedTorrent, number>();
  #starting = 0;
  #isDue = false;
  #closed = false;

  constructor(roster: TorrentRoster, settings: () => Settings) {
    this.#roster = roster;
    this.#settings = settings;
  }

  /** Once what goes on now is through. */
  soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.look();
    });
  }

  look(): void {
    if (this.#closed) return;
    const { maxActiveDownloads, maxActiveSeeds } = this.#settings();
    const nowMs = performance.now();
    const turns: Turn[] = [];
    for (const torrent of this.#roster.inQueueOrder()) {
      if (torrent.isOnlyChecked) this.#check(torrent);
      const turn = this.#turnOf(torrent, nowMs);
      if (turn !== undefined) turns.push(turn);
    }
    const places = {
      downloads: maxActiveDownloads ?? Number.POSITIVE_INFINITY,
      seeds: maxActiveSeeds ?? Number.POSITIVE_INFINITY,
    };
    const { start, pause, wait, taken } = planQueue(turns, places);
    for (const { torrent } of start) this.#run(torrent);
    for (const { torrent, kind } of [...pause, ...wait]) torrent.setWaits(waitsFor(kind, taken));
    for (const { torrent } of pause) void torrent.leave();
  }

  /** Nothing enters any more. */
  close(): void {
    this.#closed = true;
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
    const mayPause = status.phase !== 'checking' && !torrent.isBusy;
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

  #check(torrent: ManagedTorrent): void {
    if (torrent.torrent === undefined && !torrent.isBusy && !torrent.isMoving) this.#run(torrent);
  }

  #run(torrent: ManagedTorrent): void {
    if (this.#starting >= maxStartingAtOnce) return;
    this.#starting++;
    void torrent.run().finally(() => {
      this.#starting--;
    });
  }
}

function waitsFor(
  kind: QueueEntry['kind'],
  taken: { readonly downloads: number; readonly seeds: number },
): { code: string; message: string } {
  const count = kind === 'download' ? taken.downloads : taken.seeds;
  const noun = kind === 'download' ? 'download' : 'seed';
  const behind = count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
  return { code: 'QUEUED', message: `waiting in the queue behind ${behind}` };
}
