/** The daemon's torrents as a table for people, each with the reason when it stands still. */
import { formatBytes, formatDuration, formatPercent, formatRate, groupDigits } from './format.ts';
import type { NumberedTorrent } from './named-torrent.ts';
import type { Style } from './style.ts';
import { type Column, tableLines } from './table.ts';
import { cutEnd } from './text-width.ts';
import { stateWord, troubleOf } from './torrent-state.ts';
import { visibleText } from './visible-text.ts';

const columns: readonly Column<NumberedTorrent>[] = [
  { title: '#', from: 0, cell: ({ number }) => String(number) },
  { title: 'name', isText: true, isElastic: true, from: 0, cell: ({ name }) => visibleText(name) },
  { title: 'size', from: 60, cell: ({ lengthBytes }) => sizeText(lengthBytes) },
  {
    title: 'done',
    from: 0,
    cell: ({ progress }) => formatPercent(progress).trim(),
    paint: ({ progress }) => (progress < 1 ? 'accent' : undefined),
  },
  {
    title: 'state',
    isText: true,
    from: 44,
    cell: stateWord,
    paint: ({ error }) => (error === undefined ? undefined : 'red'),
  },
  { title: 'down', from: 76, cell: ({ downRate }) => rateText(downRate) },
  { title: 'up', from: 90, cell: ({ upRate }) => rateText(upRate) },
  { title: 'peers', from: 100, cell: ({ peers }) => groupDigits(peers) },
  { title: 'left', from: 112, cell: ({ etaSeconds }) => etaText(etaSeconds) },
  { title: 'ratio', from: 124, cell: ({ ratio }) => ratio.toFixed(2) },
  { title: 'info-hash', isText: true, from: 140, cell: ({ hash }) => hash.slice(0, 12) },
];

/** No lines for no torrents. */
export function torrentTable(
  torrents: readonly NumberedTorrent[],
  width: number,
  style?: Style,
): string[] {
  const [titles, ...lines] = tableLines(columns, torrents, width, style);
  if (titles === undefined) return [];
  // Below the name, beside the number.
  const numberColumns = torrents.reduce(
    (most, { number }) => Math.max(most, String(number).length),
    1,
  );
  const indent = ' '.repeat(2 + numberColumns + 3);
  return [
    titles,
    ...lines.flatMap((line, at) => {
      const trouble = troubleOf(torrents[at]!);
      if (trouble === undefined) return [line];
      const words = cutEnd(visibleText(trouble.message), Math.max(0, width - indent.length));
      return [line, `${indent}${style === undefined ? words : style.red(words)}`];
    }),
  ];
}

function sizeText(lengthBytes: number): string {
  return lengthBytes === 0 ? '–' : formatBytes(lengthBytes);
}

/** Nothing moves: a dash is quieter than many zeros. */
export function rateText(bytesPerSecond: number): string {
  return bytesPerSecond < 1 ? '–' : formatRate(bytesPerSecond);
}

function etaText(etaSeconds: number | undefined): string {
  return etaSeconds === undefined ? '–' : formatDuration(etaSeconds);
}
