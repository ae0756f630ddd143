/**
 * A tracker that is stopped and started again with the same data: how long until it answers with all of
 * its peers, from before its process is made.
 */
import { freePort } from '../../test/interop/programs/free-port.ts';
import { median, number } from '../figures.ts';
import { atMost } from '../report.ts';
import { loadWords, populationOf } from './load-series.ts';
import { runLoad } from './run-load.ts';
import type { CaseContext, CasePart } from './tracker-case.ts';
import { type RunningTracker, shoalTracker, startShoalTracker } from './tracker-targets.ts';
import { untilPeers } from './tracker-totals.ts';

const barSeconds = 3;
const settleMs = 5_000;
const restoreMs = 20_000;

interface RestartFigures {
  readonly stopSeconds: number;
  readonly startSeconds: number;
  readonly lost: number;
}

export async function restartCase(context: CaseContext): Promise<CasePart> {
  const { workspace, runs, note } = context;
  const { missing } = shoalTracker('restart', ['--data'], 1);
  if (missing !== false) return { tables: [], bars: [], skipped: [missing], figures: {} };
  const population = populationOf(context);
  const peers = population.swarms * population.peersPerSource * population.sources;
  const dir = workspace.folder('tracker-data');
  const options = ['--data', dir, '--port', `${await freePort()}`];
  const results: RestartFigures[] = [];
  let tracker: RunningTracker | undefined = await startShoalTracker(options, 1);
  try {
    await runLoad('udp', tracker, 1, [...loadWords(context), '--fill-only']);
    const before = await untilPeers(tracker.httpPort, peers, settleMs);
    if (before !== peers) throw new Error(`${before} of ${peers} peers are there before the stop`);
    for (let round = 1; round <= runs; round++) {
      const { httpPort } = tracker;
      const stoppingMs = performance.now();
      await tracker.child.stop();
      const stopSeconds = (performance.now() - stoppingMs) / 1000;
      const startingMs = performance.now();
      const starting = startShoalTracker(options, 1);
      const after = await untilPeers(httpPort, peers, restoreMs);
      const startSeconds = (performance.now() - startingMs) / 1000;
      tracker = await starting;
      results.push({ stopSeconds, startSeconds, lost: peers - after });
      note(`restart: run ${round} of ${runs}: ${number(startSeconds)} s, ${peers - after} lost`);
      if (after !== peers) break;
    }
  } finally {
    await tracker?.child.stop();
  }
  return partOf(results, peers);
}

function partOf(results: readonly RestartFigures[], peers: number): CasePart {
  const start = median(results.map(({ startSeconds }) => startSeconds));
  const stop = median(results.map(({ stopSeconds }) => stopSeconds));
  const lost = Math.max(...results.map((result) => Math.abs(result.lost)));
  const of = peers.toLocaleString('en');
  return {
    tables: [
      {
        title: 'Restart with the same data',
        columns: ['peers', 'seconds to stop', 'seconds until it answers with all', 'lost'],
        rows: [[of, number(stop), number(start), number(lost)]],
      },
    ],
    bars: [
      atMost(
        start,
        barSeconds,
        (value) =>
          `restart: answers ${number(value)} s after its start; the bar is ${barSeconds} s`,
        '',
      ),
      { text: `restart: ${lost} of ${of} peers lost; the bar is none`, met: lost === 0 },
    ],
    skipped: [],
    figures: results,
  };
}
