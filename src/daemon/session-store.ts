/**
 * The daemon's torrents in SQLite: what was asked for, and what was reached. What is verified on the
 * disk is kept elsewhere, in the client's resume files.
 * Invariants: what a method wrote is on the disk when it returns; a file that is damaged, foreign or
 * newer is refused and left as it is; one process at a time, which the lock of the folder sees to.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { InfoHash } from '../base/ids.ts';
import type { TorrentSource } from './client-contract.ts';
import { ClientError } from './client-error.ts';

/** What a person wants of a torrent; `removing` takes its files along and is carried on after a crash. */
export type Wanted = 'started' | 'stopped' | 'removing';

export interface StoredTorrent {
  readonly infoHash: InfoHash;
  readonly dir: string;
  readonly trackers: readonly string[];
  readonly wanted: Wanted;
  /** All data is to be read again. */
  readonly recheck: boolean;
  readonly addedAtMs: number;
  readonly completedAtMs: number | undefined;
  readonly name: string;
  /** 0 until the metadata is here. */
  readonly lengthBytes: number;
  readonly wantedBytes: number;
  readonly doneBytes: number;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
}

/** "SHOD" */
const applicationId = 0x53484f44;

/** One a version, in order; never changed once released. */
const migrations: readonly string[] = [
  `CREATE TABLE torrent (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     info_hash TEXT NOT NULL UNIQUE,
     dir TEXT NOT NULL,
     trackers TEXT NOT NULL,
     wanted TEXT NOT NULL CHECK (wanted IN ('started', 'stopped', 'removing')),
     recheck INTEGER NOT NULL,
     added_at_ms INTEGER NOT NULL,
     completed_at_ms INTEGER,
     name TEXT NOT NULL,
     length_bytes INTEGER NOT NULL,
     wanted_bytes INTEGER NOT NULL,
     done_bytes INTEGER NOT NULL,
     uploaded_bytes INTEGER NOT NULL,
     downloaded_bytes INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE source (
     info_hash TEXT PRIMARY KEY REFERENCES torrent (info_hash) ON DELETE CASCADE,
     magnet TEXT,
     torrent BLOB,
     CHECK ((magnet IS NULL) <> (torrent IS NULL))
   ) STRICT;`,
];

const update = `UPDATE torrent SET dir = ?2, trackers = ?3, wanted = ?4, recheck = ?5, added_at_ms = ?6,
  completed_at_ms = ?7, name = ?8, length_bytes = ?9, wanted_bytes = ?10, done_bytes = ?11,
  uploaded_bytes = ?12, downloaded_bytes = ?13 WHERE info_hash = ?1`;
const insert = `INSERT INTO torrent (info_hash, dir, trackers, wanted, recheck, added_at_ms,
  completed_at_ms, name, length_bytes, wanted_bytes, done_bytes, uploaded_bytes, downloaded_bytes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export class SessionStore {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Makes the file when it is missing. Throws ClientError. */
  constructor(path: string) {
    this.#path = path;
    this.#database = openDatabase(path);
  }

  /** In the order they were added. Throws ClientError, as everything here. */
  all(): StoredTorrent[] {
    return this.#guard(() => this.#prepare('SELECT * FROM torrent ORDER BY id').all().map(fromRow));
  }

  source(infoHash: InfoHash): TorrentSource | undefined {
    return this.#guard(() => {
      const row = this.#prepare('SELECT magnet, torrent FROM source WHERE info_hash = ?').get(
        infoHash,
      );
      if (row?.torrent instanceof Uint8Array) return row.torrent;
      return typeof row?.magnet === 'string' ? row.magnet : undefined;
    });
  }

  add(torrent: StoredTorrent, source: TorrentSource): void {
    this.#transaction(() => {
      this.#prepare(insert).run(...valuesOf(torrent));
      const [magnet, bytes] = typeof source === 'string' ? [source, null] : [null, source];
      this.#prepare('INSERT INTO source VALUES (?, ?, ?)').run(torrent.infoHash, magnet, bytes);
    });
  }

  /** Those that are not here stay away. */
  save(torrents: readonly StoredTorrent[]): void {
    if (torrents.length === 0) return;
    this.#transaction(() => {
      for (const torrent of torrents) this.#prepare(update).run(...valuesOf(torrent));
    });
  }

  remove(infoHash: InfoHash): void {
    this.#guard(() => this.#prepare('DELETE FROM torrent WHERE info_hash = ?').run(infoHash));
  }

  /** Idempotent. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #transaction(work: () => void): void {
    this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        work();
        this.#database.exec('COMMIT');
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unusable(this.#path, error);
    }
  }
}

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    if (process.platform !== 'win32') chmodSync(path, 0o600);
    database = new DatabaseSync(path, { enableForeignKeyConstraints: true, defensive: true });
    const version = checkOwner(database, path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    migrate(database, version);
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw unusable(path, error);
  }
}

function checkOwner(database: DatabaseSync, path: string): number {
  const id = pragma(database, 'application_id');
  const { n } = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  if (id !== applicationId && (id !== 0 || n > 0)) {
    throw new ClientError(
      'DISK_SESSION',
      `${path} is the database of another program. Choose another data folder with --data.`,
    );
  }
  const version = pragma(database, 'user_version');
  if (version <= migrations.length) return version;
  throw new ClientError(
    'DISK_SESSION',
    `${path} was written by a newer Shoal. Update this one, or choose another data folder with --data.`,
  );
}

function migrate(database: DatabaseSync, version: number): void {
  if (version === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  for (const migration of migrations.slice(version)) database.exec(migration);
  database.exec(
    `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`,
  );
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
  return row[name] ?? 0;
}

function unusable(path: string, error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  const cause = error instanceof Error ? error.message : String(error);
  return new ClientError(
    'DISK_SESSION',
    `cannot use ${path}, where the daemon keeps its torrents: ${cause}.`,
    { cause: error },
  );
}

function valuesOf(torrent: StoredTorrent): SQLInputValue[] {
  return [
    torrent.infoHash,
    torrent.dir,
    JSON.stringify(torrent.trackers),
    torrent.wanted,
    Number(torrent.recheck),
    torrent.addedAtMs,
    torrent.completedAtMs ?? null,
    torrent.name,
    torrent.lengthBytes,
    torrent.wantedBytes,
    torrent.doneBytes,
    torrent.uploadedBytes,
    torrent.downloadedBytes,
  ];
}

/** The table is STRICT and only written here, so that its columns have these types. */
function fromRow(row: Record<string, unknown>): StoredTorrent {
  return {
    infoHash: row.info_hash as InfoHash,
    dir: row.dir as string,
    trackers: JSON.parse(row.trackers as string) as string[],
    wanted: row.wanted as Wanted,
    recheck: row.recheck === 1,
    addedAtMs: row.added_at_ms as number,
    completedAtMs: (row.completed_at_ms as number | null) ?? undefined,
    name: row.name as string,
    lengthBytes: row.length_bytes as number,
    wantedBytes: row.wanted_bytes as number,
    doneBytes: row.done_bytes as number,
    uploadedBytes: row.uploaded_bytes as number,
    downloadedBytes: row.downloaded_bytes as number,
  };
}
