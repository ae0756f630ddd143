/**
 * Connections to PostgreSQL: loading the package, a pool whose failures are errors of the store, the
 * migration before first use. Invariant: while the server is away a call rejects within 3 s, and calls
 * soon after it at once; when it is back, calls succeed without anybody's doing.
 */
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { errorCode } from '../socket-cause.ts';
import { type CatalogHealth, CatalogStoreError } from './catalog-store.ts';
import { asPostgresError } from './postgres-failure.ts';
import { migratePostgres } from './postgres-schema.ts';

type PgModule = Pick<typeof import('pg'), 'Client' | 'Pool'>;

const maxConnections = 8;
export const connectTimeoutMs = 2000;
/** On the server, and a little later here: a server that is frozen does not end its statements. */
const statementTimeoutMs = 2500;
export const queryTimeoutMs = 2800;
/** For statements that carry a whole .torrent. */
export const transferTimeoutMs = 15_000;
/** So long after a failure nobody waits for another. */
const quietMs = 1000;
const closeGraceMs = 3000;

export class PostgresLink {
  readonly pg: PgModule;
  readonly url: string;
  /** Host and database, for messages. */
  readonly place: string;
  readonly #pool: Pool;
  #migrated: Promise<void> | undefined;
  #failure: CatalogStoreError | undefined;
  #failedAtMs = 0;
  #isClosed = false;
  readonly #running = new Set<Promise<unknown>>();

  private constructor(pg: PgModule, url: string, place: string, pool: Pool) {
    this.pg = pg;
    this.url = url;
    this.place = place;
    this.#pool = pool;
    // Told of idle connections that break; the next call meets the cause itself.
    pool.on('error', () => undefined);
  }

  /** Rejects with CatalogStoreError when the package is missing or the URL is none. */
  static async create(url: string): Promise<PostgresLink> {
    const pg = await loadPackage();
    if (!/^postgres(?:ql)?:\/\//i.test(url)) throw badUrl();
    try {
      const { host, database } = new pg.Client({ connectionString: url });
      const pool = new pg.Pool({
        connectionString: url,
        max: maxConnections,
        connectionTimeoutMillis: connectTimeoutMs,
        idleTimeoutMillis: 30_000,
        statement_timeout: statementTimeoutMs,
        query_timeout: queryTimeoutMs,
        keepAlive: true,
        application_name: 'shoal',
        allowExitOnIdle: true,
      });
      return new PostgresLink(pg, url, `${host}/${database ?? ''}`, pool);
    } catch {
      // What the package says may hold the password.
      throw badUrl();
    }
  }

  /** Rejects with CatalogStoreError, or with a bug's error. */
  async query<R extends QueryResultRow>(
    text: string,
    values: unknown[] = [],
    timeoutMs = queryTimeoutMs,
  ): Promise<R[]> {
    const statement = { text, values, query_timeout: timeoutMs };
    const { rows } = await this.#run(() => this.#pool.query<R>(statement));
    return rows;
  }

  /** Statements in it may take as long as a .torrent needs. */
  async transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.#run(() => this.#inTransaction(work));
  }

  /** Rejects when the server is away or cannot be used. */
  async ready(): Promise<void> {
    await this.#run(() => Promise.resolve());
  }

  health(): CatalogHealth {
    return this.#failure === undefined
      ? { status: 'ok' }
      : { status: 'degraded', problem: this.#failure.message };
  }

  /** What a connection outside the pool met, or undefined when it is well. */
  note(failure: unknown): void {
    const told = failure === undefined ? undefined : asPostgresError(failure, this.place);
    if (told instanceof CatalogStoreError) this.#fail(told);
    else if (told === undefined) this.#failure = undefined;
  }

  /** What is under way is finished first, unless the server does not answer. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ended = Promise.allSettled(this.#running).then(() => this.#pool.end());
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, closeGraceMs);
    await Promise.race([ended.catch(() => undefined), promise]);
    clearTimeout(timer);
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    const running = this.#attempt(work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) {
      throw new CatalogStoreError('CATALOG_UNREACHABLE', `the catalog at ${this.place} is closed`);
    }
    const isQuiet = performance.now() - this.#failedAtMs < quietMs;
    if (this.#failure?.code === 'CATALOG_UNREACHABLE' && isQuiet) throw this.#failure;
    try {
      this.#migrated ??= this.#migrate();
      await this.#migrated;
      const value = await work();
      this.#failure = undefined;
      return value;
    } catch (error) {
      const told = asPostgresError(error, this.place);
      if (told instanceof CatalogStoreError && told.code !== 'CATALOG_FULL') this.#fail(told);
      throw told;
    }
  }

  #fail(failure: CatalogStoreError): void {
    this.#failure = failure;
    this.#failedAtMs = performance.now();
  }

  async #migrate(): Promise<void> {
    try {
      const client = await this.#pool.connect();
      try {
        await migratePostgres(client, this.place);
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    } catch (error) {
      this.#migrated = undefined;
      throw error;
    }
  }

  async #inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let isSound = false;
    try {
      await client.query(`BEGIN; SET LOCAL statement_timeout = ${transferTimeoutMs}`);
      let result: T;
      try {
        result = await work(client);
      } catch (error) {
        await client.query('ROLLBACK');
        isSound = true;
        throw error;
      }
      await client.query('COMMIT');
      isSound = true;
      return result;
    } finally {
      client.release(!isSound);
    }
  }
}

async function loadPackage(): Promise<PgModule> {
  try {
    const { default: pg } = await import('pg');
    return pg;
  } catch (error) {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CatalogStoreError(
      'CATALOG_UNUSABLE',
      'a catalog in PostgreSQL needs the package pg, which is not installed. Install it with: npm install pg',
    );
  }
}

function badUrl(): CatalogStoreError {
  return new CatalogStoreError(
    'CATALOG_UNUSABLE',
    'the URL of the catalog is not understood. One looks like postgres://user:password@host:5432/database',
  );
}
