/**
 * Makes the pages from what the tracker knows at the moment, and keeps each for a second.
 * Invariant: at most `maxKept` pages are kept, and a page that is being made is made once.
 */
import { fromHex } from '../../base/hex.ts';
import { isStoreFailure, type PeerSnapshot } from '../../tracker/swarm-store.ts';
import type { AssetUrls } from './assets.ts';
import { catalogPage, catalogRowsPerPage, maxCatalogReached } from './catalog-page.ts';
import { overviewPage } from './overview-page.ts';
import type { CatalogPageQuery } from './page-address.ts';
import { type PageContent, renderPage } from './page-frame.ts';
import { PageText } from './page-text.ts';
import { notFoundPage, unknownTorrentPage } from './problem-page.ts';
import { makeReport, summarize } from './stats-report.ts';
import { catalogProblem } from './swarm-index.ts';
import { maxShownPeers, torrentPage } from './torrent-page.ts';
import { countsOf, type TorrentQuery, TorrentSearch } from './torrent-search.ts';
import type { CatalogItemDetail, TrackerView } from './tracker-view.ts';

const keptMs = 1000;
const maxKept = 32;

interface Kept {
  readonly madeMs: number;
  readonly page: Promise<PageText>;
}

export class PageBook {
  readonly #view: TrackerView;
  readonly #assets: AssetUrls;
  readonly #torrents: TorrentSearch;
  readonly #kept = new Map<string, Kept>();

  constructor(view: TrackerView, assets: AssetUrls) {
    this.#view = view;
    this.#assets = assets;
    this.#torrents = new TorrentSearch(view);
  }

  overview(query: TorrentQuery): Promise<PageText> {
    return this.#keep(`overview ${JSON.stringify(query)}`, async () => {
      const found = await this.#torrents.find(query);
      const { announceUrls } = this.#view;
      const { history, ...stats } = makeReport(this.#view, found);
      return this.#render(overviewPage({ stats, history, announceUrls, query, found }));
    });
  }

  /** The text of `/stats.json`. */
  report(query: TorrentQuery): Promise<PageText> {
    return this.#keep(`report ${JSON.stringify(query)}`, async () => {
      const report = makeReport(this.#view, await this.#torrents.find(query));
      return new PageText(`${JSON.stringify(report)}\n`);
    });
  }

  /** `infoHash` is lower-case, and whatever somebody wrote. */
  async torrent(infoHash: string): Promise<{ readonly isKnown: boolean; readonly page: PageText }> {
    const bytes = /^[0-9a-f]{40}$/.test(infoHash) ? fromHex(infoHash) : undefined;
    const problems: string[] = [];
    const item = bytes && (await this.#detail(infoHash, problems));
    const counts = bytes && (await countsOf(this.#view, [bytes]))[0];
    const isShared =
      counts !== undefined && counts.seeders + counts.leechers + counts.downloads > 0;
    if (bytes === undefined || counts === undefined || (item === undefined && !isShared)) {
      return { isKnown: false, page: this.#render(unknownTorrentPage(infoHash)) };
    }
    const page = torrentPage({
      infoHash,
      counts,
      peers: await this.#peers(bytes, problems),
      ...(item === undefined ? {} : { item }),
      announceUrls: this.#view.announceUrls,
      showAddresses: this.#view.settings.showAddresses,
      problems,
    });
    return { isKnown: true, page: this.#render(page) };
  }

  /** Undefined when the tracker keeps no catalog. */
  async catalog(query: CatalogPageQuery): Promise<PageText | undefined> {
    const { catalog } = this.#view;
    if (catalog === undefined) return undefined;
    const page = Math.min(query.page, maxCatalogReached / catalogRowsPerPage);
    return await this.#keep(`catalog ${JSON.stringify(query)}`, async () => {
      const problems: string[] = [];
      const offset = (page - 1) * catalogRowsPerPage;
      const { items, total } = await catalog
        .list({ ...query, limit: catalogRowsPerPage, offset })
        .catch((error: unknown) => {
          problems.push(catalogProblem(error));
          return { items: [], total: 0 };
        });
      const counts = await countsOf(
        this.#view,
        items.map(({ infoHash }) => fromHex(infoHash)!),
      );
      return this.#render(
        catalogPage({ query: { ...query, page }, items, counts, total, problems }),
      );
    });
  }

  notFound(): PageText {
    return this.#render(notFoundPage());
  }

  async #detail(infoHash: string, problems: string[]): Promise<CatalogItemDetail | undefined> {
    try {
      return await this.#view.catalog?.detail(infoHash);
    } catch (error) {
      problems.push(catalogProblem(error));
      return undefined;
    }
  }

  async #peers(infoHash: Uint8Array, problems: string[]): Promise<readonly PeerSnapshot[]> {
    const { logic, extraSwarms } = this.#view;
    const stored = await new Promise<readonly PeerSnapshot[]>((resolve) => {
      logic.peers(infoHash, maxShownPeers, (peers) => {
        if (isStoreFailure(peers)) problems.push(`The peers cannot be read: ${peers.reason}`);
        resolve(isStoreFailure(peers) ? [] : [...peers]);
      });
    });
    const extra = extraSwarms?.peers(infoHash, maxShownPeers) ?? [];
    return [...stored, ...extra].slice(0, maxShownPeers);
  }

  #render(content: PageContent): PageText {
    const stats = summarize(this.#view);
    const hasCatalog = this.#view.catalog !== undefined;
    return new PageText(renderPage({ assets: this.#assets, stats, hasCatalog }, content));
  }

  #keep(key: string, make: () => Promise<PageText>): Promise<PageText> {
    const nowMs = performance.now();
    for (const [other, { madeMs }] of this.#kept) {
      if (nowMs - madeMs < keptMs && this.#kept.size < maxKept) break;
      this.#kept.delete(other);
    }
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.page;
    const page = make();
    this.#kept.set(key, { madeMs: nowMs, page });
    return page;
  }
}
