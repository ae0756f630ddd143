/**
 * One page of the table of torrents: searched, sorted, cut. The result of sorting is kept with the
 * index it was made from, so that turning pages and looking again costs nothing.
 */
import { fromHex, toHex } from '../../base/hex.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import { isStoreFailure } from '../../tracker/swarm-store.ts';
import { Pacer } from './pacer.ts';
import { type IndexedSwarms, SwarmIndex, sum } from './swarm-index.ts';
import { firstRows, type Sorting } from './swarm-order.ts';
import { knownFacts, SwarmTable } from './swarm-table.ts';
import type { TrackerView } from './tracker-view.ts';
import { WorkQueue } from './work-queue.ts';

export interface TorrentQuery extends Sorting {
  /** Part of a name or the beginning of an info-hash; empty for all. */
  readonly search: string;
  /** From 1. */
  readonly page: number;
}

export interface SwarmRow extends SwarmCounts {
  /** 40 lower-case hex digits. */
  readonly infoHash: string;
  /** Untrusted text; absent when the tracker knows none. */
  readonly name?: string;
  readonly lengthBytes?: number;
}

export interface TorrentPage {
  readonly rows: readonly SwarmRow[];
  /** Torrents that match, of those looked at. */
  readonly matching: number;
  /** From 1; no more than there are. */
  readonly page: number;
  readonly pages: number;
  /** Rows before this page. */
  readonly skipped: number;
  /** Torrents looked at. */
  readonly indexed: number;
  /** All torrents were looked at, and every match stands on some page. */
  readonly isComplete: boolean;
  readonly stalled: number;
  /** Since the counts were taken. */
  readonly ageMs: number;
  /** Sentences for people. */
  readonly problems: readonly string[];
}

export const rowsPerPage = 200;
/** The last row that paging reaches. */
export const maxReached = 5000;
const maxCatalogHits = 200;
const maxKeptOrders = 16;
const maxWaiting = 32;
const tooMany =
  'Too many search at once, so this was left out. Load the page again in some seconds.';

interface Ordered {
  readonly table: SwarmTable;
  readonly rows: readonly number[];
}

export class TorrentSearch {
  readonly #view: TrackerView;
  readonly #index: SwarmIndex;
  #ordersOf: IndexedSwarms | undefined;
  readonly #orders = new Map<string, Promise<Ordered>>();
  readonly #queue = new WorkQueue(maxWaiting);

  constructor(view: TrackerView) {
    this.#view = view;
    this.#index = new SwarmIndex(view);
  }

  async find(query: TorrentQuery): Promise<TorrentPage> {
    const swarms = await this.#index.current();
    const ordered = this.#ordered(swarms, query);
    const { table, rows } = (await ordered) ?? { table: new SwarmTable(), rows: [] };
    const pages = Math.max(1, Math.ceil(rows.length / rowsPerPage));
    const page = Math.min(query.page, pages);
    const skipped = (page - 1) * rowsPerPage;
    const shown = rows.slice(skipped, skipped + rowsPerPage);
    await this.#nameShown(table, shown);
    return {
      rows: shown.map((row) => rowOf(table, row)),
      matching: table.length,
      page,
      pages,
      skipped,
      indexed: swarms.table.length,
      isComplete: swarms.isComplete && rows.length === table.length,
      stalled: swarms.stalled,
      ageMs: performance.now() - swarms.madeMs,
      problems: ordered === undefined ? [...swarms.problems, tooMany] : swarms.problems,
    };
  }

  /** Undefined when too many others wait for their order. */
  #ordered(swarms: IndexedSwarms, query: TorrentQuery): Promise<Ordered> | undefined {
    if (this.#ordersOf !== swarms) {
      this.#ordersOf = swarms;
      this.#orders.clear();
    }
    const key = `${query.order} ${query.descending} ${query.search}`;
    const kept = this.#orders.get(key);
    if (kept !== undefined) return kept;
    const made = this.#queue.run(() => this.#order(swarms.table, query));
    if (made === undefined) return undefined;
    for (const oldest of this.#orders.keys()) {
      if (this.#orders.size < maxKeptOrders) break;
      this.#orders.delete(oldest);
    }
    this.#orders.set(key, made);
    return made;
  }

