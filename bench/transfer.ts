/** Loopback transfer against other programs, each on both ends, in alternating runs. */
import { alternate, failuresOf, type Outcome } from './alternate.ts';
import { MiB, number, ratio, runsText, size } from './figures.ts';
import { type TransferFigures, transferOnce } from './one-transfer.ts';
import { aria2 } from './peers/aria2.ts';
import type { BenchProgram } from './peers/bench-program.ts';
import { libtorrent } from './peers/libtorrent.ts';
import { shoal } from './peers/shoal.ts';
import { webtorrent } from './peers/webtorrent.ts';
import { atLeast, atMost, type Bar, type BenchOptions, type Report } from './report.ts';
import {
  summarize,
  summaryCells,
  summaryColumns,
  type TransferSummary,
} from './transfer-series.ts';
import { openTask } from './transfer-task.ts';
import { Workspace } from './workspace.ts';

const contenders: readonly BenchProgram[] = [shoal, libtorrent, aria2, webtorrent];

/** How many times their speed is asked for, and aimed at. */
const speedBars = [
  { name: 'libtorrent', bar: 1.5, aim: 2 },
  { name: 'aria2', bar: 1.8, aim: 2.3 },
  { name: 'webtorrent', bar: 3, aim: 4 },
] as const;

/** At most 1.6 s per GiB where libtorrent needs 2.4. */
const cpuShare = 1.6 / 2.4;
const cpuPerGiB = 1.6;
export const peakBar = 250 * MiB;

export async function benchTransfer(options: BenchOptions): Promise<Report> {
  const workspace = new Workspace(options.dir);
  const present = contenders.filter((program) => program.missing === false);
  const missing = contenders.flatMap(({ missing }) => (missing === false ? [] : [missing]));
  try {
    options.note(`transfer: making ${size(options.sizeBytes)} of random content`);
    const origin = await workspace.randomContent(options.sizeBytes);
    const task = await openTask(workspace, origin, options.sizeBytes, MiB);
    const names = present.map(({ name }) => name);
    const outcomes = await alternate(names, options.runs, async (name, round) => {
      const program = present.find((each) => each.name === name) ?? shoal;
      const figures = await transferOnce(program, task);
      options.note(
        `transfer: run ${round} of ${options.runs}, ${name}: ${number(figures.seconds)} s`,
      );
      return figures;
    });
    return reportOf(outcomes, options, missing);
  } finally {
    await workspace.close();
  }
}

function reportOf(
  outcomes: ReadonlyMap<string, Outcome<TransferFigures>>,
  options: BenchOptions,
  missing: readonly string[],
): Report {
  const summaries = new Map<string, TransferSummary>();
  for (const [name, { runs }] of outcomes) {
    const summary = summarize(runs, options.sizeBytes);
    if (summary !== undefined) summaries.set(name, summary);
  }
  const ours = summaries.get('shoal');
  const failures = failuresOf(outcomes);
  if (ours === undefined) throw new Error(failures.join('\n'));
  const rows = [...summaries].map(([name, summary]) => [
    name,
    ...summaryCells(summary),
    ratio(ours.MiBPerSecond / summary.MiBPerSecond),
  ]);
  return {
    name: 'transfer',
    title: 'Loopback transfer, one seeder and one leecher',
    conditions: `One file of ${size(options.sizeBytes)} in the page cache, pieces of 1 MiB, the same program on both ends, ${runsText(options.runs)}. Seconds are from the start of the leecher's process until it says that everything is there and checked; the ratios compare these.`,
    tables: [{ columns: ['program', ...summaryColumns, 'shoal is faster by'], rows }],
    bars: [...speedBarsOf(ours, summaries), cpuBar(ours, summaries), ...peakBars(ours)],
    skipped: [...missing, ...failures],
    figures: {
      sizeBytes: options.sizeBytes,
      medians: Object.fromEntries(summaries),
      runs: Object.fromEntries(outcomes),
    },
  };
}

function speedBarsOf(
  ours: TransferSummary,
  summaries: ReadonlyMap<string, TransferSummary>,
): Bar[] {
  return speedBars.map(({ name, bar, aim }) => {
    const theirs = summaries.get(name);
    const faster = theirs === undefined ? undefined : ours.MiBPerSecond / theirs.MiBPerSecond;
    return atLeast(
      faster,
      bar,
      (value) => `${ratio(value)} the speed of ${name}; the bar is ${bar} ×, the aim ${aim} ×`,
      `${name} did not run, so its speed times ${bar} cannot be judged`,
    );
  });
}

function cpuBar(ours: TransferSummary, summaries: ReadonlyMap<string, TransferSummary>): Bar {
  const theirs = summaries.get('libtorrent')?.leecherCpuPerGiB;
  const limit = theirs === undefined ? cpuPerGiB : theirs * cpuShare;
  const against =
    theirs === undefined
      ? `${cpuPerGiB} s, for a machine where libtorrent needs 2.4 s`
      : `${number(limit)} s, two thirds of libtorrent's ${number(theirs)} s`;
  return atMost(
    ours.leecherCpuPerGiB,
    limit,
    (value) => `the leecher takes ${number(value)} s of CPU per GiB; the bar is ${against}`,
    'CPU time is not known on this system',
  );
}

/** One bar for each side. */
export function peakBars(ours: TransferSummary): Bar[] {
  const of = (side: string, bytes: number | undefined) =>
    atMost(
      bytes,
      peakBar,
      (value) =>
        `the ${side} holds at most ${size(value)} for ${size(ours.sizeBytes)}; the bar is ${size(peakBar)}`,
      'peak memory is not known on this system',
    );
  return [of('leecher', ours.leecherPeakBytes), of('seeder', ours.seederPeakBytes)];
}
