/** The files of a torrent as a table for people. */
import type { TorrentFile } from '../api/contract/torrents.ts';
import { formatBytes, formatPercent } from './format.ts';
import { type Column, tableLines } from './table.ts';
import { visibleText } from './visible-text.ts';

interface NumberedFile extends TorrentFile {
  /** From 1, as `--select` takes it: padding has none. */
  readonly number: number;
}

const columns: readonly Column<NumberedFile>[] = [
  { title: '#', from: 0, cell: ({ number }) => String(number) },
  { title: 'size', from: 30, cell: ({ lengthBytes }) => formatBytes(lengthBytes) },
  {
    title: 'done',
    from: 50,
    cell: ({ doneBytes, lengthBytes }) =>
      formatPercent(lengthBytes === 0 ? 1 : doneBytes / lengthBytes).trim(),
  },
  { title: 'priority', isText: true, from: 60, cell: ({ priority }) => priority },
  { title: 'path', isText: true, isElastic: true, from: 0, cell: ({ path }) => visibleText(path) },
];

/** No lines for no files. */
export function fileTable(files: readonly TorrentFile[], width: number): string[] {
  return tableLines(
    columns,
    files.map((file, at) => ({ number: at + 1, ...file })),
    width,
  );
}
