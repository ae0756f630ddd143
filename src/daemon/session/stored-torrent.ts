/**
 * What the daemon keeps of a torrent, and its row in the session database.
 * Invariant: a value is never changed in place; a change is another value.
 */
import type { SQLInputValue } from 'node:sqlite';
import type { TorrentChange } from '../../api/contract/torrents.ts';
import type { InfoHash } from '../../base/ids.ts';
import type { PendingMove } from '../content/content-moves.ts';

/** What a person wants of a torrent; `removing` takes its files along and is carried on after a crash. */
export type Wanted = 'started' | 'stopped' | 'removing';
export type Goal = 'ratio' | 'time';

type Wish<Key extends keyof TorrentChange> = NonNullable<TorrentChange[Key]> | undefined;

export interface StoredTorrent {
  readonly infoHash: InfoHash;
  readonly dir: string;
  /** What was begun with its files and is not done. */
  readonly moving: PendingMove | undefined;
  /** Beyond the torrent's own. */
  readonly trackers: readonly string[];
  /** In place of all others. */
  readonly tiers: readonly (readonly string[])[] | undefined;
  readonly firstTracker: string | undefined;
  readonly wanted: Wanted;
  /** All data is to be read again. */
  readonly recheck: boolean;
  /** Its data is checked by itself, though it is stopped or not its turn. */
  readonly checksAlone: boolean;
  readonly forced: boolean;
  /** Why it was stopped, when a goal did it. */
  readonly goalReached: Goal | undefined;
  /** It was started again after its goal: no goal stops it until its goals change. */
  readonly goalWaived: boolean;
  readonly addedAtMs: number;
  readonly completedAtMs: number | undefined;
  /** Payload moved the last time. */
  readonly activeAtMs: number | undefined;
  readonly name: string;
  /** Instead of `name` on the disk and for people, when it was renamed. */
  readonly givenName: string | undefined;
  /** Files that lie elsewhere than the torrent says: steps below `dir`, by index in the metainfo. */
  readonly paths: ReadonlyMap<number, readonly string[]>;
  readonly private: boolean;
  readonly labels: readonly string[];
  readonly category: string | undefined;
  /** Unique; the lowest comes first. */
  readonly queuePosition: number;
  readonly sequential: boolean;
  /** Bytes per second; absent is unlimited. */
  readonly downLimit: number | undefined;
  readonly upLimit: number | undefined;
  /** Absent: the daemon's own. */
  readonly seedRatio: Wish<'seedRatio'>;
  readonly seedTimeSeconds: Wish<'seedTimeSeconds'>;
  /** Per file of the metainfo an index of `filePriorities`; undefined when all are normal. */
  readonly priorities: Uint8Array | undefined;
  /** 0 until the metadata is here. */
  readonly lengthBytes: number;
  readonly wantedBytes: number;
  readonly doneBytes: number;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  readonly wastedBytes: number;
  readonly seedingMs: number;
  readonly activeMs: number;
}

/** In SQL a goal that is switched off is a negative number. */
const unlimited = -1;

type Columns = Readonly<Record<string, (torrent: StoredTorrent) => SQLInputValue>>;

