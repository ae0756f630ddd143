/**
 * One file from one seeder to one leecher, both fresh processes of one program, over loopback.
 * Timed from just before the leecher's process is made until it says that everything is there and
 * checked; the seeder has checked its content before that.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchProgram, Job, Leecher, Seeder } from './peers/bench-program.ts';
import type { TrackerPlace } from './peers/tracker.ts';
import type { Usage } from './process-usage.ts';
import type { ContentCheck } from './same-content.ts';
import type { Workspace } from './workspace.ts';

const firstDataPollMs = 10;

export interface TransferTask {
  readonly workspace: Workspace;
  readonly trackers: TrackerPlace;
  /** Of the same content, with and without the tracker in it. */
  readonly trackedFile: string;
  readonly plainFile: string;
  /** The folder that holds the content. */
  readonly origin: string;
  readonly check: ContentCheck;
  readonly timeoutMs: number;
}

export interface TransferFigures {
  /** From the start of the leecher's process to completion. */
  readonly seconds: number;
  /** From the first data in the leecher's folder to completion. */
  readonly dataSeconds: number | undefined;
  /** Until completion, from the start of its process. */
  readonly leecherCpuSeconds: number | undefined;
  /** While the leecher ran; checking the content before is not in it. */
  readonly seederCpuSeconds: number | undefined;
  readonly leecherPeakBytes: number | undefined;
  /** Checking the content before is in it. */
  readonly seederPeakBytes: number | undefined;
}

export async function transferOnce(
  program: BenchProgram,
  task: TransferTask,
): Promise<TransferFigures> {
  const { workspace, timeoutMs } = task;
  const tracker = program.needsTracker ? await task.trackers.start(workspace) : undefined;
  const torrentFile = program.needsTracker ? task.trackedFile : task.plainFile;
  const scratch = workspace.folder('scratch');
  const target = workspace.folder('target');
  const job: Job = { workspace, torrentFile, dir: task.origin, scratch, timeoutMs };
  try {
    const seeder = await program.seed(job);
    await tracker?.seeders(1);
    const figures = await fetchFrom(program, seeder, { ...job, dir: target });
    await task.check.check(program.name, target);
    return figures;
  } finally {
    await workspace.stopAll();
    await workspace.removeFolder(target);
    await workspace.removeFolder(scratch);
  }
}

async function fetchFrom(
  program: BenchProgram,
  seeder: Seeder,
  job: Job,
): Promise<TransferFigures> {
  const before = seeder.process.usage();
  const leecher = program.get(job, program.needsTracker ? undefined : seeder.port);
  const firstData = watchFirstData(job.dir);
  try {
    const { atMs, usage } = await leecher.complete;
    const after = seeder.process.usage();
    const firstAtMs = firstData.atMs();
    return {
      seconds: (atMs - leecher.process.startedAtMs) / 1000,
      dataSeconds: firstAtMs === undefined ? undefined : (atMs - firstAtMs) / 1000,
      leecherCpuSeconds: usage?.cpuSeconds,
      seederCpuSeconds: cpuBetween(before, after),
      leecherPeakBytes: leecher.process.usage()?.peakBytes,
      seederPeakBytes: after?.peakBytes,
    };
  } finally {
    firstData.stop();
    // What it still has to write, it writes before the copy is compared.
    await stopLeecher(leecher);
  }
}

async function stopLeecher({ process, complete }: Leecher): Promise<void> {
  complete.catch(() => {});
  await process.stop();
}

function cpuBetween(before: Usage | undefined, after: Usage | undefined): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  return after.cpuSeconds - before.cpuSeconds;
}

/** Looks for the moment when a file of the folder first takes room on the disk. */
function watchFirstData(dir: string): { atMs(): number | undefined; stop(): void } {
  let atMs: number | undefined;
  const timer = setInterval(() => {
    if (!holdsData(dir)) return;
    atMs = performance.now();
    clearInterval(timer);
  }, firstDataPollMs);
  return { atMs: () => atMs, stop: () => clearInterval(timer) };
}

function holdsData(dir: string): boolean {
  // aria2 keeps its notes beside the file.
  const names = readdirSync(dir).filter((name) => !name.includes('.aria2'));
  return names.some(
    (name) => (statSync(join(dir, name), { throwIfNoEntry: false })?.blocks ?? 0) > 0,
  );
}
