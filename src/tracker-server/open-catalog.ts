/** The catalog of a tracker: in its data folder, in PostgreSQL, in memory, or none. */
import type { CatalogStore } from '../node/catalog/catalog-store.ts';
import { openPostgresCatalog } from '../node/catalog/postgres-catalog-store.ts';
import { openSqliteCatalog } from '../node/catalog/sqlite-catalog-store.ts';
import { inMemory } from '../node/catalog/sqlite-schema.ts';
import { TorrentReader } from '../node/catalog/torrent-reader.ts';
import type { DataFolder } from './data-folder.ts';

export interface OpenedCatalog {
  readonly store: CatalogStore;
  readonly reader: TorrentReader;
  close(): Promise<void>;
}

/** Undefined when there is to be none: told so, or not told where to keep it. */
export async function openCatalog(
  where: string | undefined,
  folder: DataFolder | undefined,
): Promise<OpenedCatalog | undefined> {
  const store = await openCatalogStore(where, folder);
  if (store === undefined) return undefined;
  const reader = new TorrentReader();
  return {
    store,
    reader,
    close: async () => {
      await reader.close();
      await store.close();
    },
  };
}

async function openCatalogStore(
  where: string | undefined,
  folder: DataFolder | undefined,
): Promise<CatalogStore | undefined> {
  if (where === 'none') return undefined;
  if (where === 'memory') return openSqliteCatalog(inMemory);
  if (where !== undefined) return openPostgresCatalog(where);
  return folder === undefined ? undefined : openSqliteCatalog(folder.catalogPath);
}
