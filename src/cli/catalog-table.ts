/** Catalog entries as a table for people. */
import type { CatalogEntry } from '../api/contract/catalog.ts';
import { formatBytes, groupDigits } from './format.ts';
import { type Column, tableLines } from './table.ts';
import { visibleText } from './visible-text.ts';

const columns: readonly Column<CatalogEntry>[] = [
  { title: 'id', from: 0, cell: ({ id }) => String(id) },
  { title: 'name', isText: true, isElastic: true, from: 0, cell: ({ name }) => visibleText(name) },
  { title: 'size', from: 40, cell: ({ lengthBytes }) => formatBytes(lengthBytes) },
  { title: 'files', from: 72, cell: ({ fileCount }) => groupDigits(fileCount) },
  { title: 'seeders', from: 50, cell: ({ seeders }) => groupDigits(seeders) },
  { title: 'leechers', from: 60, cell: ({ leechers }) => groupDigits(leechers) },
  { title: 'completed', from: 84, cell: ({ downloads }) => groupDigits(downloads) },
  { title: 'published', from: 96, cell: ({ publishedAt }) => publishedAt.slice(0, 10) },
];

/** No lines for no entries. */
export function catalogTable(entries: readonly CatalogEntry[], width: number): string[] {
  return tableLines(columns, entries, width);
}
