/**
 * `npm run fuzz`: feeds every decoder with random and mutated inputs, each target in a thread of its own so
 * that one that hangs or eats memory is ended and named.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { formatDuration, groupDigits } from '../../src/cli/format.ts';
import { nearestName } from '../../src/cli/nearest-name.ts';
import type { FuzzVerdict, FuzzWork } from './fuzz-worker.ts';
import { liveTargets } from './live-targets.ts';
import { targets } from './targets.ts';

const allNames = [...targets, ...liveTargets].map(({ name }) => name);

const usage = `npm run fuzz -- [--count 1000000] [--seed N] [--target NAME]... [--input N]

Feeds each decoder with random and mutated inputs: none may crash it, hang it or cost memory out of
proportion. A failure prints how to see it again.

  --count N       inputs for each target; default 1,000,000
  --seed N        where chance begins; default the time
  --target NAME   only this one; may be repeated
  --input N       only this input

Targets: ${allNames.join(', ')}.
Those that end in -socket or -dgram are sent to a running tracker, api, transmission, qbittorrent and events
to a running daemon; a failure is one of the inputs before it.`;

const hangMs = 20_000;
const lookMs = 500;
const heapMiB = 512;

interface FuzzOptions {
  readonly names: readonly string[];
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

function readOptions(): FuzzOptions | undefined {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      target: { type: 'string', multiple: true, default: allNames },
      input: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  for (const name of values.target) requireTarget(name);
  const seed = wholeNumber('--seed', values.seed);
  const names = values.target;
  if (values.input === undefined) {
    return { names, seed, first: 0, count: wholeNumber('--count', values.count) };
  }
  return { names, seed, first: wholeNumber('--input', values.input), count: 1 };
}

class UsageError extends Error {}

function requireTarget(name: string): void {
  if (allNames.includes(name)) return;
  const nearest = nearestName(name, allNames) ?? allNames.join(', ');
  throw new UsageError(`there is no target ${name}. Did you mean ${nearest}?`);
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new UsageError(`${flag} is a whole number, not ${text}`);
}

/** Undefined, or what went wrong. */
async function fuzzTarget(target: string, { seed, first, count }: FuzzOptions) {
  const begun = new SharedArrayBuffer(4);
  const counter = new Int32Array(begun);
  const work: FuzzWork = { target, seed, first, count, begun };
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  const startMs = performance.now();
  let movedAtMs = startMs;
  let seen = 0;
  let hanging = false;
  const watch = setInterval(() => {
    const now = Atomics.load(counter, 0);
    if (now !== seen) movedAtMs = performance.now();
    seen = now;
    show(target, seen, count, startMs);
    if (performance.now() - movedAtMs < hangMs) return;
    hanging = true;
    void worker.terminate();
  }, lookMs);
  const again = () =>
    `again: npm run fuzz -- --target ${target} --seed ${seed} --input ${first + Atomics.load(counter, 0) - 1}`;
  try {
    const [verdict] = (await Promise.race([
      once(worker, 'message'),
      once(worker, 'exit').then(() => [{ failure: `it ended without a word\n  ${again()}` }]),
    ])) as [FuzzVerdict];
    if (hanging) return `${target}: an input took more than ${hangMs / 1000} s\n  ${again()}`;
    if ('failure' in verdict) return verdict.failure;
    conclude(target, count, startMs, verdict.slowestMs);
    return undefined;
  } catch (error) {
    return `${target}: ${error instanceof Error ? error.message : error}\n  ${again()}`;
  } finally {
    clearInterval(watch);
    progress.delete(target);
    await worker.terminate();
  }
}

const isTerminal = process.stdout.isTTY === true;
const progress = new Map<string, string>();

/** All that runs, in one line; only on a terminal. */
function show(target: string, done: number, count: number, startMs: number): void {
  const perSecond = (done * 1000) / Math.max(1, performance.now() - startMs);
  const left = perSecond === 0 ? '' : `, ${formatDuration((count - done) / perSecond)} left`;
  progress.set(target, `${target} ${Math.floor((done / count) * 100)}%${left}`);
  if (isTerminal) process.stdout.write(`\r  ${[...progress.values()].join('   ')}\u001b[K`);
}

function conclude(target: string, count: number, startMs: number, slowestMs: number): void {
  const seconds = (performance.now() - startMs) / 1000;
  const rate = `${groupDigits(Math.round(count / seconds))} a second`;
  const slowest = `slowest ${slowestMs.toFixed(1)} ms`;
  const line = `  ${target.padEnd(22)}${groupDigits(count).padStart(10)} inputs   ${rate.padStart(18)}   ${slowest}`;
  process.stdout.write(`${isTerminal ? '\r' : ''}${line}${isTerminal ? '\u001b[K' : ''}\n`);
}

async function main(options: FuzzOptions): Promise<number> {
  const { seed, count, names } = options;
  const each = `${groupDigits(count)} ${count === 1 ? 'input' : 'inputs'} for each of ${names.length}`;
  process.stdout.write(`  seed ${seed}   ${each} targets\n`);
  const waiting = [...names];
  const failures: string[] = [];
  const lane = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const failure = await fuzzTarget(name, options);
      if (failure === undefined) continue;
      failures.push(failure);
      process.stdout.write(`${isTerminal ? '\r\u001b[K' : ''}  FAILED  ${failure}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  process.stdout.write(failures.length === 0 ? '  no failures\n' : `  ${failures.length} failed\n`);
  return failures.length === 0 ? 0 : 1;
}

try {
  const options = readOptions();
  if (options === undefined) process.stdout.write(`${usage}\n`);
  else process.exitCode = await main(options);
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof UsageError) && !code.startsWith('ERR_PARSE_ARGS')) throw error;
  process.stderr.write(`fuzz: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
