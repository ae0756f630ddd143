/** A report as text for a terminal. */
import type { Bar, Report, Table } from './report.ts';

export function textReport(report: Report): string {
  const parts = [
    report.title,
    `  ${report.conditions}`,
    ...report.tables.map(textTable),
    ...report.bars.map((bar) => `  ${barMark(bar)} ${bar.text}`),
    ...report.skipped.map((reason) => `  skipped: ${reason}`),
  ];
  return `${parts.join('\n')}\n`;
}

export function barMark({ met }: Bar): string {
  if (met === null) return '–';
  return met ? '✓' : '✗';
}

function textTable({ title, columns, rows }: Table): string {
  const widths = columns.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    return `  ${padded.join('   ')}`;
  };
  const body = [line(columns), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)];
  return ['', ...(title === undefined ? [] : [`  ${title}`]), ...body, ''].join('\n');
}
