/** The catalog as the tracker's pages see it: a narrow port over the store, and names from elsewhere. */
import {
  type CatalogStore,
  maxListedFiles,
  type StoredEntry,
} from '../node/catalog/catalog-store.ts';
import type {
  CatalogItem,
  CatalogItemDetail,
  CatalogView,
  NameView,
  TorrentFacts,
} from './pages/tracker-view.ts';

/** What goes wrong is told to everybody here, so without paths and hosts; the log has them. */
export function catalogPages(
  store: CatalogStore,
  onFailure: (message: string) => void,
): CatalogView {
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      onFailure(error instanceof Error ? error.message : String(error));
      throw new Error('it is out of reach for now, and its operator can see why in the log.');
    }
  };
  return {
    async lookup(infoHashes) {
      const found = await asked(store.lookup(infoHashes));
      const facts = [...found].map(([infoHash, { name, lengthBytes }]): [string, TorrentFacts] => [
        infoHash,
        { infoHash, name, lengthBytes },
      ]);
      return new Map(facts);
    },
    async list({ search, order, descending, limit, offset }) {
      const query = { text: search, sort: order, isDescending: descending, limit, offset };
      const { entries, total } = await asked(store.page(query));
      return { items: entries.map(itemOf), total };
    },
    async detail(infoHash): Promise<CatalogItemDetail | undefined> {
      const match = await asked(store.match(infoHash));
      if (match.kind !== 'entry') return undefined;
      const { id, infoHashV2, pieceLength, comment } = match.entry;
      return {
        ...itemOf(match.entry),
        ...(infoHashV2 === undefined ? {} : { infoHashV2 }),
        pieceLength,
        ...(comment === undefined ? {} : { comment }),
        files: await asked(store.files(id, maxListedFiles)),
      };
    },
  };
}

/** Names that the embedding program knows, where there is no catalog. */
export function knownNames(nameOf: (infoHash: string) => string | undefined): NameView {
  const named = (infoHash: string): TorrentFacts | undefined => {
    const name = nameOf(infoHash);
    return name === undefined ? undefined : { infoHash, name };
  };
  return {
    lookup: (infoHashes) => {
      const known = infoHashes.map(named).filter((facts) => facts !== undefined);
      return Promise.resolve(new Map(known.map((facts) => [facts.infoHash, facts])));
    },
  };
}

function itemOf(entry: StoredEntry): CatalogItem {
  const { infoHash, name, lengthBytes, fileCount, publishedAtMs } = entry;
  const publishedAt = new Date(publishedAtMs).toISOString();
  return { infoHash, name, lengthBytes, fileCount, publishedAt };
}
