/**
 * One stay of a torrent in the client, from entering it to leaving it: what for, and what it counts.
 * Invariant: totals go on from what was kept before.
 */
import type { TorrentStatus } from '../../engine/torrent-status.ts';
import type { ClientFace, ClientTorrent } from '../client/client-contract.ts';
import { requireNoMove } from '../content/content-moves.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';
import { priorityOf } from './file-wishes.ts';
import { addOptionsOf } from './live-wishes.ts';
import { RunCounts, type RunStep } from './run-counts.ts';

export interface StayPurpose {
  /** For a check only: it meets nobody. */
  readonly alone: boolean;
  /** Its data was hashed just now. */
  readonly isTrusted: boolean;
}

export interface StayContext {
  readonly client: ClientFace;
  readonly store: SessionStore;
}

export class ClientStay {
  readonly torrent: ClientTorrent;
  readonly isAlone: boolean;
  /** It began with a check of everything, which is not over. */
  checksAll: boolean;
  readonly #counts: RunCounts;

  private constructor(row: StoredTorrent, torrent: ClientTorrent, alone: boolean) {
    this.torrent = torrent;
    this.isAlone = alone;
    this.checksAll = row.recheck;
    this.#counts = new RunCounts(row, torrent.status());
  }

  /** Rejects with what the client says, and when its files are on their way. */
  static async begin(
    row: StoredTorrent,
    { alone, isTrusted }: StayPurpose,
    { client, store }: StayContext,
  ): Promise<ClientStay> {
    const { infoHash, priorities, recheck, completedAtMs } = row;
    const source = store.source(infoHash);
    if (source === undefined) throw new Error('the session has no source of this torrent');
    requireNoMove(row);
    const isWanted = (file: number) => priorityOf(priorities, file) !== 'skip';
    const torrent = await client.add(source, {
      ...addOptionsOf(row, alone),
      alreadyVerified: isTrusted,
      ...(completedAtMs !== undefined && !recheck && { mustBeThere: isWanted }),
      reload: () => store.source(infoHash),
    });
    return new ClientStay(row, torrent, alone);
  }

  /** Checks everything without leaving the swarm. False when it cannot: it is still being checked, or asleep. */
  checkInPlace(): boolean {
    const { phase } = this.torrent.status();
    if (this.torrent.isAsleep || (phase !== 'downloading' && phase !== 'seeding')) return false;
    this.torrent.recheck();
    this.checksAll = true;
    return true;
  }

  count(status: TorrentStatus): RunStep {
    return this.#counts.look(status);
  }

  /** The tracker that works, or the first; and whether all of them fail. */
  get trackers(): { readonly tracker: string | undefined; readonly trackerFailed: boolean } {
    const trackers = this.torrent.trackers();
    return {
      tracker: trackers.find(({ state }) => state === 'working')?.url ?? trackers[0]?.url,
      trackerFailed: trackers.length > 0 && trackers.every(({ state }) => state === 'failed'),
    };
  }
}
