/** The table of torrents: a row each, search, sorting and pages through links that work without JavaScript. */
import { formatBytes, formatDuration } from '../../base/amounts.ts';
import { foreignName, type Html, html, shownName } from './html.ts';
import { amountText, countText } from './number-text.ts';
import { addressOf, type Place } from './page-address.ts';
import { problemNotes } from './page-frame.ts';
import { type Column, pageLinks, searchForm, sortList, tableHead } from './sorted-table.ts';
import { maxNamed } from './swarm-index.ts';
import { isDescendingFirst, type SwarmOrder } from './swarm-order.ts';
import { swarmState } from './swarm-state.ts';
import {
  maxReached,
  type SwarmRow,
  type TorrentPage,
  type TorrentQuery,
} from './torrent-search.ts';

const least: Column['ways'] = ['least first', 'most first'];

const columns: readonly Column[] = (
  [
    ['name', 'Torrent', 'name', ['A to Z', 'Z to A']],
    ['size', 'Size', 'number size', ['smallest first', 'largest first']],
    ['seeders', 'Seeders', 'number', least],
    ['leechers', 'Leechers', 'number', least],
    ['downloads', 'Completed', 'number completed', least],
    ['health', 'Health', 'health', ['worst first', 'best first']],
  ] as const satisfies readonly (readonly [SwarmOrder, string, string, Column['ways']])[]
).map(([order, text, kind, ways]) => ({
  order,
  text,
  kind,
  ways,
  descendingFirst: isDescendingFirst(order),
}));

export function torrentTable(query: TorrentQuery, found: TorrentPage): Html {
  const place: Place = { path: '/', ...query, page: found.page };
  const last = found.skipped + found.rows.length;
  const reached = Math.min(found.matching, maxReached);
  return html`<section aria-labelledby="torrents">
<div class="bar" id="table"><h2 id="torrents">Torrents</h2>
<p class="found" data-live="found">${foundText(query, found)}</p>
${searchForm(place, 'Search name or info-hash')}</div>
<div data-live="sorts">${sortList(columns, place)}</div>
<div data-live="torrents">
${problemNotes(found.problems)}
${
  found.rows.length === 0
    ? emptyText(query, found)
    : html`<table class="torrents">
${tableHead(columns, place)}
<tbody>
${found.rows.map(torrentRow)}
</tbody></table>`
}
${limitNote(query, found)}
${pageLinks(place, found.pages, found.skipped + 1, last, reached)}
</div>
</section>`;
}

function foundText({ search }: TorrentQuery, found: TorrentPage): Html {
  if (search !== '') return html`${amountText(found.matching, 'match', 'matches')}`;
  const stalled =
    found.stalled > 0 &&
    html`, <a href="${addressOf({ path: '/', search: '', order: 'health', descending: false, page: 1 })}">${countText(found.stalled)} without a seeder</a>`;
  return html`${countText(found.indexed)} shared${stalled}`;
}

function emptyText({ search }: TorrentQuery, { problems }: TorrentPage): Html | undefined {
  if (problems.length > 0) return undefined;
  if (search !== '') {
    return html`<p class="empty">No torrent shared here has “${search}” in its name, or an info-hash that begins so. <a href="/">Show all torrents</a></p>`;
  }
  return html`<p class="empty">No torrent is being shared yet. Create torrents with one of the addresses above as their tracker, or run <code>shoal seed FOLDER --tracker URL</code>; they show up here with their first announce.</p>`;
}

function limitNote(query: TorrentQuery, found: TorrentPage): Html | undefined {
  const notes: string[] = [];
  const byName = query.order === 'name' || query.order === 'size' || query.search !== '';
  if (byName && found.indexed > maxNamed) {
    notes.push(
      `Names and sizes are compared for the ${countText(maxNamed)} torrents with most peers.`,
    );
  }
  if (found.matching > maxReached)
    notes.push(
      `Showing the first ${countText(maxReached)} of ${countText(found.matching)}; search to find others.`,
    );
  if (!found.isComplete && found.matching <= maxReached) {
    notes.push(`Only the first ${countText(found.indexed)} torrents of the tracker are looked at.`);
  }
  if (found.ageMs > 5000)
    notes.push(`Counted ${formatDuration(Math.round(found.ageMs / 1000))} ago.`);
  return notes.length === 0 ? undefined : html`<p class="note">${notes.join(' ')}</p>`;
}

function torrentRow(row: SwarmRow): Html {
  const state = swarmState(row);
  const size = row.lengthBytes === undefined ? undefined : formatBytes(row.lengthBytes);
  const short = html`<code>${row.infoHash.slice(0, 12)}…</code>`;
  const name = row.name === undefined ? short : foreignName(row.name);
  const title = row.name === undefined ? row.infoHash : `${shownName(row.name)}\n${row.infoHash}`;
  return html`<tr data-key="${row.infoHash}"><th scope="row" class="name"><a href="/torrents/${row.infoHash}" title="${title}"${row.name === undefined && html` aria-label="${row.infoHash}"`}>${name}</a><span class="sub">${size !== undefined && html`${size} · `}${countText(row.downloads)} completed · <span class="word rank${state.rank}">${state.word}</span></span></th><td class="number size">${size ?? html`<span class="none" title="Not in the catalog">–</span>`}</td><td class="number">${countText(row.seeders)}</td><td class="number">${countText(row.leechers)}</td><td class="number completed">${countText(row.downloads)}</td><td class="health">${healthCell(row)}</td></tr>
`;
}

/** The word, and how many of the peers have all of it as a bar. */
export function healthCell(row: Pick<SwarmRow, 'seeders' | 'leechers'>): Html {
  const state = swarmState(row);
  const peers = row.seeders + row.leechers;
  const share =
    peers === 0 ? 0 : Math.max(row.seeders > 0 ? 3 : 0, Math.round((48 * row.seeders) / peers));
  const title =
    peers === 0
      ? state.meaning
      : `${state.meaning} ${countText(row.seeders)} of ${amountText(peers, 'peer')} have all of it.`;
  return html`<span class="state rank${state.rank}" title="${title}"><svg class="share" viewBox="0 0 48 4" aria-hidden="true"><rect class="rest" width="48" height="4"/><rect class="part" width="${share}" height="4"/></svg><span class="word">${state.word}</span></span>`;
}
