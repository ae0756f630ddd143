/** The files of a torrent as a table for people. */
import type { TorrentFile } from '../api/contract/torrents.ts';
import { formatBytes } from './format.ts';
import { type Column, tableLines } from './table.ts';
import { visibleText } from './visible-text.ts';

const columns: readonly Column<TorrentFile>[] = [
  { title: '#', from: 0, cell: ({ index }) => String(index + 1) },
  { title: 'size', from: 30, cell: ({ lengthBytes }) => formatBytes(lengthBytes) },
  { title: 'path', isText: true, isElastic: true, from: 0, cell: ({ path }) => visibleText(path) },
];

/** No lines for no files. */
export function fileTable(files: readonly TorrentFile[], width: number): string[] {
  return tableLines(columns, files, width);
}
