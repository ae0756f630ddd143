/** The daemon's queue as a table for people. */
import { formatPercent } from './format.ts';
import type { NumberedTorrent } from './named-torrent.ts';
import { type Column, tableLines } from './table.ts';
import { stateWord } from './torrent-state.ts';
import { visibleText } from './visible-text.ts';

const columns: readonly Column<NumberedTorrent>[] = [
  { title: 'place', from: 0, cell: ({ queuePosition }) => String(queuePosition + 1) },
  { title: '#', from: 0, cell: ({ number }) => String(number) },
  { title: 'name', isText: true, isElastic: true, from: 0, cell: ({ name }) => visibleText(name) },
  { title: 'done', from: 40, cell: ({ progress }) => formatPercent(progress).trim() },
  { title: 'state', isText: true, from: 50, cell: stateWord },
];

/** No lines for no torrents. */
export function queueTable(torrents: readonly NumberedTorrent[], width: number): string[] {
  return tableLines(columns, torrents, width);
}
