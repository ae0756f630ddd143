/**
 * The part of docs/benchmarks.md that is generated: between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`.
 * Everything else in the document is written by hand and left alone, and so are the sections of
 * benchmarks that did not run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Report, Table } from './report.ts';
import { barMark } from './text-report.ts';

const path = new URL('../docs/benchmarks.md', import.meta.url);

/** `origin` says when and on what each section was measured. */
export function writeDocument(machine: string, origin: string, reports: readonly Report[]): void {
  let text = readFileSync(path, 'utf8');
  text = replaceSection(text, 'machine', machine);
  for (const report of reports) {
    text = replaceSection(text, report.name, markdownReport(report, origin));
  }
  writeFileSync(path, text);
}

/** Throws when the document lacks the markers. */
export function replaceSection(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- bench:${name} -->\n`, `<!-- /bench:${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) {
    throw new Error(`docs/benchmarks.md has no section between ${open.trim()} and ${close}`);
  }
  return `${text.slice(0, start + open.length)}\n${content.trim()}\n\n${text.slice(end)}`;
}

function markdownReport(report: Report, origin: string): string {
  const bars = report.bars.map((bar) => `- ${barMark(bar)} ${bar.text}`);
  const skipped = report.skipped.map((reason) => `- Skipped: ${reason}`);
  return [
    `${report.conditions} ${origin}`,
    ...report.tables.map(markdownTable),
    [...bars, ...skipped].join('\n'),
  ].join('\n\n');
}

export function markdownTable({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'));
  const table = [line(columns), line(rule), ...rows.map(line)].join('\n');
  return title === undefined ? table : `${title}:\n\n${table}`;
}
