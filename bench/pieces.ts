/** Shoal's speed with small and large pieces, against its own with pieces of 1 MiB. */
import { alternate, failuresOf } from './alternate.ts';
import { MiB, number, ratio, runsText, size } from './figures.ts';
import { type TransferTask, transferOnce } from './one-transfer.ts';
import { shoal } from './peers/shoal.ts';
import { atLeast, type BenchOptions, type Report } from './report.ts';
import {
  summarize,
  summaryCells,
  summaryColumns,
  type TransferSummary,
} from './transfer-series.ts';
import { openTask } from './transfer-task.ts';
import { Workspace } from './workspace.ts';

const reference = MiB;
const lengths = [reference, MiB / 4, 16 * MiB];
const bar = 0.8;

export async function benchPieces(options: BenchOptions): Promise<Report> {
  const workspace = new Workspace(options.dir);
  try {
    options.note(`pieces: making ${size(options.sizeBytes)} of random content`);
    const origin = await workspace.randomContent(options.sizeBytes);
    const tasks = new Map<string, TransferTask>();
    for (const length of lengths) {
      tasks.set(size(length), await openTask(workspace, origin, options.sizeBytes, length));
    }
    const outcomes = await alternate([...tasks.keys()], options.runs, async (name, round) => {
      const figures = await transferOnce(shoal, tasks.get(name) as TransferTask);
      options.note(
        `pieces: run ${round} of ${options.runs}, ${name}: ${number(figures.seconds)} s`,
      );
      return figures;
    });
    const summaries = new Map<string, TransferSummary>();
    for (const [name, { runs }] of outcomes) {
      const summary = summarize(runs, options.sizeBytes);
      if (summary === undefined) throw new Error(failuresOf(outcomes).join('\n'));
      summaries.set(name, summary);
    }
    return reportOf(summaries, options, failuresOf(outcomes));
  } finally {
    await workspace.close();
  }
}

function reportOf(
  summaries: ReadonlyMap<string, TransferSummary>,
  options: BenchOptions,
  failures: readonly string[],
): Report {
  const base = summaries.get(size(reference))?.MiBPerSecond ?? Number.NaN;
  const rows = [...summaries].map(([name, summary]) => [
    name,
    ...summaryCells(summary),
    ratio(summary.MiBPerSecond / base),
  ]);
  const others = [...summaries].filter(([name]) => name !== size(reference));
  return {
    name: 'pieces',
    title: 'Small and large pieces',
    conditions: `Shoal on both ends, one file of ${size(options.sizeBytes)} in the page cache, ${runsText(options.runs)}, timed as the transfer above.`,
    tables: [{ columns: ['piece length', ...summaryColumns, 'of the 1 MiB speed'], rows }],
    bars: others.map(([name, summary]) =>
      atLeast(
        summary.MiBPerSecond / base,
        bar,
        (value) => `${ratio(value)} the 1 MiB speed with pieces of ${name}; the bar is ${bar} ×`,
        '',
      ),
    ),
    skipped: failures,
    figures: { sizeBytes: options.sizeBytes, medians: Object.fromEntries(summaries) },
  };
}
