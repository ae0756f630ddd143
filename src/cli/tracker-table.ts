/** The trackers of a torrent as a table for people, each with what it said. */
import type { TorrentTracker } from '../api/contract/torrents.ts';
import { formatDuration, groupDigits } from './format.ts';
import type { Style } from './style.ts';
import { type Column, tableLines } from './table.ts';
import { cutEnd } from './text-width.ts';
import { visibleText } from './visible-text.ts';

const columns: readonly Column<TorrentTracker>[] = [
  { title: 'tier', from: 0, cell: ({ tier }) => String(tier + 1) },
  { title: 'tracker', isText: true, isElastic: true, from: 0, cell: ({ url }) => visibleText(url) },
  {
    title: 'state',
    isText: true,
    from: 40,
    cell: ({ state }) => state,
    paint: ({ state }) => (state === 'failed' ? 'red' : undefined),
  },
  { title: 'next in', from: 56, cell: nextText },
  { title: 'seeders', from: 66, cell: ({ seeders }) => countText(seeders) },
  { title: 'leechers', from: 76, cell: ({ leechers }) => countText(leechers) },
  { title: 'completed', from: 90, cell: ({ downloads }) => countText(downloads) },
];

/** No lines for no trackers. */
export function trackerTable(
  trackers: readonly TorrentTracker[],
  width: number,
  style?: Style,
): string[] {
  const [titles, ...lines] = tableLines(columns, trackers, width, style);
  if (titles === undefined) return [];
  const indent = ' '.repeat(9);
  return [
    titles,
    ...lines.flatMap((line, at) => {
      const { message, state } = trackers[at]!;
      if (message === '') return [line];
      const words = cutEnd(visibleText(message), Math.max(0, width - indent.length));
      const isRed = state === 'failed' && style !== undefined;
      return [line, `${indent}${isRed ? style.red(words) : words}`];
    }),
  ];
}

function nextText({ nextAnnounceInSeconds: seconds }: TorrentTracker): string {
  return seconds === undefined ? '–' : formatDuration(Math.ceil(seconds));
}

function countText(count: number | undefined): string {
  return count === undefined ? '–' : groupDigits(count);
}
