/**
 * The tracker's catalog as a store: published torrents, found again by id, info-hash, name or words.
 * Invariants: one entry for one info-hash; the bytes handed out are the bytes published; ids are never
 * used twice; what a store has answered for survives the end of the process.
 *
 * Every implementation passes `catalog-store-conformance.test.ts`. Names, comments and paths are
 * strangers' text: well-formed Unicode without NUL, otherwise as they came.
 */

/** What a torrent says about itself, as far as the catalog keeps it; see `torrent-facts.ts`. */
export interface TorrentFacts {
  /** 40 lower-case hex digits: the v1 info-hash, or the first 40 of the v2 one. */
  readonly infoHash: string;
  /** 64 lower-case hex digits; version 2 and hybrid. */
  readonly infoHashV2?: string;
  /** At most 255 bytes of UTF-8. */
  readonly name: string;
  /** Without padding. */
  readonly lengthBytes: number;
  readonly fileCount: number;
  readonly pieceLength: number;
  readonly isPrivate: boolean;
  readonly comment?: string;
  readonly createdBy?: string;
  /** The first of them; see `maxListedFiles`. */
  readonly files: readonly ListedFile[];
  /** Search tokens with a space between each; of the name, and of as many files as are worth it. */
  readonly nameTokens: string;
  readonly fileTokens: string;
}

export interface ListedFile {
  /** Steps joined by `/`. */
  readonly path: string;
  readonly lengthBytes: number;
}

export interface StoredEntry {
  readonly id: number;
  readonly infoHash: string;
  readonly infoHashV2?: string;
  readonly name: string;
  readonly lengthBytes: number;
  readonly fileCount: number;
  readonly pieceLength: number;
  readonly publishedAtMs: number;
}

export interface StoredDetail extends StoredEntry {
  readonly comment?: string;
  readonly createdBy?: string;
}

export type EntryMatch =
  | { readonly kind: 'entry'; readonly entry: StoredDetail }
  | { readonly kind: 'none' }
  /** Several have this name; the newest `maxCandidates`. */
  | { readonly kind: 'ambiguous'; readonly candidates: readonly StoredEntry[] };

export type StoredSort = 'published' | 'name' | 'size' | 'relevance';

export interface StoredQuery {
  /** A person's words; empty for everything. What holds no letter, digit or symbol finds nothing. */
  readonly text: string;
  /** `relevance` without words is `published`. Entries that are equal are ordered by id. */
  readonly sort: StoredSort;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly offset: number;
}

export interface StoredPage {
  readonly entries: readonly StoredEntry[];
  /** Of all that match. */
  readonly total: number;
}

export interface PublishResult {
  readonly entry: StoredEntry;
  /** False when the info-hash was listed already; the bytes first published stay. */
  readonly isNew: boolean;
}

/** What the catalog knows of a swarm. */
export interface SwarmName {
  readonly id: number;
  readonly name: string;
  readonly lengthBytes: number;
}

/**
 * Info-hashes as they are announced (40 hex digits; a hybrid torrent has two). `unknown` stands for
 * changes that were missed: read `infoHashes` again.
 */
export type CatalogChange =
  | { readonly kind: 'added' | 'removed'; readonly infoHashes: readonly string[] }
  | { readonly kind: 'unknown' };

export type CatalogHealth =
  | { readonly status: 'ok' }
  /** `problem` is a sentence for the operator. */
  | { readonly status: 'degraded'; readonly problem: string };

/** All methods reject with CatalogStoreError when the store cannot do its work. */
export interface CatalogStore {
  publish(facts: TorrentFacts, bytes: Uint8Array, publishedAtMs: number): Promise<PublishResult>;
  /**
   * `ref` is an id (decimal, at most 15 digits), an info-hash (40 or 64 hex digits) or a name, in this
   * order; a name is compared exactly first, then without regard to case.
   */
  match(ref: string): Promise<EntryMatch>;
  page(query: StoredQuery): Promise<StoredPage>;
  /** The first files; empty for an unknown id. */
  files(id: number, limit: number): Promise<readonly ListedFile[]>;
  /** The bytes as published; undefined for an unknown id. */
  torrent(id: number): Promise<Uint8Array | undefined>;
  /** Whether there was something to remove. */
  remove(id: number): Promise<boolean>;
  /** Names by announced info-hash (40 hex digits) of those that are listed. */
  lookup(infoHashes: readonly string[]): Promise<ReadonlyMap<string, SwarmName>>;
  count(): Promise<number>;
  /** All announced info-hashes, in portions. Entries published during the walk may be missing. */
  infoHashes(): AsyncIterable<readonly string[]>;
  /** Also changes that other processes make to a shared catalog. Returns how to stop listening. */
  onChange(listener: (change: CatalogChange) => void): () => void;
  health(): CatalogHealth;
  /** Idempotent; what is under way is finished first. */
  close(): Promise<void>;
}

export interface CatalogLimits {
  readonly maxEntries: number;
  /** Sum of the .torrent files. */
  readonly maxBytes: number;
}

export const defaultCatalogLimits: CatalogLimits = {
  maxEntries: 100_000,
  maxBytes: 4 * 1024 ** 3,
};

export const maxCandidates = 20;
/** Files of one entry that are listed; the .torrent has them all. */
export const maxListedFiles = 1000;

export type CatalogStoreCode =
  | 'CATALOG_FULL'
  /** For now: out of reach, locked, too slow. */
  | 'CATALOG_UNREACHABLE'
  /** Not without a person's help: damaged, foreign or newer files, wrong address or password. */
  | 'CATALOG_UNUSABLE';

/** `message` names the catalog, the cause and the way out; it never holds a password. */
export class CatalogStoreError extends Error {
  override readonly name = 'CatalogStoreError';
  readonly code: CatalogStoreCode;

  constructor(code: CatalogStoreCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function fullError(limits: CatalogLimits): CatalogStoreError {
  return new CatalogStoreError(
    'CATALOG_FULL',
    `the catalog is full: it takes ${limits.maxEntries} torrents of ${limits.maxBytes} bytes together. Remove some first`,
  );
}
