/**
 * The statistics page as HTML, complete without any script.
 * Invariant: every text that is not part of this file passes through `escapeHtml`.
 */
import { type StatsReport, type SwarmOrder, type SwarmRow, swarmOrders } from './stats-report.ts';

export interface StatsPageInput {
  readonly report: StatsReport;
  readonly order: SwarmOrder;
  readonly search: string;
  readonly announceUrls: readonly string[];
}

/** For element content and for quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function renderStatsPage(input: StatsPageInput): string {
  const { report } = input;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="15">
<title>${count(report.peers)} peers · Shoal tracker</title>
<link rel="stylesheet" href="/stats.css">
</head>
<body>
<header>
<h1>Shoal tracker</h1>
<p>Running for ${duration(report.uptimeSeconds)} · <a href="/stats.json">as JSON</a></p>
</header>
<main>
${figures(report)}
<h2>Announce to</h2>
${input.announceUrls.map((url) => `<p><code>${escapeHtml(url)}</code></p>`).join('\n')}
<h2>Torrents</h2>
${searchForm(input)}
${swarmTable(report, input.search)}
</main>
</body>
</html>
`;
}

function figures(report: StatsReport): string {
  const shown: readonly (readonly [label: string, value: string])[] = [
    ['Torrents', count(report.torrents)],
    ['Peers', count(report.peers)],
    ['Seeders', count(report.seeders)],
    ['Leechers', count(report.leechers)],
    ['Announces/s', rate(report.announcesPerSecond)],
    ['Announces, HTTP', count(report.http.announces)],
    ['Announces, UDP', count(report.udp.announces)],
    ['Refused', count(report.http.refused + report.udp.refused)],
    ['Not understood', count(report.http.invalid + report.udp.invalid)],
  ];
  const cells = shown.map(([label, value]) => `<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return `<dl class="figures">\n${cells.join('\n')}\n</dl>`;
}

function searchForm({ order, search }: StatsPageInput): string {
  const options = swarmOrders.map((one) => {
    const selected = one === order ? ' selected' : '';
    return `<option value="${one}"${selected}>most ${one}</option>`;
  });
  return `<form action="/stats" method="get">
<input type="search" name="q" value="${escapeHtml(search)}" aria-label="Name or info-hash" placeholder="Name or info-hash">
<select name="sort" aria-label="Order">${options.join('')}</select>
<button>Show</button>
</form>`;
}

function swarmTable(report: StatsReport, search: string): string {
  if (report.swarms.length === 0) {
    const why = search === '' ? 'No torrent is being shared yet.' : 'No torrent matches.';
    return `<div class="wide"><p class="empty">${why}</p></div>`;
  }
  const rest = report.isComplete
    ? ''
    : `<p>Showing ${count(report.swarms.length)} of them. Search to find others.</p>`;
  return `<div class="wide"><table>
<thead><tr><th scope="col">Torrent</th><th scope="col">Seeders</th><th scope="col">Leechers</th><th scope="col">Downloads</th></tr></thead>
<tbody>
${report.swarms.map(swarmRow).join('\n')}
</tbody>
</table></div>
${rest}`;
}

function swarmRow(row: SwarmRow): string {
  // <bdi> keeps a name with right-to-left marks from turning the row around.
  const name = row.name === undefined ? '' : `<bdi>${escapeHtml(row.name.slice(0, 300))}</bdi>`;
  const cells = [row.seeders, row.leechers, row.downloads].map(
    (value) => `<td>${count(value)}</td>`,
  );
  return `<tr><td>${name}<code>${escapeHtml(row.infoHash)}</code></td>${cells.join('')}</tr>`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function rate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond));
}

/** `3 d 4 h`, `12 min 5 s`. */
function duration(seconds: number): string {
  const parts: readonly (readonly [size: number, unit: string])[] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const shown: string[] = [];
  let rest = seconds;
  for (const [size, unit] of parts) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0 || (unit === 's' && shown.length === 0)) shown.push(`${amount} ${unit}`);
  }
  return shown.slice(0, 2).join(' ');
}
