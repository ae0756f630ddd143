/** Rows as a table for people; columns leave by importance as the window narrows. */
import type { Style } from './style.ts';
import { cutMiddle, padEnd, padStart, textWidth } from './text-width.ts';

export interface Column<Row> {
  readonly title: string;
  /** Left-aligned; without it right-aligned, as numbers are. */
  readonly isText?: true;
  /** Gives way to the others, cut in its middle. One column of a table has it. */
  readonly isElastic?: true;
  /** The window must be this wide for the column; 0 stays always. */
  readonly from: number;
  /** Untrusted text in it went through `visibleText`. */
  cell(row: Row): string;
  /** What the colour of the cell says, when it has one. */
  paint?(row: Row): keyof Style | undefined;
}

const gap = '   ';
const narrowestElastic = 12;

/** The titles and a line for each row, at most `width` wide where the names allow it; no lines for no rows. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  style?: Style,
): string[] {
  if (rows.length === 0) return [];
  const shown = columns.filter(({ from }) => width >= from);
  const titles = shown.map(({ title }) => title);
  const cells = rows.map((row) => shown.map((column) => column.cell(row)));
  const widths = columnWidths(shown, [titles, ...cells], width);
  const lineOf = (texts: readonly string[], paintOf: (at: number) => keyof Style | undefined) => {
    const line = texts.map((text, at) => {
      const fitted = align(shown[at]!, text, widths[at]!, at === texts.length - 1);
      const paint = paintOf(at);
      return paint === undefined || style === undefined ? fitted : style[paint](fitted);
    });
    return `  ${line.join(gap)}`.trimEnd();
  };
  return [
    lineOf(titles, () => undefined),
    ...cells.map((texts, row) => lineOf(texts, (at) => shown[at]!.paint?.(rows[row]!))),
  ];
}

function columnWidths<Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
  width: number,
): number[] {
  const widths = columns.map(() => 0);
  for (const row of cells) {
    for (const [at, text] of row.entries()) widths[at] = Math.max(widths[at]!, textWidth(text));
  }
  const elastic = columns.findIndex(({ isElastic }) => isElastic);
  if (elastic === -1) return widths;
  const others = widths.reduce((sum, one, at) => (at === elastic ? sum : sum + one), 0);
  const left = width - 2 - others - gap.length * (columns.length - 1);
  widths[elastic] = Math.min(widths[elastic]!, Math.max(narrowestElastic, left));
  return widths;
}

function align<Row>(column: Column<Row>, text: string, width: number, isLast: boolean): string {
  const cut = cutMiddle(text, width);
  if (column.isText !== true) return padStart(cut, width);
  return isLast ? cut : padEnd(cut, width);
}