  async #order(all: SwarmTable, query: TorrentQuery): Promise<Ordered> {
    const pacer = new Pacer();
    const table = query.search === '' ? all : await this.#matching(all, query.search, pacer);
    return { table, rows: await firstRows(table, query, maxReached, pacer) };
  }

  async #matching(all: SwarmTable, search: string, pacer: Pacer): Promise<SwarmTable> {
    const wanted = search.toLowerCase();
    const isHash = /^[0-9a-f]{1,40}$/.test(wanted);
    const found = new SwarmTable();
    const named = new Set<string>();
    for (let row = 0; row < all.length; row++) {
      if (pacer.isDue()) await pacer.breathe();
      const facts = all.facts(row);
      const isFound =
        facts?.nameKey.includes(wanted) || (isHash && all.hashStartsWith(row, wanted));
      if (!isFound) continue;
      found.addFrom(all, row);
      if (facts !== undefined) named.add(facts.facts.infoHash);
    }
    await this.#addFromCatalog(
      found,
      search,
      (hex) => named.has(hex) || (isHash && hex.startsWith(wanted)),
    );
    return found;
  }

  /** Torrents beyond the named ones, and those of which only a file's name matches. */
  async #addFromCatalog(
    found: SwarmTable,
    search: string,
    isFound: (infoHash: string) => boolean,
  ): Promise<void> {
    const { catalog } = this.#view;
    if (catalog === undefined) return;
    const query = {
      search,
      order: 'name',
      descending: false,
      limit: maxCatalogHits,
      offset: 0,
    } as const;
    // The index has said so already when the catalog cannot be read.
    const hits = await catalog.list(query).catch(() => undefined);
    const items = (hits?.items ?? []).filter(({ infoHash }) => !isFound(infoHash));
    const hashes = items.map(({ infoHash }) => fromHex(infoHash)!);
    const counts = await countsOf(this.#view, hashes);
    for (const [i, item] of items.entries()) {
      const { seeders, leechers } = counts[i]!;
      if (seeders + leechers === 0) continue;
      found.add(hashes[i]!, counts[i]!, knownFacts(item));
    }
  }

  /** Rows too far down to be named with the index. */
  async #nameShown(table: SwarmTable, rows: readonly number[]): Promise<void> {
    const { names } = this.#index;
    if (names === undefined) return;
    const nameless = rows.filter((row) => table.facts(row) === undefined);
    // The index has said so already when the catalog cannot be read.
    await names.nameRows(table, nameless).catch(() => {});
  }
}

/** Counts over the store and the swarms outside it; zeros when the store cannot be read. */
export async function countsOf(
  view: TrackerView,
  infoHashes: readonly Uint8Array[],
): Promise<readonly SwarmCounts[]> {
  const none = { seeders: 0, leechers: 0, downloads: 0 };
  if (infoHashes.length === 0) return [];
  const stored = await new Promise<readonly SwarmCounts[]>((resolve) => {
    view.logic.swarmCounts(infoHashes, (counts) => {
      resolve(
        isStoreFailure(counts) ? infoHashes.map(() => none) : counts.map((one) => ({ ...one })),
      );
    });
  });
  const extra = view.extraSwarms?.counts(infoHashes);
  return stored.map((one, i) => sum(one, extra?.[i] ?? none));
}

function rowOf(table: SwarmTable, row: number): SwarmRow {
  const facts = table.facts(row)?.facts;
  return {
    infoHash: toHex(table.infoHash(row)),
    ...(facts === undefined ? {} : { name: facts.name }),
    ...(facts?.lengthBytes === undefined ? {} : { lengthBytes: facts.lengthBytes }),
    seeders: table.seeders(row),
    leechers: table.leechers(row),
    downloads: table.downloads(row),
  };
}
