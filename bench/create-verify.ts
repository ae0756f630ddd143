/** Hashing: making and checking a torrent of one file in the page cache, as whole processes. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { missingCommand } from '../test/interop/programs/installed.ts';
import { alternate, failuresOf, type Outcome } from './alternate.ts';
import { MiB, median, medianKnown, number, ratio, runsText, size } from './figures.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { createTorrent, startShoal } from './peers/shoal.ts';
import { atLeast, type BenchOptions, type Report } from './report.ts';
import { timeoutFor } from './transfer-task.ts';
import { contentName, Workspace } from './workspace.ts';

interface Place {
  readonly workspace: Workspace;
  readonly content: string;
  readonly origin: string;
  readonly torrentFile: string;
  /** A path that does not exist yet. */
  readonly output: string;
}

interface Contender {
  readonly name: string;
  readonly missing: string | false;
  start(place: Place): MeasuredProcess;
}

/** Shows what the start of the process costs, and hashes nothing. */
const idleName = 'shoal --version';

interface HashFigures {
  readonly seconds: number;
  readonly cpuSeconds: number | undefined;
}

const contenders: readonly Contender[] = [
  {
    name: 'shoal create',
    missing: false,
    start: ({ workspace, content, output }) =>
      startShoal(workspace, ['create', content, '-o', output, '-l', '1MiB']),
  },
  {
    name: 'mktorrent -t 2',
    missing: missingCommand('mktorrent', 'mktorrent'),
    start: ({ workspace, content, output }) =>
      workspace.start('mktorrent', 'mktorrent', ['-t', '2', '-l', '20', '-o', output, content]),
  },
  {
    name: 'shoal verify',
    missing: false,
    start: ({ workspace, torrentFile, origin }) =>
      startShoal(workspace, ['verify', torrentFile, '--dir', origin]),
  },
  {
    name: 'transmission-create',
    missing: missingCommand('transmission-create', 'transmission-cli'),
    start: ({ workspace, content, output }) =>
      workspace.start('transmission-create', 'transmission-create', [
        ...['-s', '1024', '-o', output],
        content,
      ]),
  },
  {
    name: idleName,
    missing: false,
    start: ({ workspace }) => startShoal(workspace, ['--version']),
  },
];

export async function benchCreateVerify(options: BenchOptions): Promise<Report> {
  const workspace = new Workspace(options.dir);
  const present = contenders.filter(({ missing }) => missing === false);
  const timeoutMs = timeoutFor(options.sizeBytes);
  try {
    options.note(`create: making ${size(options.sizeBytes)} of random content`);
    const origin = await workspace.randomContent(options.sizeBytes);
    const content = join(origin, contentName);
    const torrentFile = join(workspace.dir, 'content.torrent');
    await createTorrent({ workspace, torrentFile, timeoutMs }, content, MiB);
    const names = present.map(({ name }) => name);
    const outcomes = await alternate(names, options.runs, async (name, round) => {
      const contender = present.find((each) => each.name === name) as Contender;
      const output = join(workspace.dir, `${name.replaceAll(' ', '-')}-${round}.torrent`);
      const process = contender.start({ workspace, content, origin, torrentFile, output });
      const { atMs } = await process.success(timeoutMs);
      const seconds = (atMs - process.startedAtMs) / 1000;
      options.note(`create: run ${round} of ${options.runs}, ${name}: ${number(seconds)} s`);
      return { seconds, cpuSeconds: process.usage()?.cpuSeconds };
    });
    const missing = contenders.flatMap((each) => (each.missing === false ? [] : [each.missing]));
    return reportOf(outcomes, options, missing);
  } finally {
    await workspace.close();
  }
}

function reportOf(
  outcomes: ReadonlyMap<string, Outcome<HashFigures>>,
  options: BenchOptions,
  missing: readonly string[],
): Report {
  const speeds = new Map<string, number>();
  const rows: string[][] = [];
  for (const [name, { runs }] of outcomes) {
    if (runs.length === 0) continue;
    const seconds = median(runs.map((run) => run.seconds));
    const cpuSeconds = medianKnown(runs.map((run) => run.cpuSeconds));
    const speed = name === idleName ? undefined : options.sizeBytes / MiB / seconds;
    if (speed !== undefined) speeds.set(name, speed);
    const cores = cpuSeconds === undefined ? undefined : cpuSeconds / seconds;
    rows.push([name, number(seconds), number(speed), number(cpuSeconds), number(cores)]);
  }
  const failures = failuresOf(outcomes);
  const theirs = speeds.get('mktorrent -t 2');
  const bars = ['shoal create', 'shoal verify'].map((name) => {
    const ours = speeds.get(name);
    if (ours === undefined) throw new Error(failures.join('\n'));
    return atLeast(
      theirs === undefined ? undefined : ours / theirs,
      1,
      (value) => `${name} has ${ratio(value)} the speed of mktorrent -t 2; the bar is 1 ×`,
      `mktorrent did not run, so the speed of ${name} cannot be judged`,
    );
  });
  return {
    name: 'create',
    title: 'Creating and verifying a torrent',
    conditions: `One file of ${size(options.sizeBytes)} in the page cache, pieces of 1 MiB, ${runsText(options.runs)}, from the start of the process to its end, on ${availableParallelism()} cores.`,
    tables: [{ columns: ['command', 'seconds', 'MiB/s', 'CPU seconds', 'cores in use'], rows }],
    bars,
    skipped: [...missing, ...failures],
    figures: { sizeBytes: options.sizeBytes, runs: Object.fromEntries(outcomes) },
  };
}