const columns: Columns = {
  info_hash: ({ infoHash }) => infoHash,
  dir: ({ dir }) => dir,
  moving: ({ moving }) => (moving === undefined ? null : JSON.stringify(moving)),
  trackers: ({ trackers }) => JSON.stringify(trackers),
  tiers: ({ tiers }) => (tiers === undefined ? null : JSON.stringify(tiers)),
  first_tracker: ({ firstTracker }) => firstTracker ?? null,
  wanted: ({ wanted }) => wanted,
  recheck: ({ recheck }) => Number(recheck),
  checks_alone: ({ checksAlone }) => Number(checksAlone),
  forced: ({ forced }) => Number(forced),
  goal_reached: ({ goalReached }) => goalReached ?? null,
  goal_waived: ({ goalWaived }) => Number(goalWaived),
  added_at_ms: ({ addedAtMs }) => addedAtMs,
  completed_at_ms: ({ completedAtMs }) => completedAtMs ?? null,
  active_at_ms: ({ activeAtMs }) => activeAtMs ?? null,
  name: ({ name }) => name,
  given_name: ({ givenName }) => givenName ?? null,
  paths: ({ paths }) => (paths.size === 0 ? null : JSON.stringify([...paths])),
  private: (torrent) => Number(torrent.private),
  labels: ({ labels }) => JSON.stringify(labels),
  category: ({ category }) => category ?? null,
  queue_position: ({ queuePosition }) => queuePosition,
  sequential: ({ sequential }) => Number(sequential),
  down_limit: ({ downLimit }) => downLimit ?? null,
  up_limit: ({ upLimit }) => upLimit ?? null,
  seed_ratio: ({ seedRatio }) => goalColumn(seedRatio),
  seed_time_s: ({ seedTimeSeconds }) => goalColumn(seedTimeSeconds),
  priorities: ({ priorities }) => priorities ?? null,
  length_bytes: ({ lengthBytes }) => lengthBytes,
  wanted_bytes: ({ wantedBytes }) => wantedBytes,
  done_bytes: ({ doneBytes }) => doneBytes,
  uploaded_bytes: ({ uploadedBytes }) => uploadedBytes,
  downloaded_bytes: ({ downloadedBytes }) => downloadedBytes,
  wasted_bytes: ({ wastedBytes }) => wastedBytes,
  seeding_ms: ({ seedingMs }) => Math.round(seedingMs),
  active_ms: ({ activeMs }) => Math.round(activeMs),
};

const names = Object.keys(columns);
const values = Object.values(columns);

export const insertTorrent = `INSERT INTO torrent (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
export const updateTorrent = `UPDATE torrent SET ${names
  .slice(1)
  .map((name, index) => `${name} = ?${index + 2}`)
  .join(', ')} WHERE info_hash = ?1`;

/** For both statements. */
export function torrentValues(torrent: StoredTorrent): SQLInputValue[] {
  return values.map((read) => read(torrent));
}

/** The table is STRICT and only written here, so that its columns have these types. */
export function torrentFromRow(row: Record<string, unknown>): StoredTorrent {
  const text = (name: string) => (row[name] as string | null) ?? undefined;
  const number = (name: string) => (row[name] as number | null) ?? undefined;
  const json = <T>(name: string, absent: T) =>
    row[name] === null ? absent : (JSON.parse(row[name] as string) as T);
  return {
    infoHash: row.info_hash as InfoHash,
    dir: row.dir as string,
    moving: json<PendingMove | undefined>('moving', undefined),
    trackers: json<string[]>('trackers', []),
    tiers: json<string[][] | undefined>('tiers', undefined),
    firstTracker: text('first_tracker'),
    wanted: row.wanted as Wanted,
    recheck: row.recheck === 1,
    checksAlone: row.checks_alone === 1,
    forced: row.forced === 1,
    goalReached: text('goal_reached') as Goal | undefined,
    goalWaived: row.goal_waived === 1,
    addedAtMs: row.added_at_ms as number,
    completedAtMs: number('completed_at_ms'),
    activeAtMs: number('active_at_ms'),
    name: row.name as string,
    givenName: text('given_name'),
    paths: row.paths === null ? noPaths : new Map(json<[number, string[]][]>('paths', [])),
    private: row.private === 1,
    labels: row.labels === '[]' ? noLabels : json<string[]>('labels', []),
    category: text('category'),
    queuePosition: row.queue_position as number,
    sequential: row.sequential === 1,
    downLimit: number('down_limit'),
    upLimit: number('up_limit'),
    seedRatio: goalFrom(number('seed_ratio')),
    seedTimeSeconds: goalFrom(number('seed_time_s')),
    priorities: (row.priorities as Uint8Array | null) ?? undefined,
    lengthBytes: row.length_bytes as number,
    wantedBytes: row.wanted_bytes as number,
    doneBytes: row.done_bytes as number,
    uploadedBytes: row.uploaded_bytes as number,
    downloadedBytes: row.downloaded_bytes as number,
    wastedBytes: row.wasted_bytes as number,
    seedingMs: row.seeding_ms as number,
    activeMs: row.active_ms as number,
  };
}

export const noPaths: ReadonlyMap<number, readonly string[]> = new Map();
const noLabels: readonly string[] = [];

function goalColumn(goal: number | 'unlimited' | undefined): number | null {
  return goal === 'unlimited' ? unlimited : (goal ?? null);
}

function goalFrom(value: number | undefined): number | 'unlimited' | undefined {
  return value === undefined || value >= 0 ? value : 'unlimited';
}
