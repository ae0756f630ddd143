/** What PostgreSQL and the way to it say, as errors of the store that name the server and the way out. */
import { errorCode, socketCause } from '../socket-cause.ts';
import { CatalogStoreError } from './catalog-store.ts';

/** Classes and codes of SQLSTATE. */
const wrongLogin = /^28/;
const noSuchDatabase = '3D000';
const notAllowed = '42501';
const diskFull = '53100';
const statementTimeout = '57014';
/** Connection exceptions, too many connections, shutting down or starting up, read-only standby. */
const outOfReach = /^(?:08|53300|57P0|25006)/;
/** A transaction that may be tried again. */
const serialization = /^40/;
const socketError = /^E[A-Z_]+$/;

/** `place` tells host and database, never user or password. A bug's error stays what it is. */
export function asPostgresError(error: unknown, place: string): unknown {
  if (error instanceof CatalogStoreError || !(error instanceof Error)) return error;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = errorCode(first);
  const cause = { cause: error };
  if (wrongLogin.test(code) || code === noSuchDatabase || code === notAllowed) {
    return new CatalogStoreError(
      'CATALOG_UNUSABLE',
      `PostgreSQL at ${place} refuses: ${error.message}. Correct user, password, database or rights`,
      cause,
    );
  }
  if (code === diskFull) {
    return new CatalogStoreError(
      'CATALOG_FULL',
      `the disk of PostgreSQL at ${place} is full. Free some space`,
      cause,
    );
  }
  const why = unreachableCause(code, error);
  if (why === undefined) return error;
  return new CatalogStoreError(
    'CATALOG_UNREACHABLE',
    `PostgreSQL at ${place} cannot be reached: ${why}. The catalog is back as soon as it is`,
    cause,
  );
}

function unreachableCause(code: string, error: Error): string | undefined {
  if (code === statementTimeout) return 'a query took too long';
  if (outOfReach.test(code) || serialization.test(code)) return error.message;
  if (code === 'ENOTFOUND') return 'there is no such host';
  if (code === 'ENOENT') return 'there is no such socket';
  if (code !== 'EUNKNOWN' && socketError.test(code)) return socketCause(error);
  // The client's own errors have no code.
  if (/timeout|timed out/i.test(error.message)) return 'it does not answer';
  if (/connection|server closed|not queryable|SSL/i.test(error.message)) return error.message;
  return undefined;
}
