/** Rows of `shoal_entry` as the package delivers them, and the entries that they are. */
import type { StoredEntry } from './catalog-store.ts';

/** Numbers as floats, since the package delivers 64-bit integers as text; all are below 2^53. */
export const columns = `id::float8, info_hash, info_hash_v2, name, length_bytes::float8, file_count,
  piece_length::float8, published_at_ms::float8`;

export interface EntryRow {
  readonly id: number;
  readonly info_hash: string;
  readonly info_hash_v2: string | null;
  readonly name: string;
  readonly length_bytes: number;
  readonly file_count: number;
  readonly piece_length: number;
  readonly published_at_ms: number;
}

export function toEntry(row: EntryRow): StoredEntry {
  return {
    id: row.id,
    infoHash: row.info_hash,
    ...(row.info_hash_v2 === null ? {} : { infoHashV2: row.info_hash_v2 }),
    name: row.name,
    lengthBytes: row.length_bytes,
    fileCount: row.file_count,
    pieceLength: row.piece_length,
    publishedAtMs: row.published_at_ms,
  };
}
