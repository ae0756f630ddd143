/**
 * One address that announces invented info-hashes as fast as it can, while an honest client announces to
 * its own swarm: memory keeps to its budget, the honest one is answered soon, and its swarm stays.
 */
import { MiB, number, size } from '../figures.ts';
import { usageOf } from '../process-usage.ts';
import { atMost, type Bar } from '../report.ts';
import { HonestClient, type HonestFigures } from './honest-client.ts';
import { runLoad } from './run-load.ts';
import type { CaseContext, CasePart } from './tracker-case.ts';
import { shoalTracker, startShoalTracker } from './tracker-targets.ts';

const budgetMiB = 64;
const barMs = 100;
/** What a process grows by besides its swarms: code that is compiled, buffers, garbage. */
const besidesBytes = 64 * MiB;
const rounds = [100_000, 2_000_000] as const;
const quickRounds = [100_000] as const;

interface FloodFigures extends HonestFigures {
  readonly infoHashes: number;
  readonly announcesPerSecond: number;
  readonly refusedOrLost: number;
  readonly emptyBytes: number;
  readonly peakBytes: number;
}

export async function floodCase(context: CaseContext): Promise<CasePart> {
  const { missing } = shoalTracker('flood', ['--memory'], 1);
  if (missing !== false) return { tables: [], bars: [], skipped: [missing], figures: {} };
  const results: FloodFigures[] = [];
  for (const infoHashes of context.quick ? quickRounds : rounds) {
    const figures = await floodOnce(infoHashes);
    results.push(figures);
    const told = `honest p99 ${number(figures.p99)} ms, ${size(figures.peakBytes)} at most`;
    context.note(`flood: ${infoHashes.toLocaleString('en')} info-hashes: ${told}`);
  }
  return partOf(results);
}

async function floodOnce(infoHashes: number): Promise<FloodFigures> {
  const tracker = await startShoalTracker(['--memory', `${budgetMiB}MiB`], 1);
  const emptyBytes = usageOf(tracker.pid)?.peakBytes ?? Number.NaN;
  try {
    const target = { host: '127.0.0.1', port: tracker.udpPort };
    const honest = await HonestClient.open(target, new Uint8Array(20).fill(0xaa));
    const sizes = ['--swarms', `${infoHashes}`, '--peers', '1', '--sources', '1'];
    const flood = runLoad('udp', tracker, 1, [...sizes, '--seed', '7', '--flood']);
    const honestFigures = await honest.during(flood).finally(() => honest.close());
    const { fill } = await flood;
    return {
      ...honestFigures,
      infoHashes,
      announcesPerSecond: fill?.responsesPerSecond ?? 0,
      refusedOrLost: (fill?.lost ?? 0) + (fill?.refused ?? 0),
      emptyBytes,
      peakBytes: usageOf(tracker.pid)?.peakBytes ?? Number.NaN,
    };
  } finally {
    await tracker.child.stop();
  }
}

function partOf(results: readonly FloodFigures[]): CasePart {
  const rows = results.map((figures) => [
    figures.infoHashes.toLocaleString('en'),
    number(figures.announcesPerSecond),
    number(figures.refusedOrLost),
    number(figures.p50),
    number(figures.p99),
    number(figures.slowestMs),
    number(figures.unanswered),
    number(figures.fewestPeers),
    number(figures.emptyBytes / MiB),
    number(figures.peakBytes / MiB),
  ]);
  const columns = [
    'info-hashes',
    'announces/s',
    'refused or lost',
    'honest p50 ms',
    'p99 ms',
    'slowest ms',
    'unanswered',
    'peers of its two',
    'MiB before',
    'MiB at most',
  ];
  const title = `Invented info-hashes from one address, --memory ${budgetMiB}MiB, 20 honest announces a second`;
  return {
    tables: [{ title, columns, rows }],
    bars: results.flatMap(barsOf),
    skipped: [],
    figures: results,
  };
}

function barsOf(figures: FloodFigures): Bar[] {
  const what = `${figures.infoHashes.toLocaleString('en')} info-hashes from one address`;
  const isServed = figures.unanswered === 0 && figures.fewestPeers === 2;
  const limit = budgetMiB * MiB + besidesBytes;
  return [
    atMost(
      figures.p99,
      barMs,
      (value) => `${what}: honest announces take ${number(value)} ms (p99); the bar is ${barMs} ms`,
      '',
    ),
    {
      text: `${what}: the honest swarm is ${isServed ? 'always answered in full' : 'lost from sight'}`,
      met: isServed,
    },
    atMost(
      Number.isNaN(figures.peakBytes) ? undefined : figures.peakBytes - figures.emptyBytes,
      limit,
      (value) =>
        `${what}: ${size(value)} more than the empty tracker; the bar is the budget of ${budgetMiB} MiB and ${size(besidesBytes)} besides`,
      'memory is not known on this system',
    ),
  ];
}
