/** Catalog entries as a table for people; columns leave by importance as the window narrows. */
import type { CatalogEntry } from '../api/contract/catalog.ts';
import { formatBytes, groupDigits } from './format.ts';
import { cutMiddle, padEnd, padStart, textWidth } from './text-width.ts';
import { visibleText } from './visible-text.ts';

interface Column {
  readonly title: string;
  readonly isText?: true;
  /** The window must be this wide for the column. */
  readonly from: number;
  cell(entry: CatalogEntry): string;
}

const columns: readonly Column[] = [
  { title: 'id', from: 0, cell: ({ id }) => String(id) },
  { title: 'name', isText: true, from: 0, cell: ({ name }) => visibleText(name) },
  { title: 'size', from: 40, cell: ({ lengthBytes }) => formatBytes(lengthBytes) },
  { title: 'files', from: 72, cell: ({ fileCount }) => groupDigits(fileCount) },
  { title: 'seeders', from: 50, cell: ({ seeders }) => groupDigits(seeders) },
  { title: 'leechers', from: 60, cell: ({ leechers }) => groupDigits(leechers) },
  { title: 'completed', from: 84, cell: ({ downloads }) => groupDigits(downloads) },
  { title: 'published', from: 96, cell: ({ publishedAt }) => publishedAt.slice(0, 10) },
];

const gap = '   ';
const narrowestName = 12;

/** No lines for no entries. */
export function catalogTable(entries: readonly CatalogEntry[], width: number): string[] {
  if (entries.length === 0) return [];
  const shown = columns.filter(({ from }) => width >= from);
  const cells = [
    shown.map(({ title }) => title),
    ...entries.map((entry) => shown.map((column) => column.cell(entry))),
  ];
  const widths = shown.map((_, i) => Math.max(...cells.map((row) => textWidth(row[i]!))));
  const nameAt = shown.findIndex(({ isText }) => isText);
  const others = widths.reduce((sum, one, i) => (i === nameAt ? sum : sum + one), 0);
  const left = width - 2 - others - gap.length * (shown.length - 1);
  widths[nameAt] = Math.min(widths[nameAt]!, Math.max(narrowestName, left));
  return cells.map((row) => {
    const line = row.map((cell, i) => {
      const cut = cutMiddle(cell, widths[i]!);
      return i === nameAt ? padEnd(cut, widths[i]!) : padStart(cut, widths[i]!);
    });
    return `  ${line.join(gap)}`.trimEnd();
  });
}
