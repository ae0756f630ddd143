/**
 * The catalog's tables in PostgreSQL and how they come to be. Invariant: of several trackers that start
 * at once one migrates and the others wait for it; tables that are newer are left as they are.
 */
import type { ClientBase } from 'pg';
import { CatalogStoreError } from './catalog-store.ts';

/** One a version, in order; never changed once released. */
const migrations: readonly string[] = [
  `CREATE TABLE shoal_entry (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     info_hash text NOT NULL UNIQUE,
     info_hash_v2 text,
     name text NOT NULL,
     folded_name text NOT NULL,
     length_bytes bigint NOT NULL,
     file_count integer NOT NULL,
     piece_length bigint NOT NULL,
     published_at_ms bigint NOT NULL,
     torrent_bytes bigint NOT NULL,
     name_words tsvector NOT NULL,
     words tsvector NOT NULL
   );
   CREATE INDEX shoal_entry_by_v2 ON shoal_entry (info_hash_v2) WHERE info_hash_v2 IS NOT NULL;
   CREATE INDEX shoal_entry_by_cut_v2 ON shoal_entry (left(info_hash_v2, 40))
     WHERE info_hash_v2 IS NOT NULL;
   CREATE INDEX shoal_entry_by_name ON shoal_entry (folded_name COLLATE "C", id);
   CREATE INDEX shoal_entry_by_size ON shoal_entry (length_bytes, id);
   CREATE INDEX shoal_entry_by_time ON shoal_entry (published_at_ms, id);
   CREATE INDEX shoal_entry_by_words ON shoal_entry USING gin (words);

   CREATE TABLE shoal_torrent (
     id bigint PRIMARY KEY REFERENCES shoal_entry ON DELETE CASCADE,
     comment text,
     created_by text,
     files text NOT NULL,
     bytes bytea NOT NULL
   );
   ALTER TABLE shoal_torrent ALTER COLUMN bytes SET STORAGE EXTERNAL;

   CREATE TABLE shoal_totals (entries bigint NOT NULL, torrent_bytes bigint NOT NULL);
   INSERT INTO shoal_totals VALUES (0, 0);`,
];

/** "SHOALCAT", as the advisory lock's number. */
const lockKey = '6001103834853032276';

/** Rejects with what PostgreSQL says, or with CatalogStoreError. */
export async function migratePostgres(client: ClientBase, place: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${lockKey})`);
    await client.query('CREATE TABLE IF NOT EXISTS shoal_schema (version integer NOT NULL)');
    const { rows } = await client.query<{ version: number }>('SELECT version FROM shoal_schema');
    const version = rows[0]?.version ?? 0;
    if (version > migrations.length) {
      throw new CatalogStoreError(
        'CATALOG_UNUSABLE',
        `the catalog's tables at ${place} were made by a newer Shoal (version ${version}, ${migrations.length} is known). Update Shoal on this node`,
      );
    }
    for (const migration of migrations.slice(version)) await client.query(migration);
    if (version < migrations.length) {
      await client.query('DELETE FROM shoal_schema');
      await client.query('INSERT INTO shoal_schema VALUES ($1)', [migrations.length]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
