/**
 * One line per peer while they work: redrawn in place on a terminal, printed at every quarter anywhere
 * else. Invariant: on a terminal no line is wider than the window, so that a redraw finds its place.
 */
import { formatPercent, formatRate } from '../../src/cli/format.ts';
import { fitLine, type LinePart } from '../../src/cli/line-parts.ts';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { type Style, styleFor } from '../../src/cli/style.ts';
import { padEnd, padStart } from '../../src/cli/text-width.ts';

export interface PeerRow {
  readonly name: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly downRate: number;
  readonly upRate: number;
  readonly peers: number;
  /** Instead of rates and peers: `starting`, `complete`. */
  readonly note?: string;
}

const barColumns = 24;
const fullColumns = 100;
const quarters = 4;

export class Board {
  readonly #stream: NodeJS.WriteStream;
  readonly #style: Style;
  #drawnLines = 0;
  readonly #quarters = new Map<string, number>();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#style = styleFor('auto', { isTerminal: stream.isTTY === true, env: process.env });
  }

  draw(rows: readonly PeerRow[]): void {
    if (this.#stream.isTTY === true) this.#redraw(rows);
    else this.#printNews(rows);
  }

  #redraw(rows: readonly PeerRow[]): void {
    const columns = Math.max(20, (this.#stream.columns ?? fullColumns) - 1);
    const lines = rows.map((row) => `${this.#line(row, columns)}\u001b[K\n`);
    const up = this.#drawnLines === 0 ? '' : `\u001b[${this.#drawnLines}A`;
    this.#stream.write(up + lines.join(''));
    this.#drawnLines = rows.length;
  }

  /** Elsewhere than on a terminal a line is worth it when a quarter more is there. */
  #printNews(rows: readonly PeerRow[]): void {
    for (const row of rows) {
      const quarter = Math.floor(row.fraction * quarters) + (row.note === 'complete' ? 1 : 0);
      if ((this.#quarters.get(row.name) ?? 0) >= quarter) continue;
      this.#quarters.set(row.name, quarter);
      this.#stream.write(`${this.#line(row, fullColumns).trimEnd()}\n`);
    }
  }

  #line({ name, fraction, downRate, upRate, peers, note }: PeerRow, columns: number): string {
    const { done, rest } = progressBar(fraction, barColumns);
    const label: LinePart = { text: `  ${padEnd(name, 11)}` };
    const percent: LinePart = { text: `  ${formatPercent(fraction)}` };
    const down = { text: `   ↓ ${rateColumn(downRate)}` };
    const up = { text: `  ↑ ${rateColumn(upRate)}` };
    const company = { text: `   ${peers} ${peers === 1 ? 'peer' : 'peers'}` };
    const state: LinePart[] = note === undefined ? [down, up, company] : [{ text: `   ${note}` }];
    const bar: LinePart[] = [{ text: done, paint: 'accent' }, { text: rest }];
    return fitLine(
      [
        [label, ...bar, percent, ...state],
        [label, percent, ...state],
        [label, percent],
      ],
      columns,
      this.#style,
    );
  }
}

function rateColumn(bytesPerSecond: number): string {
  return padStart(bytesPerSecond < 1 ? '–' : formatRate(bytesPerSecond), 12);
}
