/** The catalog for people: what is published here, shared at the moment or not. */
import { formatBytes } from '../../base/amounts.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import { foreignName, type Html, html, shownName } from './html.ts';
import { amountText, countText } from './number-text.ts';
import type { CatalogPageQuery, Place } from './page-address.ts';
import { type PageContent, problemNotes } from './page-frame.ts';
import { type Column, pageLinks, searchForm, sortList, tableHead } from './sorted-table.ts';
import { publishedText } from './torrent-page.ts';
import { healthCell } from './torrent-table.ts';
import type { CatalogItem } from './tracker-view.ts';

export interface CatalogInput {
  readonly query: CatalogPageQuery;
  readonly items: readonly CatalogItem[];
  /** In the order of `items`. */
  readonly counts: readonly SwarmCounts[];
  readonly total: number;
  readonly problems: readonly string[];
}

export const catalogRowsPerPage = 100;
/** The catalog walks over what is skipped. */
export const maxCatalogReached = 10_000;

const columns: readonly Column[] = [
  { order: 'name', text: 'Name', kind: 'name', ways: ['A to Z', 'Z to A'], descendingFirst: false },
  {
    order: 'size',
    text: 'Size',
    kind: 'number size',
    ways: ['smallest first', 'largest first'],
    descendingFirst: true,
  },
  {
    order: 'published',
    text: 'Published',
    kind: 'number published',
    ways: ['oldest first', 'newest first'],
    descendingFirst: true,
  },
];

const unsortedHeads = html`<th scope="col" class="number">Seeders</th><th scope="col" class="number">Leechers</th><th scope="col" class="health">Health</th>`;

export function catalogPage(input: CatalogInput): PageContent {
  const { query, items, total } = input;
  const place: Place = { path: '/catalog', ...query };
  const first = (query.page - 1) * catalogRowsPerPage + 1;
  const reached = Math.min(total, maxCatalogReached);
  const pages = Math.max(1, Math.ceil(reached / catalogRowsPerPage));
  return {
    title: 'Catalog · Shoal tracker',
    current: 'catalog',
    main: html`<section aria-labelledby="catalog"><div class="bar" id="table"><h1 id="catalog">Catalog</h1>
<p class="found" data-live="found">${query.search === '' ? amountText(total, 'torrent') : amountText(total, 'match', 'matches')}</p>
${searchForm(place, 'Search names and file names')}</div>
<div data-live="sorts">${sortList(columns, place)}</div>
<div data-live="catalog">
${problemNotes(input.problems)}
${items.length === 0 ? emptyText(input) : catalogTable(input, place)}
${total > maxCatalogReached && html`<p class="note">The table reaches the first ${countText(maxCatalogReached)}; search to find others.</p>`}
${pageLinks(place, pages, first, first + items.length - 1, reached)}
</div></section>`,
  };
}

function emptyText({ query, problems }: CatalogInput): Html | undefined {
  if (problems.length > 0) return undefined;
  if (query.search !== '') {
    return html`<p class="empty">Nothing published here has “${query.search}” in its name or files. <a href="/catalog">Show all</a></p>`;
  }
  return html`<p class="empty">Nothing is published yet. <code>shoal seed FOLDER --tracker URL</code> shares a folder and lists it here; <code>shoal publish FILE.torrent</code> lists a torrent that is shared already.</p>`;
}

function catalogTable({ items, counts }: CatalogInput, place: Place): Html {
  const rows = items.map((item, i) =>
    row(item, counts[i] ?? { seeders: 0, leechers: 0, downloads: 0 }),
  );
  const head = tableHead(columns, place, unsortedHeads);
  return html`<table class="catalog">${head}<tbody>${rows}</tbody></table>`;
}

function row(item: CatalogItem, counts: SwarmCounts): Html {
  const files = amountText(item.fileCount, 'file');
  return html`<tr data-key="${item.infoHash}"><th scope="row" class="name"><a href="/torrents/${item.infoHash}" title="${shownName(item.name)}\n${files}">${foreignName(item.name)}</a><span class="sub">${formatBytes(item.lengthBytes)} · ${files}</span></th><td class="number size">${formatBytes(item.lengthBytes)}</td><td class="number published">${publishedText(item.publishedAt)}</td><td class="number">${countText(counts.seeders)}</td><td class="number">${countText(counts.leechers)}</td><td class="health">${healthCell(counts)}</td></tr>
`;
}
