/**
 * The catalog in one SQLite file, for a tracker on one machine. SQLite is synchronous, so it lives in a
 * worker thread: the largest search or publication does not hold up an announce.
 */

import { announcedHashes } from './announced-hashes.ts';
import {
  type CatalogChange,
  type CatalogHealth,
  type CatalogLimits,
  type CatalogStore,
  CatalogStoreError,
  defaultCatalogLimits,
  type EntryMatch,
  type ListedFile,
  type PublishResult,
  type StoredPage,
  type StoredQuery,
  type SwarmName,
  type TorrentFacts,
} from './catalog-store.ts';
import { ChangeListeners } from './change-listeners.ts';
import type { SqliteWorkerData, SqliteWorkerFunctions } from './sqlite-catalog-worker.ts';
import { WorkerCalls } from './worker-calls.ts';

const maxHeapMiB = 256;
const hashesPerStep = 1000;
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/**
 * Opens or creates the file, or one in memory for the path `:memory:`; folders above it that are missing are made for their owner only.
 * Rejects with CatalogStoreError when the file is damaged, foreign, newer, locked or out of reach.
 */
export async function openSqliteCatalog(
  path: string,
  limits: Partial<CatalogLimits> = {},
): Promise<CatalogStore> {
  const store = new SqliteCatalogStore(path, { ...defaultCatalogLimits, ...limits });
  try {
    await store.count();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

class SqliteCatalogStore implements CatalogStore {
  readonly #path: string;
  readonly #worker: WorkerCalls<SqliteWorkerFunctions>;
  readonly #listeners = new ChangeListeners();
  #health: CatalogHealth = { status: 'ok' };
  #closing: Promise<void> | undefined;

  constructor(path: string, limits: CatalogLimits) {
    this.#path = path;
    const script = new URL(`./sqlite-catalog-worker${extension}`, import.meta.url);
    const data: SqliteWorkerData = { path, limits };
    this.#worker = new WorkerCalls(script, data, maxHeapMiB);
  }

  async publish(facts: TorrentFacts, bytes: Uint8Array, nowMs: number): Promise<PublishResult> {
    const result = await this.#call('publish', facts, bytes, nowMs);
    if (result.isNew) {
      this.#listeners.tell({ kind: 'added', infoHashes: announcedHashes(result.entry) });
    }
    return result;
  }

  match(ref: string): Promise<EntryMatch> {
    return this.#call('match', ref);
  }

  page(query: StoredQuery): Promise<StoredPage> {
    return this.#call('page', query);
  }

  files(id: number, limit: number): Promise<readonly ListedFile[]> {
    return this.#call('files', id, limit);
  }

  torrent(id: number): Promise<Uint8Array | undefined> {
    return this.#call('torrent', id);
  }

  async remove(id: number): Promise<boolean> {
    const infoHashes = await this.#call('remove', id);
    if (infoHashes !== undefined) this.#listeners.tell({ kind: 'removed', infoHashes });
    return infoHashes !== undefined;
  }

  lookup(infoHashes: readonly string[]): Promise<ReadonlyMap<string, SwarmName>> {
    return this.#call('lookup', infoHashes);
  }

  count(): Promise<number> {
    return this.#call('count');
  }

  async *infoHashes(): AsyncGenerator<readonly string[]> {
    for (let afterId = 0; ; ) {
      const { infoHashes, lastId } = await this.#call('infoHashesAfter', afterId, hashesPerStep);
      if (infoHashes.length === 0) return;
      yield infoHashes;
      afterId = lastId;
    }
  }

  onChange(listener: (change: CatalogChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  health(): CatalogHealth {
    return this.#health;
  }

  close(): Promise<void> {
    this.#closing ??= this.#worker
      .call('close')
      .catch(() => undefined)
      .then(() => this.#worker.terminate());
    return this.#closing;
  }

  async #call<M extends keyof SqliteWorkerFunctions>(
    method: M,
    ...args: Parameters<SqliteWorkerFunctions[M]>
  ): Promise<Awaited<ReturnType<SqliteWorkerFunctions[M]>>> {
    if (this.#closing) {
      throw new CatalogStoreError('CATALOG_UNREACHABLE', `the catalog ${this.#path} is closed`);
    }
    try {
      const value = await this.#worker.call(method, ...args);
      this.#health = { status: 'ok' };
      return value;
    } catch (error) {
      if (error instanceof CatalogStoreError && error.code !== 'CATALOG_FULL') {
        this.#health = { status: 'degraded', problem: error.message };
      }
      throw error;
    }
  }
}
