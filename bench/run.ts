/**
 * `npm run bench`: measures Shoal against other programs and against the bars of the project, and prints
 * tables, or one JSON object. With --write it also fills in docs/benchmarks.md.
 */
import { parseArgs } from 'node:util';
import { benchCodecs } from './codecs.ts';
import { benchCreateVerify } from './create-verify.ts';
import { markdownTable, writeDocument } from './document.ts';
import { benchFanOut } from './fan-out.ts';
import { GiB, MiB, parseSize, size } from './figures.ts';
import { benchTracker } from './load/tracker-benchmark.ts';
import { describeMachine, type Machine } from './machine.ts';
import { benchManySeeds } from './many-seeds.ts';
import { benchPicker } from './picker.ts';
import { benchPieces } from './pieces.ts';
import { type BenchName, type BenchOptions, benchNames, type Report } from './report.ts';
import { benchSparse } from './sparse.ts';
import { benchTrackerStore } from './store/store-benchmark.ts';
import { barMark, textReport } from './text-report.ts';
import { benchTransfer } from './transfer.ts';

const help = `Usage: npm run bench -- [names…] [options]

Names: ${benchNames.join(', ')}; default all of them.

  --size SIZE   of the file that is moved and hashed; default 2GiB, with --quick 64MiB.
                fan-out takes a quarter of it, sparse ten times as much
  --runs N      of each program, in turns; default 3, with --quick 1
  --quick       a look at whether everything works; its figures mean little
  --dir DIR     for temporary files; default the system's folder
  --write       fill in docs/benchmarks.md
  --json        print one JSON object

Exit status 1 when a benchmark could not run; a bar that is missed does not count.`;

const benchmarks: Readonly<Record<BenchName, (options: BenchOptions) => Promise<Report>>> = {
  transfer: benchTransfer,
  pieces: benchPieces,
  'fan-out': benchFanOut,
  sparse: benchSparse,
  create: benchCreateVerify,
  codecs: benchCodecs,
  picker: benchPicker,
  seeds: benchManySeeds,
  tracker: benchTracker,
  'tracker-store': benchTrackerStore,
};

interface Asked {
  readonly names: readonly BenchName[];
  readonly options: BenchOptions;
  readonly write: boolean;
  readonly json: boolean;
}

class UsageError extends Error {}

function parse(args: string[]): Asked | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      size: { type: 'string' },
      runs: { type: 'string' },
      dir: { type: 'string' },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { quick, write, json, dir } = values;
  if (values.help) return undefined;
  const isName = (name: string): name is BenchName => benchNames.some((each) => each === name);
  const unknown = positionals.find((name) => !isName(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no benchmark "${unknown}"; there are ${benchNames.join(', ')}`);
  }
  const sizeBytes = parseSize(values.size ?? (quick ? '64MiB' : '2GiB'));
  if (sizeBytes === undefined || sizeBytes < MiB) {
    throw new UsageError('--size is an amount from 1MiB, as 512MiB or 2GiB');
  }
  const runs = Number(values.runs ?? (quick ? 1 : 3));
  if (!Number.isInteger(runs) || runs < 1) throw new UsageError('--runs is a whole number from 1');
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const names = positionals.filter(isName);
  const options = { sizeBytes, runs, quick, dir, note };
  return { names: names.length > 0 ? names : benchNames, options, write, json };
}

async function run({ names, options, write, json }: Asked): Promise<boolean> {
  const machine = describeMachine(options.dir);
  const print = (text: string) => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  print(machineText(machine));
  if (options.sizeBytes < 2 * GiB) {
    print(
      `At ${size(options.sizeBytes)} the start of the processes weighs; bars are set for 2 GiB.\n`,
    );
  }
  const reports: Report[] = [];
  let hasFailed = false;
  for (const name of names) {
    try {
      const report = await benchmarks[name](options);
      reports.push(report);
      print(textReport(report));
    } catch (error) {
      hasFailed = true;
      options.note(`${name} could not run: ${error instanceof Error ? error.message : error}`);
    }
  }
  print(verdict(reports));
  if (json) process.stdout.write(`${JSON.stringify({ machine, reports })}\n`);
  if (write) writeDocument(machineTable(machine), originOf(options), reports);
  return !hasFailed;
}

function machineText(machine: Machine): string {
  const lines = Object.entries(machine).map(([what, is]) => `  ${what.padEnd(20)} ${is}`);
  return `Machine\n${lines.join('\n')}\n`;
}

function machineTable(machine: Machine): string {
  return markdownTable({ columns: ['', ''], rows: Object.entries(machine) }).replace('---:', '---');
}

function originOf({ quick }: BenchOptions): string {
  const day = new Date().toISOString().slice(0, 10);
  return `Measured on ${day}${quick ? ' with `--quick`, so the figures mean little' : ''}.`;
}

function verdict(reports: readonly Report[]): string {
  const bars = reports.flatMap((report) => report.bars);
  const missed = bars.filter((bar) => bar.met === false);
  const open = bars.filter((bar) => bar.met === null);
  const lines = [...missed, ...open].map((bar) => `  ${barMark(bar)} ${bar.text}`);
  return [`${bars.length - missed.length - open.length} of ${bars.length} bars met`, ...lines].join(
    '\n',
  );
}

try {
  const asked = parse(process.argv.slice(2));
  if (asked === undefined) process.stdout.write(`${help}\n`);
  else if (!(await run(asked))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof UsageError || isParseError(error) ? 2 : 1;
}

function isParseError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error;
}
