/** The first page: how busy the tracker is, where to announce, and its torrents. */
import { type Counted, transports } from '../../tracker/stats.ts';
import { type Html, html } from './html.ts';
import { amountText, countText, rateText } from './number-text.ts';
import type { PageContent } from './page-frame.ts';
import { renderPlot } from './plot.ts';
import type { ReportedPoint, StatsSummary } from './stats-report.ts';
import type { TorrentPage, TorrentQuery } from './torrent-search.ts';
import { torrentTable } from './torrent-table.ts';

export interface OverviewInput {
  readonly stats: StatsSummary;
  readonly history: readonly ReportedPoint[];
  readonly announceUrls: readonly string[];
  readonly query: TorrentQuery;
  readonly found: TorrentPage;
}

const shownUrls = 2;

export function overviewPage(input: OverviewInput): PageContent {
  const { stats } = input;
  return {
    title: `${amountText(stats.peers, 'peer')} · Shoal tracker`,
    current: 'torrents',
    main: html`<h1 class="unseen">Shoal tracker</h1>
<dl class="figures" data-live="figures">${figures(stats)}</dl>
<div class="activity">
<div class="plots" data-live="plots">${plots(input.history)}</div>
${transportPart(stats)}
</div>
${announcePart(input.announceUrls)}
${torrentTable(input.query, input.found)}`,
  };
}

function figures(stats: StatsSummary): Html[] {
  const shown: readonly (readonly [label: string, value: string])[] = [
    ['Torrents', countText(stats.torrents)],
    ['Peers', countText(stats.peers)],
    ['Seeders', countText(stats.seeders)],
    ['Leechers', countText(stats.leechers)],
    ['Announces/s', rateText(stats.announcesPerSecond)],
    ['Scrapes/s', rateText(stats.scrapesPerSecond)],
  ];
  return shown.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`);
}

function plots(history: readonly ReportedPoint[]): Html[] {
  const secondsAgo = history.map((point) => point.secondsAgo);
  const of = (field: 'announcesPerSecond' | 'seeders' | 'leechers') =>
    history.map((point) => point[field]);
  return [
    renderPlot({
      id: 'announces',
      title: 'Announces/s',
      secondsAgo,
      isRate: true,
      series: [{ name: 'announces/s', kind: 'main', values: of('announcesPerSecond') }],
    }),
    renderPlot({
      id: 'peers',
      title: 'Peers',
      secondsAgo,
      isRate: false,
      series: [
        { name: 'seeders', kind: 'main', values: of('seeders') },
        { name: 'leechers', kind: 'other', values: of('leechers') },
      ],
    }),
  ];
}

function announcePart(urls: readonly string[]): Html {
  const item = (url: string) =>
    html`<li><code>${url}</code><button type="button" class="copy" data-copy="${url}" aria-label="Copy ${url}" hidden>Copy</button></li>`;
  const more = urls.slice(shownUrls);
  return html`<section class="announce" aria-labelledby="announce"><h2 id="announce">Announce to</h2>
<ul class="urls">${urls.slice(0, shownUrls).map(item)}</ul>
${more.length > 0 && html`<details><summary>${amountText(more.length, 'more address', 'more addresses')}</summary><ul class="urls">${more.map(item)}</ul></details>`}
</section>`;
}

const countNames = [
  ['announces', 'Announces'],
  ['scrapes', 'Scrapes'],
  ['refused', 'Refused'],
  ['invalid', 'Not understood'],
  ['limited', 'Limited'],
] as const satisfies readonly (readonly [Counted, string])[];

function transportPart(stats: StatsSummary): Html {
  const rows = countNames.map(([what, name]) => {
    const cells = transports.map(
      (transport) => html`<td>${countText(stats[transport][what])}</td>`,
    );
    return html`<tr><th scope="row">${name}</th>${cells}</tr>`;
  });
  return html`<section aria-labelledby="transports"><table class="transports" data-live="transports"><thead><tr><td><h2 id="transports">Since the start</h2></td><th scope="col">HTTP</th><th scope="col">UDP</th><th scope="col">WebSocket</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}
