/**
 * `npm run bench:tracker`: loads trackers over UDP and HTTP and compares ours with others, or loads one
 * that runs already on this machine.
 */
import { parseArgs } from 'node:util';
import { markdownTable, writeDocument } from './document.ts';
import { number } from './figures.ts';
import type { LoadFigures } from './load/load-tally.ts';
import { loopbackTarget } from './load/loopback-target.ts';
import { runLoad } from './load/run-load.ts';
import { benchTrackerCases, trackerDefaults } from './load/tracker-benchmark.ts';
import { type TrackerBenchOptions, type TrackerCase, trackerCases } from './load/tracker-case.ts';
import { describeMachine } from './machine.ts';
import { textReport } from './text-report.ts';

const help = `Usage: npm run bench:tracker -- [options]

Loads our tracker, opentracker and bittorrent-tracker in turns, in the mix
50 connect : 50 announce : 1 scrape, and prints rates, percentiles and ratios.

  --only CASES    of ${trackerCases.join(', ')}, with commas; default all
  --seconds N     of measuring in a run; default 5, with --quick 1
  --runs N        of each tracker, in turns; default 3, with --quick 1
  --swarms N      default 10000, with --quick 1000
  --peers N       in each swarm; default 100, with --quick 50
  --numwant N     default 30
  --connections N for HTTP; default 64
  --quick         a look at whether everything works
  --write         fill in its section of docs/benchmarks.md
  --json          print one JSON object

  --port N        load the tracker that runs on this port of this machine, and nothing else
  --host ADDRESS  where that one is; a loopback address, default 127.0.0.1
  --pid N         its process, whose processor time is told

Exit status 1 when a load could not run; a bar that is missed does not count.`;

class UsageError extends Error {}

const optionTypes = {
  only: { type: 'string' },
  seconds: { type: 'string' },
  runs: { type: 'string' },
  swarms: { type: 'string' },
  peers: { type: 'string' },
  numwant: { type: 'string' },
  connections: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  pid: { type: 'string' },
  dir: { type: 'string' },
  quick: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof optionTypes }>>['values'];

function wholeNumber(name: string, text: string | undefined, preset: number, least = 1): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= 10_000_000) return value;
  throw new UsageError(`--${name} is a whole number from ${least}`);
}

function optionsOf(values: Values): TrackerBenchOptions {
  const { quick, dir } = values;
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const runs = wholeNumber('runs', values.runs, quick ? 1 : 3);
  const preset = trackerDefaults({ sizeBytes: 0, runs, quick, dir, note });
  return {
    ...preset,
    seconds: wholeNumber('seconds', values.seconds, preset.seconds),
    swarms: wholeNumber('swarms', values.swarms, preset.swarms),
    peersPerSwarm: wholeNumber('peers', values.peers, preset.peersPerSwarm),
    numWant: wholeNumber('numwant', values.numwant, preset.numWant, 0),
    connections: wholeNumber('connections', values.connections, preset.connections),
    only: casesOf(values.only) ?? preset.only,
  };
}

function casesOf(text: string | undefined): TrackerCase[] | undefined {
  return text?.split(',').map((word) => {
    const found = trackerCases.find((name) => name === word);
    if (found !== undefined) return found;
    throw new UsageError(`there is no case "${word}"; there are ${trackerCases.join(', ')}`);
  });
}

async function compare(values: Values): Promise<void> {
  if (values.write && values.only !== undefined) {
    throw new UsageError('--write fills in a whole section, so it goes without --only');
  }
  const machine = describeMachine(values.dir);
  const report = await benchTrackerCases(optionsOf(values));
  process.stdout.write(
    values.json ? `${JSON.stringify({ machine, report })}\n` : textReport(report),
  );
  if (!values.write) return;
  const table = { columns: ['', ''], rows: Object.entries(machine) };
  const day = new Date().toISOString().slice(0, 10);
  writeDocument(markdownTable(table).replace('---:', '---'), `Measured on ${day}.`, [report]);
}

async function loadOne(values: Values): Promise<void> {
  const { host, port } = loopbackTarget(values.host, Number(values.port));
  const options = optionsOf(values);
  const pid = values.pid === undefined ? {} : { pid: wholeNumber('pid', values.pid, 0) };
  const tracker = { udpPort: port, httpPort: port, ...pid };
  const sizes = ['--swarms', `${options.swarms}`, '--peers', `${options.peersPerSwarm}`];
  const numWant = ['--numwant', `${options.numWant}`, '--seconds', `${options.seconds}`];
  const words = ['--host', host, ...sizes, ...numWant];
  for (const kind of ['udp', 'http'] as const) {
    if (!options.only.includes(kind)) continue;
    const connections = kind === 'http' ? ['--connections', `${options.connections}`] : [];
    const { fill, mix } = await runLoad(kind, tracker, 1, [...words, ...connections]);
    if (values.json) process.stdout.write(`${JSON.stringify({ kind, fill, mix })}\n`);
    else if (mix !== undefined) process.stdout.write(`${kind}  ${inWords(mix)}\n`);
  }
}

function inWords(figures: LoadFigures): string {
  const [p50, p99, p999] = [figures.p50, figures.p99, figures.p999].map(number);
  const { responsesPerSecond: rate, trackerCores, loadCores, lost, wrong } = figures;
  const cores = `cores: tracker ${number(trackerCores)}, load ${number(loadCores)}`;
  return `${number(rate)} responses/s, ms: p50 ${p50}, p99 ${p99}, p99.9 ${p999}; ${cores}; ${lost} lost, ${wrong} wrong`;
}

try {
  const { values } = parseArgs({ options: optionTypes });
  if (values.help) process.stdout.write(`${help}\n`);
  else if (values.port !== undefined) await loadOne(values);
  else await compare(values);
} catch (error) {
  process.stderr.write(`bench:tracker: ${error instanceof Error ? error.message : error}\n`);
  const isUsage = error instanceof UsageError || error instanceof RangeError;
  process.exitCode = isUsage || (error instanceof TypeError && 'code' in error) ? 2 : 1;
}
