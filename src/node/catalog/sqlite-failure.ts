/** What SQLite and the file system say, as errors of the store that name the file and the way out. */
import { errorCode } from '../socket-cause.ts';
import { CatalogStoreError } from './catalog-store.ts';

/** Primary result codes of SQLite; the extended ones have them in their low byte. */
const sqliteBusy = 5;
const sqliteLocked = 6;
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteNotADatabase = 26;

/** A CatalogStoreError stays what it is; a bug's error too. */
export function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof CatalogStoreError || !(error instanceof Error)) return error;
  const cause = { cause: error };
  const code = sqliteCode(error);
  if (code === sqliteCorrupt || code === sqliteNotADatabase) {
    return new CatalogStoreError(
      'CATALOG_UNUSABLE',
      `the catalog ${path} is damaged (${error.message}). It was left as it is. Put a backup in its place, or move it away together with ${path}-wal and ${path}-shm to start with an empty catalog`,
      cause,
    );
  }
  if (code === sqliteFull) {
    return new CatalogStoreError(
      'CATALOG_FULL',
      `the disk that holds ${path} is full. Free some space`,
      cause,
    );
  }
  if (code === sqliteBusy || code === sqliteLocked) {
    return new CatalogStoreError(
      'CATALOG_UNREACHABLE',
      `another program has locked the catalog ${path}. Try again, or end that program`,
      cause,
    );
  }
  if (code === undefined && errorCode(error) === 'EUNKNOWN') return error;
  // Logic errors of SQL are bugs; everything else is the file's or the disk's doing.
  if (code === 1) return error;
  return new CatalogStoreError(
    'CATALOG_UNREACHABLE',
    `the catalog ${path} cannot be read or written: ${error.message}. Check the path, its rights and the disk`,
    cause,
  );
}

function sqliteCode(error: Error): number | undefined {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
