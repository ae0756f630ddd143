/**
 * The catalog in PostgreSQL, shared by any number of trackers. Search tokens are cut by
 * `search-tokens.ts` and stored as text search vectors as they are, so that both stores find the same.
 */
import { randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import { announcedHashes } from './announced-hashes.ts';
import {
  type CatalogChange,
  type CatalogHealth,
  type CatalogLimits,
  type CatalogStore,
  CatalogStoreError,
  defaultCatalogLimits,
  type EntryMatch,
  fullError,
  type ListedFile,
  type PublishResult,
  type StoredEntry,
  type StoredPage,
  type StoredQuery,
  type SwarmName,
  type TorrentFacts,
} from './catalog-store.ts';
import { ChangeListeners } from './change-listeners.ts';
import { changeChannel, PostgresChanges } from './postgres-changes.ts';
import { PostgresLink, transferTimeoutMs } from './postgres-link.ts';
import { findEntry, matchRef } from './postgres-match.ts';
import { columns, type EntryRow, toEntry } from './postgres-rows.ts';
import { searchExpression, searchVectors } from './postgres-words.ts';
import { foldName } from './search-tokens.ts';

/** With their table, since a bare name would be the column selected, which has no index. */
const orderColumns = {
  published: 'shoal_entry.published_at_ms',
  name: 'shoal_entry.folded_name COLLATE "C"',
  size: 'shoal_entry.length_bytes',
} as const;
const hashesPerStep = 1000;
/** The package decodes bytes from text on this thread; a part at a time holds nobody up. */
const bytesPerStep = 512 * 1024;

/**
 * `url`: `postgres://user:password@host:port/database`. Makes the tables where they are missing.
 * Resolves also while the server is away, and is then degraded until it is back. Rejects with
 * CatalogStoreError for what waiting does not heal: a wrong URL or login, newer tables, no package.
 */
export async function openPostgresCatalog(
  url: string,
  limits: Partial<CatalogLimits> = {},
): Promise<CatalogStore> {
  const link = await PostgresLink.create(url);
  const store = new PostgresCatalogStore(link, { ...defaultCatalogLimits, ...limits });
  try {
    await store.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

class PostgresCatalogStore implements CatalogStore {
  readonly #link: PostgresLink;
  readonly #limits: CatalogLimits;
  readonly #nodeId = randomBytes(8).toString('hex');
  readonly #listeners = new ChangeListeners();
  readonly #changes: PostgresChanges;
  #closing: Promise<void> | undefined;

  constructor(link: PostgresLink, limits: CatalogLimits) {
    this.#link = link;
    this.#limits = limits;
    this.#changes = new PostgresChanges(link, this.#nodeId, (change) =>
      this.#listeners.tell(change),
    );
  }

  async start(): Promise<void> {
    try {
      await this.#link.ready();
    } catch (error) {
      const heals = error instanceof CatalogStoreError && error.code === 'CATALOG_UNREACHABLE';
      if (!heals) throw error;
    }
    await this.#changes.start();
  }

  async publish(facts: TorrentFacts, bytes: Uint8Array, nowMs: number): Promise<PublishResult> {
    const known = await findEntry(this.#link, 'info_hash = $1', facts.infoHash);
    if (known) return { entry: known, isNew: false };
    const entry = await this.#link.transaction((client) =>
      this.#insert(client, facts, bytes, nowMs),
    );
    if (entry === undefined) {
      // Another node was faster.
      const other = await findEntry(this.#link, 'info_hash = $1', facts.infoHash);
      if (other) return { entry: other, isNew: false };
      throw new CatalogStoreError(
        'CATALOG_UNREACHABLE',
        `the torrent was published and removed elsewhere at this moment. Try again`,
      );
    }
    this.#listeners.tell({ kind: 'added', infoHashes: announcedHashes(entry) });
    return { entry, isNew: true };
  }

  match(ref: string): Promise<EntryMatch> {
    return matchRef(this.#link, ref);
  }

  async page(query: StoredQuery): Promise<StoredPage> {
    const { sort, limit, offset } = query;
    const way = query.isDescending ? 'DESC' : 'ASC';
    const hasWords = query.text.trim() !== '';
    const words = hasWords ? searchExpression(query.text) : '';
    if (hasWords && words === '') return { entries: [], total: 0 };
    const key =
      sort === 'relevance'
        ? hasWords
          ? 'ts_rank(name_words, $3::tsquery)'
          : orderColumns.published
        : orderColumns[sort];
    const where = hasWords ? 'WHERE words @@ $3::tsquery' : '';
    const sql = `SELECT ${columns} FROM shoal_entry ${where}
      ORDER BY ${key} ${way}, shoal_entry.id ${way} LIMIT $1 OFFSET $2`;
    const [rows, total] = await Promise.all([
      this.#link.query<EntryRow>(sql, hasWords ? [limit, offset, words] : [limit, offset]),
      hasWords ? this.#countMatches(words) : this.count(),
    ]);
    return { entries: rows.map(toEntry), total };
  }

  async files(id: number, limit: number): Promise<readonly ListedFile[]> {
    const [row] = await this.#link.query<{ files: string }>(
      'SELECT files FROM shoal_torrent WHERE id = $1',
      [id],
    );
    return row ? (JSON.parse(row.files) as ListedFile[]).slice(0, limit) : [];
  }

  async torrent(id: number): Promise<Uint8Array | undefined> {
    const [row] = await this.#link.query<{ length: number }>(
      'SELECT length(bytes) AS length FROM shoal_torrent WHERE id = $1',
      [id],
    );
    if (row === undefined) return undefined;
    const bytes = new Uint8Array(row.length);
    for (let at = 0; at < bytes.length; at += bytesPerStep) {
      const [part] = await this.#link.query<{ part: string }>(
        `SELECT encode(substring(bytes FROM $2 FOR ${bytesPerStep}), 'base64') AS part
           FROM shoal_torrent WHERE id = $1`,
        [id, at + 1],
        transferTimeoutMs,
      );
      if (part === undefined) return undefined;
      bytes.set(Buffer.from(part.part, 'base64'), at);
    }
    return bytes;
  }

  async remove(id: number): Promise<boolean> {
    const entry = await this.#link.transaction(async (client) => {
      const { rows } = await client.query<EntryRow & { torrent_bytes: string }>(
        `DELETE FROM shoal_entry WHERE id = $1 RETURNING ${columns}, torrent_bytes`,
        [id],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      await client.query(
        'UPDATE shoal_totals SET entries = entries - 1, torrent_bytes = torrent_bytes - $1',
        [row.torrent_bytes],
      );
      await this.#notify(client, 'removed', toEntry(row));
      return toEntry(row);
    });
    if (entry === undefined) return false;
    this.#listeners.tell({ kind: 'removed', infoHashes: announcedHashes(entry) });
    return true;
  }

  async lookup(infoHashes: readonly string[]): Promise<ReadonlyMap<string, SwarmName>> {
    const names = new Map<string, SwarmName>();
    if (infoHashes.length === 0) return names;
    const rows = await this.#link.query<EntryRow>(
      `SELECT ${columns} FROM shoal_entry WHERE info_hash = ANY($1::text[])
       UNION ALL SELECT ${columns} FROM shoal_entry
       WHERE info_hash_v2 IS NOT NULL AND left(info_hash_v2, 40) = ANY($1::text[])`,
      [infoHashes],
    );
    const asked = new Set(infoHashes);
    for (const entry of rows.map(toEntry)) {
      const { id, name, lengthBytes } = entry;
      for (const hash of announcedHashes(entry)) {
        if (asked.has(hash) && !names.has(hash)) names.set(hash, { id, name, lengthBytes });
      }
    }
    return names;
  }

  async count(): Promise<number> {
    const [row] = await this.#link.query<{ entries: number }>(
      'SELECT entries::float8 FROM shoal_totals',
    );
    return row?.entries ?? 0;
  }

  async *infoHashes(): AsyncGenerator<readonly string[]> {
    for (let afterId = 0; ; ) {
      const rows = await this.#link.query<EntryRow>(
        `SELECT ${columns} FROM shoal_entry WHERE id > $1 ORDER BY shoal_entry.id LIMIT ${hashesPerStep}`,
        [afterId],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(toEntry).flatMap(announcedHashes);
      afterId = last.id;
    }
  }

  onChange(listener: (change: CatalogChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  health(): CatalogHealth {
    return this.#link.health();
  }

  close(): Promise<void> {
    this.#changes.close();
    this.#closing ??= this.#link.close();
    return this.#closing;
  }

  /** Undefined when the info-hash is there already. */
  async #insert(
    client: PoolClient,
    facts: TorrentFacts,
    bytes: Uint8Array,
    nowMs: number,
  ): Promise<StoredEntry | undefined> {
    const vectors = searchVectors(facts);
    const { rows } = await client.query<EntryRow>(
      `INSERT INTO shoal_entry (info_hash, info_hash_v2, name, folded_name, length_bytes, file_count,
         piece_length, published_at_ms, torrent_bytes, name_words, words)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::tsvector, $11::tsvector)
       ON CONFLICT (info_hash) DO NOTHING RETURNING ${columns}`,
      [
        facts.infoHash,
        facts.infoHashV2 ?? null,
        facts.name,
        foldName(facts.name),
        facts.lengthBytes,
        facts.fileCount,
        facts.pieceLength,
        nowMs,
        bytes.length,
        vectors.name,
        vectors.all,
      ],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const { rowCount } = await client.query(
      `UPDATE shoal_totals SET entries = entries + 1, torrent_bytes = torrent_bytes + $1
       WHERE entries < $2 AND torrent_bytes + $1 <= $3`,
      [bytes.length, this.#limits.maxEntries, this.#limits.maxBytes],
    );
    if (rowCount === 0) throw fullError(this.#limits);
    const torrent = {
      text: 'INSERT INTO shoal_torrent (id, comment, created_by, files, bytes) VALUES ($1, $2, $3, $4, $5)',
      values: [
        row.id,
        facts.comment ?? null,
        facts.createdBy ?? null,
        JSON.stringify(facts.files),
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      ],
      query_timeout: transferTimeoutMs,
    };
    await client.query(torrent);
    await this.#notify(client, 'added', toEntry(row));
    return toEntry(row);
  }

  async #notify(client: PoolClient, kind: 'added' | 'removed', entry: StoredEntry): Promise<void> {
    const payload = PostgresChanges.payload(this.#nodeId, kind, announcedHashes(entry));
    await client.query('SELECT pg_notify($1, $2)', [changeChannel, payload]);
  }

  async #countMatches(words: string): Promise<number> {
    const [row] = await this.#link.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM shoal_entry WHERE words @@ $1::tsquery',
      [words],
    );
    return row?.n ?? 0;
  }
}
