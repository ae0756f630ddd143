/**
 * The catalog's tables in SQLite and how they come to be. `user_version` counts the migrations applied;
 * `application_id` tells the file from other programs' databases. Invariant: a file that is damaged,
 * foreign or newer is refused and left as it is.
 */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateFolder } from '../state-folder.ts';
import { CatalogStoreError } from './catalog-store.ts';
import { asStoreError } from './sqlite-failure.ts';

/** "SHOA" */
const applicationId = 0x53484f41;
const busyTimeoutMs = 2000;

/** One a version, in order; never changed once released. */
const migrations: readonly string[] = [
  `CREATE TABLE entry (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     info_hash TEXT NOT NULL UNIQUE,
     info_hash_v2 TEXT,
     name TEXT NOT NULL,
     folded_name TEXT NOT NULL,
     length_bytes INTEGER NOT NULL,
     file_count INTEGER NOT NULL,
     piece_length INTEGER NOT NULL,
     published_at_ms INTEGER NOT NULL,
     torrent_bytes INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX entry_by_v2 ON entry (info_hash_v2) WHERE info_hash_v2 IS NOT NULL;
   CREATE INDEX entry_by_cut_v2 ON entry (substr(info_hash_v2, 1, 40)) WHERE info_hash_v2 IS NOT NULL;
   CREATE INDEX entry_by_name ON entry (folded_name, id);
   CREATE INDEX entry_by_size ON entry (length_bytes, id);
   CREATE INDEX entry_by_time ON entry (published_at_ms, id);

   CREATE TABLE torrent (
     id INTEGER PRIMARY KEY REFERENCES entry ON DELETE CASCADE,
     comment TEXT,
     created_by TEXT,
     files TEXT NOT NULL,
     bytes BLOB NOT NULL
   ) STRICT;

   CREATE TABLE totals (entries INTEGER NOT NULL, torrent_bytes INTEGER NOT NULL) STRICT;
   INSERT INTO totals VALUES (0, 0);
   CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
     UPDATE totals SET entries = entries + 1, torrent_bytes = torrent_bytes + new.torrent_bytes;
   END;
   CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN
     UPDATE totals SET entries = entries - 1, torrent_bytes = torrent_bytes - old.torrent_bytes;
     DELETE FROM words WHERE rowid = old.id;
   END;

   CREATE VIRTUAL TABLE words USING fts5 (
     name, files, content = '', contentless_delete = 1, prefix = '2 3',
     tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
   );`,
];

/** The path of a catalog that is gone with its process. */
export const inMemory = ':memory:';

/** Creates folder (0700) and file (0600) when they are missing. Throws CatalogStoreError. */
export function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== inMemory) makePrivateFile(path);
    database = new DatabaseSync(path, {
      timeout: busyTimeoutMs,
      enableForeignKeyConstraints: true,
      defensive: true,
    });
    checkOwner(database, path);
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000',
    );
    migrate(database, path);
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw asStoreError(error, path);
  }
}

function makePrivateFile(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) makePrivateFolder(folder);
  closeSync(openSync(path, 'a', 0o600));
  if (process.platform !== 'win32') chmodSync(path, 0o600);
}

function checkOwner(database: DatabaseSync, path: string): void {
  const id = pragma(database, 'application_id');
  const { n } = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  if (id === applicationId || (id === 0 && n === 0)) return;
  throw new CatalogStoreError(
    'CATALOG_UNUSABLE',
    `${path} is the database of another program. Choose another path for the catalog`,
  );
}

function migrate(database: DatabaseSync, path: string): void {
  // Immediate, so that of two processes that start at once the second waits and then finds it done.
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = pragma(database, 'user_version');
    if (version > migrations.length) {
      throw new CatalogStoreError(
        'CATALOG_UNUSABLE',
        `${path} was written by a newer Shoal (version ${version} of its tables, ${migrations.length} is known). Update Shoal, or choose another path`,
      );
    }
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(
      `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`,
    );
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
  return row[name] ?? 0;
}
