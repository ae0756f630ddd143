/**
 * How our tracker's UDP side grows with threads when no load generator and no system call stands in the
 * way: one and two threads answer prepared datagrams from the same swarms, in turns. Rates are for the
 * threads' own processor time, so that other work on the machine does not count as theirs; waiting for
 * each other's locks does.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { SeededRandom } from '../../src/base/random.ts';
import { connectionSecretBytes } from '../../src/tracker/connection-id.ts';
import { countersMemory } from '../../src/tracker/stats.ts';
import { createSwarmMemory } from '../../src/tracker/swarm-memory.ts';
import { alternate, failuresOf } from '../alternate.ts';
import { median, number, ratio } from '../figures.ts';
import { atLeast } from '../report.ts';
import type { ResponderFigures, ResponderThreadData } from './responder-thread.ts';
import type { CaseContext, CasePart } from './tracker-case.ts';

const bar = 1.6;
const sources = 8;
const names = ['1', '2'] as const;

export async function threadsCase(context: CaseContext): Promise<CasePart> {
  const outcomes = await alternate(names, context.runs, async (name, round) => {
    const rates = await answersPerSecond(context, Number(name));
    const told = `${number(rates.responsesPerCpuSecond)}/s, ${number(rates.responsesPerSecond)}/s by the clock`;
    context.note(`threads: run ${round} of ${context.runs}, ${name}: ${told}`);
    return rates;
  });
  const medianOf = (name: string, rate: keyof Rates) => {
    const runs = outcomes.get(name)?.runs ?? [];
    return runs.length === 0 ? undefined : median(runs.map((run) => run[rate]));
  };
  const [one, two] = names.map((name) => medianOf(name, 'responsesPerCpuSecond'));
  const byClock = names.map((name) => number(medianOf(name, 'responsesPerSecond')));
  const growth = one === undefined || two === undefined ? undefined : two / one;
  const hasCores = availableParallelism() > 1;
  return {
    tables: [
      {
        title: 'UDP without sockets: prepared datagrams, answered from shared swarms',
        columns: ['threads', 'responses/s, a core each', 'by the clock', 'of one thread'],
        rows: [
          ['1', number(one), byClock[0] ?? '', ratio(1)],
          ['2', number(two), byClock[1] ?? '', ratio(growth)],
        ],
      },
    ],
    bars: [
      atLeast(
        hasCores ? growth : undefined,
        bar,
        (value) =>
          `two threads give ${ratio(value)} the answers of one, without sockets; the bar is ${bar} ×`,
        'this machine has one core, so that two threads say nothing',
      ),
    ],
    skipped: failuresOf(outcomes),
    figures: Object.fromEntries(outcomes),
  };
}

type Rates = Omit<ResponderFigures, 'unanswered'>;

/** Of all threads together. */
async function answersPerSecond(context: CaseContext, threads: number): Promise<Rates> {
  const { swarms, peersPerSwarm, numWant, seconds } = context;
  const random = new SeededRandom(randomBytes(4).readUInt32LE());
  const memory = createSwarmMemory({ random, peerTimeoutMs: 3_600_000, isShared: true });
  const common = {
    memory,
    counters: countersMemory(threads),
    connectionSecret: new Uint8Array(randomBytes(connectionSecretBytes)),
    population: { swarms, peersPerSwarm, sources },
    numWant,
    threads,
    milliseconds: seconds * 1000,
    ready: new SharedArrayBuffer(4),
  };
  const answers = Array.from({ length: threads }, async (_, thread) => {
    const workerData: ResponderThreadData = { ...common, thread };
    const worker = new Worker(new URL('./responder-thread.ts', import.meta.url), { workerData });
    try {
      const [figures] = (await Promise.race([
        once(worker, 'message'),
        once(worker, 'exit').then(() => Promise.reject(new Error('a thread ended without a word'))),
      ])) as [ResponderFigures];
      if (figures.unanswered > 0) throw new Error(`${figures.unanswered} datagrams met silence`);
      return figures;
    } finally {
      await worker.terminate();
    }
  });
  const all = await Promise.all(answers);
  const sum = (rate: keyof Rates) => all.reduce((total, figures) => total + figures[rate], 0);
  return {
    responsesPerSecond: sum('responsesPerSecond'),
    responsesPerCpuSecond: sum('responsesPerCpuSecond'),
  };
}
