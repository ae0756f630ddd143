/** What the daemon knows of a torrent as its API says it. Reads, changes nothing. */
import type { Cause, TorrentInfo, TorrentState } from '../../api/contract/torrents.ts';
import type { TorrentStatus } from '../../engine/torrent-status.ts';
import type { Goal, StoredTorrent } from '../session/stored-torrent.ts';

export interface TorrentFacts {
  readonly row: StoredTorrent;
  /** Of the client's torrent; undefined when it does not run. */
  readonly status: TorrentStatus | undefined;
  readonly failure: Cause | undefined;
  /** Of its files, 0 to 1, while they are on their way to another folder. */
  readonly moved: number | undefined;
  /** It is in the client for a check only. */
  readonly isAlone: boolean;
  /** Why it waits, when it does. */
  readonly waits: Cause | undefined;
  /** Its trackers while it runs: the one that works, and whether all fail. */
  readonly tracker: string | undefined;
  readonly trackerFailed: boolean;
}

type Optional = {
  -readonly [Key in keyof TorrentInfo as undefined extends TorrentInfo[Key] ? Key : never]:
    | TorrentInfo[Key]
    | undefined;
};

export function torrentInfo(facts: TorrentFacts): TorrentInfo {
  const { row, status } = facts;
  const state = stateOf(facts);
  const info = {
    hash: row.infoHash,
    name: row.givenName ?? row.name,
    state,
    lengthBytes: row.lengthBytes,
    wantedBytes: row.wantedBytes,
    doneBytes: row.doneBytes,
    progress: facts.moved ?? progressOf(row, status),
    downRate: Math.round(status?.downRate ?? 0),
    upRate: Math.round(status?.upRate ?? 0),
    uploadedBytes: row.uploadedBytes,
    downloadedBytes: row.downloadedBytes,
    ratio: ratioOf(row),
    peers: status?.connectedPeers ?? 0,
    seeds: status?.connectedSeeders ?? 0,
    addedAt: isoTime(row.addedAtMs),
    dir: row.dir,
    private: row.private,
    sequential: row.sequential,
    forced: row.forced,
    queuePosition: row.queuePosition,
    labels: row.labels,
    trackerFailed: facts.trackerFailed,
  };
  const error = facts.failure ?? status?.error;
  return withKnown(info, {
    swarmSeeders: status?.swarmSeeders,
    swarmLeechers: status?.swarmLeechers,
    etaSeconds: status?.etaSeconds,
    stalled: stallOf(facts, state),
    error: state === 'error' && error !== undefined ? causeOf(error) : undefined,
    completedAt: optionalTime(row.completedAtMs),
    activeAt: optionalTime(row.activeAtMs),
    category: row.category,
    downLimit: row.downLimit,
    upLimit: row.upLimit,
    seedRatio: row.seedRatio,
    seedTimeSeconds: row.seedTimeSeconds,
    tracker: facts.tracker ?? row.firstTracker,
  });
}

function withKnown(info: Omit<TorrentInfo, keyof Optional>, more: Optional): TorrentInfo {
  const known: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(more)) if (value !== undefined) known[key] = value;
  return { ...info, ...known };
}

/** Everything wanted is here, as far as is known. */
export function isComplete(row: StoredTorrent, status: TorrentStatus | undefined): boolean {
  const isTold = status !== undefined && status.phase !== 'checking' && status.phase !== 'error';
  if (isTold) return status.phase === 'seeding';
  if (row.recheck) return row.completedAtMs !== undefined;
  return row.lengthBytes > 0 && row.doneBytes >= row.wantedBytes;
}

/** Whether nobody could tell one from the other. */
export function sameInfo(a: TorrentInfo, b: TorrentInfo): boolean {
  const keys = Object.keys(a) as (keyof TorrentInfo)[];
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => sameField(a[key], b[key]));
}

function sameField(a: TorrentInfo[keyof TorrentInfo], b: TorrentInfo[keyof TorrentInfo]): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

export function ratioOf({ lengthBytes, uploadedBytes }: StoredTorrent): number {
  return lengthBytes === 0 ? 0 : uploadedBytes / lengthBytes;
}

export function causeOf({ code, message }: Cause): Cause {
  return { code, message };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function optionalTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : isoTime(ms);
}

function stateOf({ row, status, failure, moved, isAlone }: TorrentFacts): TorrentState {
  if (moved !== undefined) return 'moving';
  if (row.wanted !== 'started') {
    return row.checksAlone && failure === undefined ? 'checking' : 'stopped';
  }
  if (failure !== undefined) return 'error';
  if (status === undefined || status.phase === 'stopped') return 'queued';
  if (isAlone) return 'checking';
  // Whoever reads "seeding" takes the files, and these have their names only when it is completed.
  if (status.phase === 'seeding' && row.completedAtMs === undefined) return 'downloading';
  return status.phase;
}

function stallOf({ row, status, waits }: TorrentFacts, state: TorrentState): Cause | undefined {
  if (state === 'queued') return waits;
  if (state === 'stopped' && row.goalReached !== undefined) return goalCause(row.goalReached);
  return status?.stalled && causeOf(status.stalled);
}

function goalCause(goal: Goal): Cause {
  return goal === 'ratio'
    ? { code: 'GOAL_RATIO', message: 'its ratio is reached; start it to seed on' }
    : { code: 'GOAL_TIME', message: 'it has seeded as long as it was to; start it to seed on' };
}

function progressOf(row: StoredTorrent, status: TorrentStatus | undefined): number {
  if (status?.phase === 'checking') return status.checkedFraction ?? 0;
  if (row.lengthBytes === 0) return 0;
  return row.wantedBytes === 0 ? 1 : Math.min(1, row.doneBytes / row.wantedBytes);
}
