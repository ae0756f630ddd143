/**
 * The catalog's statements in SQLite, synchronous; `SqliteCatalogStore` has them run in a worker thread.
 * Invariant: every change is one transaction that is on the disk when the method returns.
 */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { announcedHashes } from './announced-hashes.ts';
import {
  type CatalogLimits,
  type EntryMatch,
  fullError,
  type ListedFile,
  maxCandidates,
  type PublishResult,
  type StoredDetail,
  type StoredEntry,
  type StoredPage,
  type StoredQuery,
  type SwarmName,
  type TorrentFacts,
} from './catalog-store.ts';
import { parseRef } from './entry-ref.ts';
import { foldName, queryPhrases } from './search-tokens.ts';
import { asStoreError } from './sqlite-failure.ts';
import { openDatabase } from './sqlite-schema.ts';

type Row = Record<string, SQLOutputValue>;

const entryColumns =
  'entry.id, info_hash, info_hash_v2, name, length_bytes, file_count, piece_length, published_at_ms';
const orderColumns = {
  published: 'published_at_ms',
  name: 'folded_name',
  size: 'length_bytes',
} as const;

export class SqliteCatalog {
  readonly #path: string;
  readonly #limits: CatalogLimits;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Throws CatalogStoreError. */
  constructor(path: string, limits: CatalogLimits) {
    this.#path = path;
    this.#limits = limits;
    this.#database = openDatabase(path);
  }

  publish(facts: TorrentFacts, bytes: Uint8Array, publishedAtMs: number): PublishResult {
    return this.#transaction(() => {
      const known = this.#entry('info_hash = ?', facts.infoHash);
      if (known) return { entry: known, isNew: false };
      const totals = this.#get('SELECT entries, torrent_bytes FROM totals')!;
      if (
        (totals.entries as number) >= this.#limits.maxEntries ||
        (totals.torrent_bytes as number) + bytes.length > this.#limits.maxBytes
      ) {
        throw fullError(this.#limits);
      }
      return { entry: this.#insert(facts, bytes, publishedAtMs), isNew: true };
    });
  }

