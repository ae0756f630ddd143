/**
 * The session's SQLite file: opened, brought to the newest layout, written in transactions.
 * Invariants: a file that is damaged, foreign or newer is refused and left as it is; what was written
 * survives the end of the process at once, and that of the machine once `flushed` resolves. Commits do not wait
 * for the disk themselves (WAL, synchronous = NORMAL), so that no write stops the program.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { ClientError } from '../client/client-error.ts';
import { GroupSync } from './group-sync.ts';
import { sessionApplicationId, sessionMigrations } from './session-migrations.ts';

export class SessionDatabase {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #group = new GroupSync(() => this.#sync());
  #folderSynced = false;

  /** Makes the file when it is missing. Throws ClientError. */
  constructor(path: string) {
    this.#path = path;
    this.#database = openDatabase(path);
  }

  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Throws ClientError for what SQLite throws. */
  guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unusable(this.#path, error);
    }
  }

  /** All of it or nothing; within another it is part of that. */
  transaction(work: () => unknown): void {
    this.guard(() => {
      if (this.#database.isTransaction) {
        work();
        return;
      }
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

  /** What was written so far stays, whatever happens to the machine. Rejects with ClientError. */
  flushed(): Promise<void> {
    return this.#group.flushed();
  }

  async #sync(): Promise<void> {
    // Closing it wrote everything to its place.
    if (!this.#database.isOpen) return;
    try {
      await syncPath(`${this.#path}-wal`);
      if (!this.#folderSynced && process.platform !== 'win32') await syncPath(dirname(this.#path));
      this.#folderSynced = true;
    } catch (error) {
      if (this.#database.isOpen) throw unusable(this.#path, error);
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    if (process.platform !== 'win32') chmodSync(path, 0o600);
    database = new DatabaseSync(path, { enableForeignKeyConstraints: true, defensive: true });
    const version = checkOwner(database, path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
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
  if (id !== sessionApplicationId && (id !== 0 || n > 0)) {
    throw new ClientError(
      'DISK_SESSION',
      `${path} is the database of another program. Choose another data folder with --data.`,
    );
  }
  const version = pragma(database, 'user_version');
  if (version <= sessionMigrations.length) return version;
  throw new ClientError(
    'DISK_SESSION',
    `${path} was written by a newer Shoal. Update this one, or choose another data folder with --data.`,
  );
}

function migrate(database: DatabaseSync, version: number): void {
  if (version === sessionMigrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  for (const migration of sessionMigrations.slice(version)) database.exec(migration);
  database.exec(
    `PRAGMA application_id = ${sessionApplicationId};
     PRAGMA user_version = ${sessionMigrations.length}; COMMIT`,
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
