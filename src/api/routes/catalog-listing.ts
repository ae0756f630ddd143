/**
 * Pages of the catalog with the live counts of each torrent's swarm. A hybrid torrent has two swarms,
 * and most of its peers are in both: the larger number of each kind is told.
 */
import { announcedHashes } from '../../node/catalog/announced-hashes.ts';
import type { CatalogStore, StoredEntry, StoredQuery } from '../../node/catalog/catalog-store.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import type { CatalogEntry, CatalogPage } from '../contract/catalog.ts';
import type { ListQuery } from './catalog-query.ts';

/** In the order asked; zeros for a swarm that is unknown. */
export type CountsOf = (infoHashes: readonly string[]) => Promise<readonly SwarmCounts[]>;

/**
 * The store does not know who seeds what, so that sorting by seeders is done here, among so many: the
 * best matches of a query, the newest entries without one. The rest follows in the store's order.
 */
const sortedBySeeders = 1000;
const nobody: SwarmCounts = { seeders: 0, leechers: 0, downloads: 0 };

export async function listPage(
  store: CatalogStore,
  countsOf: CountsOf,
  query: ListQuery,
): Promise<CatalogPage> {
  if (query.sort === 'seeders') return pageBySeeders(store, countsOf, query);
  const sort = query.sort ?? (query.query.trim() === '' ? 'published' : 'relevance');
  const isDescending = query.order === undefined ? sort !== 'name' : query.order === 'descending';
  const { limit, offset } = query;
  const page = await store.page({ text: query.query, sort, isDescending, limit, offset });
  return { entries: await withCounts(page.entries, countsOf), total: page.total };
}

async function pageBySeeders(
  store: CatalogStore,
  countsOf: CountsOf,
  query: ListQuery,
): Promise<CatalogPage> {
  const { limit, offset } = query;
  const base: Omit<StoredQuery, 'limit' | 'offset'> = {
    text: query.query,
    sort: 'relevance',
    isDescending: true,
  };
  const entries: CatalogEntry[] = [];
  let total: number | undefined;
  if (offset < sortedBySeeders) {
    const first = await store.page({ ...base, limit: sortedBySeeders, offset: 0 });
    const counted = await withCounts(first.entries, countsOf);
    const way = query.order === 'ascending' ? 1 : -1;
    counted.sort((a, b) => way * (a.seeders - b.seeders || a.id - b.id));
    entries.push(...counted.slice(offset, offset + limit));
    total = first.total;
  }
  const restAt = Math.max(offset, sortedBySeeders);
  const missing = offset + limit - restAt;
  if (total === undefined || (missing > 0 && total > restAt)) {
    const rest = await store.page({ ...base, limit: missing, offset: restAt });
    entries.push(...(await withCounts(rest.entries, countsOf)));
    total ??= rest.total;
  }
  return { entries, total };
}

export async function withCounts(
  entries: readonly StoredEntry[],
  countsOf: CountsOf,
): Promise<CatalogEntry[]> {
  const hashes = entries.map(announcedHashes);
  const counts = await countsOf(hashes.flat());
  let at = 0;
  return entries.map((entry, i) => {
    const end = at + hashes[i]!.length;
    const own = counts.slice(at, end);
    at = end;
    return toCatalogEntry(entry, own.reduce(larger, nobody));
  });
}

function larger(a: SwarmCounts, b: SwarmCounts): SwarmCounts {
  return {
    seeders: Math.max(a.seeders, b.seeders),
    leechers: Math.max(a.leechers, b.leechers),
    downloads: Math.max(a.downloads, b.downloads),
  };
}

function toCatalogEntry(entry: StoredEntry, counts: SwarmCounts): CatalogEntry {
  const { id, infoHash, infoHashV2, name, lengthBytes, fileCount, pieceLength } = entry;
  return {
    id,
    infoHash,
    ...(infoHashV2 === undefined ? {} : { infoHashV2 }),
    name,
    lengthBytes,
    fileCount,
    pieceLength,
    publishedAt: new Date(entry.publishedAtMs).toISOString(),
    seeders: counts.seeders,
    leechers: counts.leechers,
    downloads: counts.downloads,
  };
}
