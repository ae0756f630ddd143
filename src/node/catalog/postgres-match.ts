/** Finding one entry of the catalog in PostgreSQL by what a person calls it. */
import { type EntryMatch, maxCandidates, type StoredEntry } from './catalog-store.ts';
import { parseRef, type RefAttempt } from './entry-ref.ts';
import type { PostgresLink } from './postgres-link.ts';
import { columns, type EntryRow, toEntry } from './postgres-rows.ts';
import { foldName } from './search-tokens.ts';

const byCutV2 = 'info_hash_v2 IS NOT NULL AND left(info_hash_v2, 40) = $1';
const byFoldedName = 'folded_name COLLATE "C" = $1';

/** Rejects with CatalogStoreError. */
export async function matchRef(link: PostgresLink, ref: string): Promise<EntryMatch> {
  for (const attempt of parseRef(ref)) {
    const match = await matchAttempt(link, attempt);
    if (match !== undefined) return match;
  }
  return { kind: 'none' };
}

/** `where` compares with `$1`. */
export async function findEntry(
  link: PostgresLink,
  where: string,
  value: string | number,
): Promise<StoredEntry | undefined> {
  const [row] = await link.query<EntryRow>(
    `SELECT ${columns} FROM shoal_entry WHERE ${where} LIMIT 1`,
    [value],
  );
  return row && toEntry(row);
}

async function matchAttempt(
  link: PostgresLink,
  attempt: RefAttempt,
): Promise<EntryMatch | undefined> {
  if (attempt.by === 'name') return matchName(link, attempt.name);
  if (attempt.by === 'id') return detail(link, await findEntry(link, 'id = $1', attempt.id));
  const { hex } = attempt;
  if (hex.length === 64) return detail(link, await findEntry(link, 'info_hash_v2 = $1', hex));
  const entry =
    (await findEntry(link, 'info_hash = $1', hex)) ?? (await findEntry(link, byCutV2, hex));
  return detail(link, entry);
}

async function matchName(link: PostgresLink, name: string): Promise<EntryMatch | undefined> {
  const folded = foldName(name);
  const exact = await named(link, `${byFoldedName} AND name = $2`, folded, name);
  const found = exact.length > 0 ? exact : await named(link, byFoldedName, folded);
  if (found.length > 1) return { kind: 'ambiguous', candidates: found };
  return detail(link, found[0]);
}

async function named(
  link: PostgresLink,
  where: string,
  ...values: string[]
): Promise<StoredEntry[]> {
  const rows = await link.query<EntryRow>(
    `SELECT ${columns} FROM shoal_entry WHERE ${where}
     ORDER BY shoal_entry.id DESC LIMIT ${maxCandidates}`,
    values,
  );
  return rows.map(toEntry);
}

async function detail(
  link: PostgresLink,
  entry: StoredEntry | undefined,
): Promise<EntryMatch | undefined> {
  if (entry === undefined) return undefined;
  const [row] = await link.query<{ comment: string | null; created_by: string | null }>(
    'SELECT comment, created_by FROM shoal_torrent WHERE id = $1',
    [entry.id],
  );
  if (row === undefined) return undefined;
  return {
    kind: 'entry',
    entry: {
      ...entry,
      ...(row.comment === null ? {} : { comment: row.comment }),
      ...(row.created_by === null ? {} : { createdBy: row.created_by }),
    },
  };
}
