/**
 * One seeder and eight leechers of one program on this machine, who find each other through a tracker.
 * Timed from the start of the first leecher's process until the last one is complete; nobody leaves before.
 */
import { alternate, failuresOf, type Outcome } from './alternate.ts';
import { MiB, median, number, ratio, runsText, size } from './figures.ts';
import type { TransferTask } from './one-transfer.ts';
import { type BenchProgram, eventNamed, type Job } from './peers/bench-program.ts';
import { libtorrent } from './peers/libtorrent.ts';
import { shoal } from './peers/shoal.ts';
import { atMost, type BenchOptions, type Report } from './report.ts';
import { openTask } from './transfer-task.ts';
import { Workspace } from './workspace.ts';

const leecherCount = 8;
const uploadBar = 2;
const stopMs = 15_000;
const contenders: readonly BenchProgram[] = [shoal, libtorrent];

interface FanOutFigures {
  /** Until the first leecher was complete. */
  readonly firstSeconds: number;
  /** Until the last one was. */
  readonly seconds: number;
  /** What the seeder sent, as a multiple of the file. */
  readonly seederCopies: number;
}

export async function benchFanOut(options: BenchOptions): Promise<Report> {
  const sizeBytes = Math.max(MiB, Math.round(options.sizeBytes / 4));
  const workspace = new Workspace(options.dir);
  const present = contenders.filter((program) => program.missing === false);
  const missing = contenders.flatMap(({ missing }) => (missing === false ? [] : [missing]));
  try {
    options.note(`fan-out: making ${size(sizeBytes)} of random content`);
    const origin = await workspace.randomContent(sizeBytes);
    const one = await openTask(workspace, origin, sizeBytes, MiB);
    const task = { ...one, timeoutMs: one.timeoutMs * leecherCount };
    const names = present.map(({ name }) => name);
    const outcomes = await alternate(names, options.runs, async (name, round) => {
      const program = present.find((each) => each.name === name) ?? shoal;
      const figures = await fanOutOnce(program, task, sizeBytes);
      const told = `${number(figures.seconds)} s, seeder sent ${number(figures.seederCopies)} copies`;
      options.note(`fan-out: run ${round} of ${options.runs}, ${name}: ${told}`);
      return figures;
    });
    return reportOf(outcomes, options, sizeBytes, missing);
  } finally {
    await workspace.close();
  }
}

async function fanOutOnce(
  program: BenchProgram,
  task: TransferTask,
  sizeBytes: number,
): Promise<FanOutFigures> {
  const { workspace, trackedFile, timeoutMs, origin } = task;
  const scratch = workspace.folder('seeder');
  const targets = Array.from({ length: leecherCount }, () => workspace.folder('target'));
  const jobIn = (dir: string, place: string): Job => ({
    workspace,
    torrentFile: trackedFile,
    dir,
    scratch: place,
    timeoutMs,
  });
  try {
    const tracker = await task.trackers.start(workspace);
    const seeder = await program.seed(jobIn(origin, scratch));
    await tracker.seeders(1);
    const folders = targets.map((dir) => ({ dir, place: workspace.folder('leecher') }));
    const leechers = folders.map(({ dir, place }) => program.get(jobIn(dir, place)));
    const moments = await Promise.all(leechers.map(({ complete }) => complete));
    const startedAtMs = Math.min(...leechers.map(({ process }) => process.startedAtMs));
    const completeAtMs = moments.map(({ atMs }) => atMs);
    const stopped = seeder.process.seen('its last word', eventNamed('stopped'), stopMs);
    await Promise.all([stopped, seeder.process.stop()]);
    const { value } = await stopped;
    await workspace.stopAll();
    for (const dir of targets) await task.check.check(program.name, dir);
    for (const { place } of folders) await workspace.removeFolder(place);
    return {
      firstSeconds: (Math.min(...completeAtMs) - startedAtMs) / 1000,
      seconds: (Math.max(...completeAtMs) - startedAtMs) / 1000,
      seederCopies: Number(value.uploadedBytes) / sizeBytes,
    };
  } finally {
    await workspace.stopAll();
    for (const dir of [...targets, scratch]) await workspace.removeFolder(dir);
  }
}

function reportOf(
  outcomes: ReadonlyMap<string, Outcome<FanOutFigures>>,
  options: BenchOptions,
  sizeBytes: number,
  missing: readonly string[],
): Report {
  const medians = new Map<string, FanOutFigures>();
  for (const [name, { runs }] of outcomes) {
    if (runs.length === 0) continue;
    const seconds = median(runs.map((run) => run.seconds));
    const firstSeconds = median(runs.map((run) => run.firstSeconds));
    const seederCopies = median(runs.map((run) => run.seederCopies));
    medians.set(name, { firstSeconds, seconds, seederCopies });
  }
  const ours = medians.get('shoal');
  const failures = failuresOf(outcomes);
  if (ours === undefined) throw new Error(failures.join('\n'));
  const theirs = medians.get('libtorrent');
  const rows = [...medians].map(([name, { firstSeconds, seconds, seederCopies }]) => [
    name,
    number(firstSeconds),
    number(seconds),
    number((leecherCount * sizeBytes) / MiB / seconds),
    ratio(seederCopies),
  ]);
  return {
    name: 'fan-out',
    title: 'One seeder, eight leechers on one machine',
    conditions: `One file of ${size(sizeBytes)} in the page cache, pieces of 1 MiB, everybody through one tracker, ${runsText(options.runs)}. Seconds are from the start of the first leecher until the last one is complete.`,
    tables: [
      {
        columns: ['program', 'seconds to the first', 'to the last', 'MiB/s of all', 'seeder sent'],
        rows,
      },
    ],
    bars: [
      atMost(
        theirs === undefined ? undefined : ours.seconds,
        theirs?.seconds ?? 0,
        (value) =>
          `${number(value)} s until all eight are complete; the bar is libtorrent's ${number(theirs?.seconds)} s`,
        'libtorrent did not run, so its time as the bar cannot be judged',
      ),
      atMost(
        ours.seederCopies,
        uploadBar,
        (value) => `the seeder sends ${ratio(value)} the file; the bar is ${uploadBar} ×`,
        '',
      ),
    ],
    skipped: [...missing, ...failures],
    figures: {
      sizeBytes,
      medians: Object.fromEntries(medians),
      runs: Object.fromEntries(outcomes),
    },
  };
}
