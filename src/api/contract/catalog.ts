/**
 * The tracker's catalog over HTTP/JSON, as types: what is sent and what is answered under
 * `/api/v1/catalog`. REF is an id (decimal, at most 15 digits), an info-hash (40 or 64 hex digits) or
 * a name, percent-encoded.
 *
 *   GET    /api/v1/catalog?query=&sort=&order=&limit=&offset=   CatalogPage
 *   GET    /api/v1/catalog/REF                                  CatalogDetail
 *   GET    /api/v1/catalog/REF/torrent                          the bytes as published
 *   POST   /api/v1/catalog     body: a .torrent (application/x-bittorrent)
 *                              201 CatalogEntry, or 200 when these bytes are listed already
 *   DELETE /api/v1/catalog/REF                                  204
 *
 * Publishing and deleting need `Authorization: Bearer TOKEN`, unless the operator lets the network
 * that asks do so. Everything that is refused answers 4xx or 5xx with `ApiFailure`.
 */

export const catalogPath = '/api/v1/catalog';
export const torrentMediaType = 'application/x-bittorrent';

export interface CatalogEntry {
  readonly id: number;
  /** 40 lower-case hex digits; for a torrent that is v2 only the first 40 of its hash. */
  readonly infoHash: string;
  /** 64 lower-case hex digits, when the torrent has a v2 hash. */
  readonly infoHashV2?: string;
  /** Untrusted text. */
  readonly name: string;
  readonly lengthBytes: number;
  readonly fileCount: number;
  readonly pieceLength: number;
  /** ISO 8601. */
  readonly publishedAt: string;
  readonly seeders: number;
  readonly leechers: number;
  /** Downloads that were completed, as far as the tracker knows. */
  readonly downloads: number;
}

export interface CatalogPage {
  readonly entries: readonly CatalogEntry[];
  /** Of all that match, not only of this page. */
  readonly total: number;
}

export interface CatalogFile {
  /** Untrusted text; steps joined by `/`. */
  readonly path: string;
  readonly lengthBytes: number;
}

export interface CatalogDetail extends CatalogEntry {
  readonly comment?: string;
  readonly createdBy?: string;
  /** The first 1,000. */
  readonly files: readonly CatalogFile[];
  /** `host:port` of at most 50 seeders; absent where the operator does not show addresses. */
  readonly seederAddresses?: readonly string[];
}

export const catalogSorts = ['published', 'name', 'size', 'seeders', 'relevance'] as const;
export type CatalogSort = (typeof catalogSorts)[number];

export interface CatalogQuery {
  /** Words of the name and of file names; empty for everything. */
  readonly query?: string;
  /** `relevance` for a query and `published` without one, unless told. */
  readonly sort?: CatalogSort;
  readonly order?: 'ascending' | 'descending';
  /** 1 to 200; 50 unless told. */
  readonly limit?: number;
  readonly offset?: number;
}

/** The body of every refusal. */
export interface ApiFailure {
  readonly error: {
    readonly code: CatalogFailureCode;
    /** What is wrong and what to do about it. */
    readonly message: string;
    /** With AMBIGUOUS_NAME: at most 20 entries of that name, the newest first. */
    readonly candidates?: readonly CatalogCandidate[];
  };
}

export interface CatalogCandidate {
  readonly id: number;
  readonly infoHash: string;
  readonly name: string;
  readonly lengthBytes: number;
}

export type CatalogFailureCode =
  | 'BAD_REQUEST'
  | 'NOT_A_TORRENT'
  | 'PRIVATE_TORRENT'
  | 'TOO_LARGE'
  | 'TOO_MANY_FILES'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'TOKEN_NEEDED'
  | 'TOKEN_WRONG'
  | 'FORBIDDEN_HOST'
  | 'FORBIDDEN_ORIGIN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'AMBIGUOUS_NAME'
  | 'CATALOG_FULL'
  | 'TOO_MANY_REQUESTS'
  | 'CATALOG_UNREACHABLE'
  /** The tracker keeps none. */
  | 'CATALOG_ABSENT'
  | 'INTERNAL';
