/** One torrent in the window of `shoal top`: what `shoal info`, `trackers` and `peers` say, as it changes. */
import type { TorrentPeer, TorrentTracker } from '../../api/contract/torrents.ts';
import {
  formatBytes,
  formatBytesOf,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from '../format.ts';
import type { NumberedTorrent } from '../named-torrent.ts';
import { peerTable } from '../peer-table.ts';
import { progressBar } from '../progress-bar.ts';
import type { Style } from '../style.ts';
import { cutEnd } from '../text-width.ts';
import { stateWord, troubleOf } from '../torrent-state.ts';
import { trackerTable } from '../tracker-table.ts';
import { visibleText } from '../visible-text.ts';
import type { FrameSize } from './top-frame.ts';

export interface DetailData {
  readonly torrent: NumberedTorrent;
  readonly peers: readonly TorrentPeer[];
  readonly trackers: readonly TorrentTracker[];
}

const labelColumns = 10;

/** From line `from` on; the last line names the keys. */
export function detailFrame(
  data: DetailData,
  from: number,
  { columns, rows }: FrameSize,
  style: Style,
): string[] {
  const lines = detailLines(data, columns, style);
  const shown = lines.slice(from, from + rows - 1);
  const filler = Array.from({ length: Math.max(0, rows - 1 - shown.length) }, () => '');
  const keys = cutEnd('  ↑↓ scroll   space pause   d remove   esc back   q quit', columns);
  return [...shown, ...filler, keys];
}

export function detailLines(
  { torrent, peers, trackers }: DetailData,
  columns: number,
  style: Style,
): string[] {
  const field = (label: string, text: string): string =>
    cutEnd(`  ${label.padEnd(labelColumns)}${visibleText(text)}`, columns);
  const { done, rest } = progressBar(torrent.progress, 20);
  const percent = formatPercent(torrent.progress).trim();
  const amount =
    torrent.lengthBytes === 0 ? '' : `   ${formatBytesOf(torrent.doneBytes, torrent.lengthBytes)}`;
  const left =
    torrent.etaSeconds === undefined ? '' : `   ${formatDuration(torrent.etaSeconds)} left`;
  const cause = torrent.error ?? torrent.stalled;
  const why = cause === undefined ? [] : [field('why', cause.message)];
  const labels = torrent.labels.length === 0 ? [] : [field('labels', torrent.labels.join(', '))];
  return [
    cutEnd(`  ${visibleText(torrent.name)}`, columns),
    '',
    field('done', `${done}${rest} ${percent}${amount}`),
    field('state', stateWord(torrent)),
    ...(troubleOf(torrent) === undefined ? why : why.map((line) => style.red(line))),
    field('rate', `↓ ${formatRate(torrent.downRate)}   ↑ ${formatRate(torrent.upRate)}${left}`),
    field('got', formatBytes(torrent.downloadedBytes)),
    field('given', `${formatBytes(torrent.uploadedBytes)}   ratio ${torrent.ratio.toFixed(2)}`),
    field('folder', torrent.dir),
    field('info-hash', torrent.hash),
    ...labels,
    '',
    cutEnd(`  ${formatCount(trackers.length, 'tracker')}`, columns),
    ...trackerTable(trackers, columns, style),
    '',
    cutEnd(`  ${formatCount(peers.length, 'peer')}`, columns),
    ...peerTable(peers, columns),
  ];
}