  match(ref: string): EntryMatch {
    return this.#guard(() => {
      for (const attempt of parseRef(ref)) {
        const found =
          attempt.by === 'name' ? this.#matchName(attempt.name) : this.#matchKey(attempt);
        if (found !== undefined) return found;
      }
      return { kind: 'none' };
    });
  }

  page(query: StoredQuery): StoredPage {
    return this.#guard(() => {
      const { sort, limit, offset } = query;
      const way = query.isDescending ? 'DESC' : 'ASC';
      const key = orderColumns[sort === 'relevance' ? 'published' : sort];
      const order = `${key} ${way}, entry.id ${way}`;
      if (query.text.trim() === '') {
        const sql = `SELECT ${entryColumns} FROM entry ORDER BY ${order} LIMIT ? OFFSET ?`;
        return { entries: this.#all(sql, limit, offset).map(toEntry), total: this.count() };
      }
      const words = matchExpression(query.text);
      if (words === '') return { entries: [], total: 0 };
      const total = this.#get('SELECT count(*) AS n FROM words WHERE words MATCH ?', words)!.n;
      // bm25 is smaller for what fits better.
      const ranked = `SELECT ${entryColumns} FROM entry JOIN
          (SELECT rowid AS id, bm25(words, 10.0, 1.0) AS rank FROM words WHERE words MATCH ?) AS found
          ON found.id = entry.id
        ORDER BY rank ${query.isDescending ? 'ASC' : 'DESC'}, entry.id ${way} LIMIT ? OFFSET ?`;
      const sorted = `SELECT ${entryColumns} FROM entry
        WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?) ORDER BY ${order} LIMIT ? OFFSET ?`;
      const rows = this.#all(sort === 'relevance' ? ranked : sorted, words, limit, offset);
      return { entries: rows.map(toEntry), total: total as number };
    });
  }

  files(id: number, limit: number): ListedFile[] {
    return this.#guard(() => {
      const row = this.#get('SELECT files FROM torrent WHERE id = ?', id);
      return row ? (JSON.parse(row.files as string) as ListedFile[]).slice(0, limit) : [];
    });
  }

  torrent(id: number): Uint8Array | undefined {
    return this.#guard(
      () =>
        this.#get('SELECT bytes FROM torrent WHERE id = ?', id)?.bytes as Uint8Array | undefined,
    );
  }

  /** The info-hashes that were announced for it; undefined when there was nothing. */
  remove(id: number): string[] | undefined {
    return this.#transaction(() => {
      const entry = this.#entry('entry.id = ?', id);
      if (entry === undefined) return undefined;
      this.#statement('DELETE FROM entry WHERE id = ?').run(id);
      return announcedHashes(entry);
    });
  }

  lookup(infoHashes: readonly string[]): Map<string, SwarmName> {
    return this.#guard(() => {
      const names = new Map<string, SwarmName>();
      for (const infoHash of infoHashes) {
        const entry =
          this.#entry('info_hash = ?', infoHash) ?? this.#entry(`${cutV2} = ?`, infoHash);
        if (entry === undefined) continue;
        const { id, name, lengthBytes } = entry;
        names.set(infoHash, { id, name, lengthBytes });
      }
      return names;
    });
  }

  count(): number {
    return this.#guard(() => this.#get('SELECT entries FROM totals')!.entries as number);
  }

  /** The announced info-hashes of at most `limit` entries after this id, and the last one's id. */
  infoHashesAfter(id: number, limit: number): { infoHashes: string[]; lastId: number } {
    return this.#guard(() => {
      const sql = `SELECT ${entryColumns} FROM entry WHERE id > ? ORDER BY id LIMIT ?`;
      const entries = this.#all(sql, id, limit).map(toEntry);
      return { infoHashes: entries.flatMap(announcedHashes), lastId: entries.at(-1)?.id ?? id };
    });
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #insert(facts: TorrentFacts, bytes: Uint8Array, publishedAtMs: number): StoredEntry {
    const row = this.#get(
      `INSERT INTO entry (info_hash, info_hash_v2, name, folded_name, length_bytes, file_count,
         piece_length, published_at_ms, torrent_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       RETURNING id`,
      facts.infoHash,
      facts.infoHashV2 ?? null,
      facts.name,
      foldName(facts.name),
      facts.lengthBytes,
      facts.fileCount,
      facts.pieceLength,
      publishedAtMs,
      bytes.length,
    )!;
    const id = row.id as number;
    this.#statement(
      'INSERT INTO torrent (id, comment, created_by, files, bytes) VALUES (?, ?, ?, ?, ?)',
    ).run(id, facts.comment ?? null, facts.createdBy ?? null, JSON.stringify(facts.files), bytes);
    this.#statement('INSERT INTO words (rowid, name, files) VALUES (?, ?, ?)').run(
      id,
      facts.nameTokens,
      facts.fileTokens,
    );
    return this.#entry('entry.id = ?', id)!;
  }

  #matchKey(
    attempt: { by: 'id'; id: number } | { by: 'infoHash'; hex: string },
  ): EntryMatch | undefined {
    if (attempt.by === 'id') return this.#detail(this.#entry('entry.id = ?', attempt.id));
    const { hex } = attempt;
    if (hex.length === 64) return this.#detail(this.#entry('info_hash_v2 = ?', hex));
    return this.#detail(this.#entry('info_hash = ?', hex) ?? this.#entry(`${cutV2} = ?`, hex));
  }

  #matchName(name: string): EntryMatch | undefined {
    const folded = foldName(name);
    const exact = this.#named('folded_name = ? AND name = ?', folded, name);
    const found = exact.length > 0 ? exact : this.#named('folded_name = ?', folded);
    if (found.length > 1) return { kind: 'ambiguous', candidates: found };
    return this.#detail(found[0]);
  }

  #named(where: string, ...values: SQLInputValue[]): StoredEntry[] {
    const sql = `SELECT ${entryColumns} FROM entry WHERE ${where} ORDER BY id DESC LIMIT ${maxCandidates}`;
    return this.#all(sql, ...values).map(toEntry);
  }

  #detail(entry: StoredEntry | undefined): EntryMatch | undefined {
    if (entry === undefined) return undefined;
    const row = this.#get('SELECT comment, created_by FROM torrent WHERE id = ?', entry.id)!;
    const detail: StoredDetail = {
      ...entry,
      ...(row.comment === null ? {} : { comment: row.comment as string }),
      ...(row.created_by === null ? {} : { createdBy: row.created_by as string }),
    };
    return { kind: 'entry', entry: detail };
  }

  #entry(where: string, value: SQLInputValue): StoredEntry | undefined {
    const row = this.#get(`SELECT ${entryColumns} FROM entry WHERE ${where} LIMIT 1`, value);
    return row && toEntry(row);
  }

  #get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** The texts are this file's own, so there are only so many of them. */
  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #transaction<T>(change: () => T): T {
    return this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = change();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, this.#path);
    }
  }
}

const cutV2 = 'info_hash_v2 IS NOT NULL AND substr(info_hash_v2, 1, 40)';

function toEntry(row: Row): StoredEntry {
  return {
    id: row.id as number,
    infoHash: row.info_hash as string,
    ...(row.info_hash_v2 === null ? {} : { infoHashV2: row.info_hash_v2 as string }),
    name: row.name as string,
    lengthBytes: row.length_bytes as number,
    fileCount: row.file_count as number,
    pieceLength: row.piece_length as number,
    publishedAtMs: row.published_at_ms as number,
  };
}

/** An FTS5 expression; tokens hold no quotes. */
function matchExpression(text: string): string {
  const phrases = queryPhrases(text).map((tokens) => `"${tokens.join(' ')}"`);
  return phrases.length === 0 ? '' : `${phrases.join(' AND ')} *`;
}
