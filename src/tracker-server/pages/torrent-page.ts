/** One torrent: how many share it, who, how to get it, and what the catalog knows of it. */
import { formatBytes } from '../../base/amounts.ts';
import { fromHex } from '../../base/hex.ts';
import { infoHashFromBytes } from '../../base/ids.ts';
import { formatMagnet } from '../../protocol/magnet.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import type { PeerSnapshot } from '../../tracker/swarm-store.ts';
import { foreignName, type Html, html, shownName } from './html.ts';
import { amountText, countText } from './number-text.ts';
import { type PageContent, problemNotes } from './page-frame.ts';
import { peerTable } from './peer-table.ts';
import { swarmState } from './swarm-state.ts';
import { healthCell } from './torrent-table.ts';
import type { CatalogItemDetail } from './tracker-view.ts';

export interface TorrentInput {
  /** 40 lower-case hex digits. */
  readonly infoHash: string;
  readonly counts: SwarmCounts;
  /** Some of them, when there are many. */
  readonly peers: readonly PeerSnapshot[];
  readonly item?: CatalogItemDetail;
  readonly announceUrls: readonly string[];
  readonly showAddresses: boolean;
  readonly problems: readonly string[];
}

export const maxShownPeers = 200;
const maxShownFiles = 200;
const maxMagnetTrackers = 4;

export function torrentPage(input: TorrentInput): PageContent {
  const { infoHash, item } = input;
  const name = item === undefined ? undefined : shownName(item.name);
  return {
    title: `${name ?? infoHash} · Shoal tracker`,
    current: 'torrents',
    main: html`<p class="path"><a href="/">Torrents</a></p>
<h1 class="name">${item === undefined ? 'Torrent without a name' : foreignName(item.name)}</h1>
${item === undefined && html`<p class="note">It is not in the catalog: the tracker knows its info-hash and who shares it, nothing else.</p>`}
<div data-live="problems">${problemNotes(input.problems)}</div>
<dl class="figures" data-live="figures">${figures(input)}</dl>
${getPart(input)}
${item !== undefined && item.fileCount > 1 && filePart(item)}
<section aria-labelledby="peers"><div class="bar"><h2 id="peers">Peers</h2><p class="found" data-live="shown">${peersNote(input)}</p></div>
<div data-live="peers">${input.peers.length === 0 ? html`<p class="empty">Nobody shares it at the moment. Peers show up here with their next announce.</p>` : peerTable(input.peers, input.showAddresses)}</div>
</section>`,
  };
}

function figures({ counts, item }: TorrentInput): Html[] {
  const shown: (readonly [label: string, value: string | Html])[] = [
    ['Seeders', countText(counts.seeders)],
    ['Leechers', countText(counts.leechers)],
    ['Completed', countText(counts.downloads)],
    ['Health', html`<span title="${swarmState(counts).meaning}">${healthCell(counts)}</span>`],
  ];
  if (item !== undefined) {
    shown.unshift(['Size', formatBytes(item.lengthBytes)], ['Files', countText(item.fileCount)]);
  }
  return shown.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`);
}

function getPart({ infoHash, item, announceUrls }: TorrentInput): Html {
  const magnet = magnetLink(infoHash, item, announceUrls);
  const file = html`<a class="action" href="/api/v1/catalog/${infoHash}/torrent" download>Download .torrent</a>`;
  return html`<section aria-labelledby="get"><h2 id="get">Get it</h2>
<p class="actions"><a class="action" href="${magnet}">Open magnet link</a><button type="button" class="copy" data-copy="${magnet}" hidden>Copy magnet link</button>${item !== undefined && file}</p>
<dl class="facts">
<div><dt>Info-hash</dt><dd><code>${infoHash}</code><button type="button" class="copy" data-copy="${infoHash}" aria-label="Copy info-hash" hidden>Copy</button></dd></div>
${item?.infoHashV2 !== undefined && html`<div><dt>Info-hash v2</dt><dd><code>${item.infoHashV2}</code></dd></div>`}
${item !== undefined && html`<div><dt>Pieces</dt><dd>${formatBytes(item.pieceLength)} each</dd></div><div><dt>Published</dt><dd>${publishedText(item.publishedAt)}</dd></div>`}
${item?.comment !== undefined && item.comment !== '' && html`<div><dt>Comment</dt><dd>${foreignName(item.comment)}</dd></div>`}
</dl>
</section>`;
}

function magnetLink(
  infoHash: string,
  item: CatalogItemDetail | undefined,
  announceUrls: readonly string[],
): string {
  const v2 = item?.infoHashV2;
  const isV2Only = v2?.startsWith(infoHash) === true;
  return formatMagnet({
    ...(isV2Only ? {} : { infoHashV1: infoHashFromBytes(fromHex(infoHash)!) }),
    ...(v2 === undefined ? {} : { infoHashV2: v2 }),
    ...(item === undefined ? {} : { name: shownName(item.name), lengthBytes: item.lengthBytes }),
    trackers: announceUrls.slice(0, maxMagnetTrackers),
  });
}

function filePart(item: CatalogItemDetail): Html {
  const files = item.files.slice(0, maxShownFiles);
  const rest = item.fileCount - files.length;
  const rows = files.map(
    ({ path, lengthBytes }) =>
      html`<tr><th scope="row" class="name">${foreignName(path)}</th><td class="number">${formatBytes(lengthBytes)}</td></tr>
`,
  );
  return html`<section aria-labelledby="files"><details${files.length <= 20 && html` open`}><summary><h2 id="files">${amountText(item.fileCount, 'file')}</h2></summary>
<table class="files"><thead><tr><th scope="col" class="name">Name</th><th scope="col" class="number">Size</th></tr></thead><tbody>${rows}</tbody></table>
${rest > 0 && html`<p class="note">And ${amountText(rest, 'more file')}; the .torrent file names them all.</p>`}</details></section>`;
}

function peersNote({ peers, counts, showAddresses }: TorrentInput): string {
  const all = counts.seeders + counts.leechers;
  const shown =
    peers.length < all
      ? `${countText(peers.length)} of ${countText(all)}`
      : countText(peers.length);
  return peers.length === 0 || showAddresses ? shown : `${shown}, addresses shortened`;
}

export function publishedText(iso: string): Html {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(iso)?.[0] ?? iso;
  return html`<time datetime="${iso}">${day}</time>`;
}
