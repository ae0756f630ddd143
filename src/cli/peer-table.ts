/** The peers of a torrent as a table for people. */
import type { TorrentPeer } from '../api/contract/torrents.ts';
import { formatBytes, formatPercent } from './format.ts';
import { type Column, tableLines } from './table.ts';
import { rateText } from './torrent-table.ts';
import { visibleText } from './visible-text.ts';

const columns: readonly Column<TorrentPeer>[] = [
  { title: 'address', isText: true, from: 0, cell: ({ address }) => visibleText(address) },
  {
    title: 'client',
    isText: true,
    isElastic: true,
    from: 0,
    cell: ({ client }) => visibleText(client),
  },
  { title: 'flags', isText: true, from: 60, cell: flagsOf },
  { title: 'done', from: 44, cell: ({ progress }) => formatPercent(progress).trim() },
  { title: 'down', from: 50, cell: ({ downRate }) => rateText(downRate) },
  { title: 'up', from: 70, cell: ({ upRate }) => rateText(upRate) },
  { title: 'got', from: 100, cell: ({ downloadedBytes }) => formatBytes(downloadedBytes) },
  { title: 'given', from: 88, cell: ({ uploadedBytes }) => formatBytes(uploadedBytes) },
];

/** No lines for no peers. */
export function peerTable(peers: readonly TorrentPeer[], width: number): string[] {
  return tableLines(columns, peers, width);
}

/** As the help of `shoal peers` explains them. */
function flagsOf(peer: TorrentPeer): string {
  const down = peer.amInterested ? (peer.peerChoking ? 'd' : 'D') : peer.peerChoking ? '' : 'K';
  const up = peer.peerInterested ? (peer.amChoking ? 'u' : 'U') : peer.amChoking ? '' : '?';
  return `${down}${up}${peer.incoming ? 'I' : ''}`;
}
