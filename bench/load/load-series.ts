/** Several trackers, filled with the same swarms, under the same load in turns. */
import { alternate, failuresOf } from '../alternate.ts';
import { median, medianKnown, number } from '../figures.ts';
import { limitedBy } from './limited-by.ts';
import { LoadPopulation } from './load-population.ts';
import type { LoadFigures } from './load-tally.ts';
import { runLoad } from './run-load.ts';
import type { CaseContext } from './tracker-case.ts';
import type { RunningTracker, TrackerTarget } from './tracker-targets.ts';

export interface Contender {
  readonly target: TrackerTarget;
  readonly kind: 'udp' | 'http';
  /** For the load, beside those of the case. */
  readonly loadOptions: readonly string[];
  /** Of several contenders of one target, what sets this one apart. */
  readonly label: string;
}

export interface Series {
  /** By label; of those that ran. */
  readonly medians: ReadonlyMap<string, LoadFigures>;
  readonly contenders: readonly Contender[];
  readonly runs: unknown;
  readonly skipped: readonly string[];
}

/** Addresses that peers come from. */
const sources = 8;
const maxFailure = 600;
/** A run in which neither side was busy met other work on this machine, and says nothing. */
const maxRepeats = 2;

export function populationOf({ swarms, peersPerSwarm }: CaseContext): LoadPopulation {
  return new LoadPopulation({ swarms, peersPerSwarm, sources });
}

export function loadWords(context: CaseContext): string[] {
  const { swarms, peersPerSwarm, numWant } = context;
  const sizes = ['--swarms', `${swarms}`, '--peers', `${peersPerSwarm}`];
  return [...sizes, '--numwant', `${numWant}`, '--sources', `${sources}`];
}

export async function runSeries(
  context: CaseContext,
  contenders: readonly Contender[],
): Promise<Series> {
  const { runs, seconds, note, workspace } = context;
  const running = new Map<TrackerTarget, RunningTracker>();
  const present = contenders.filter(({ target }) => target.missing === false);
  const words = loadWords(context);
  const population = populationOf(context);
  try {
    const outcomes = await alternate(
      present.map(({ label }) => label),
      runs,
      async (name, round) => {
        const { target, kind, loadOptions } = present.find(({ label }) => label === name)!;
        let tracker = running.get(target);
        if (tracker === undefined) {
          tracker = await target.start(workspace, population);
          running.set(target, tracker);
          const fill = await runLoad('udp', tracker, target.cores, [...words, '--fill-only']);
          const filled = number(fill.fill?.responsesPerSecond);
          note(`${kind}: ${name} filled with ${number(fill.fill?.announces)} peers, ${filled}/s`);
        }
        const times = ['--seconds', `${seconds}`, '--no-fill'];
        const options = [...words, ...loadOptions, ...(kind === 'udp' ? times : times.slice(0, 2))];
        for (let again = maxRepeats; ; again--) {
          const { mix } = await runLoad(kind, tracker, target.cores, options);
          if (mix === undefined) throw new Error('the load told no figures');
          const limit = limitedBy(mix, target.cores);
          const isUseless = limit === 'neither' && again > 0;
          const told = `${number(mix.responsesPerSecond)}/s, limit: ${limit}${isUseless ? ', repeated' : ''}`;
          note(`${kind}: run ${round} of ${runs}, ${name}: ${told}`);
          if (!isUseless) return mix;
        }
      },
    );
    const medians = new Map<string, LoadFigures>();
    for (const [name, { runs }] of outcomes) {
      if (runs.length > 0) medians.set(name, medianFigures(runs));
    }
    const missing = contenders.flatMap(({ target: { missing } }) => missing || []);
    return {
      medians,
      contenders: present,
      runs: Object.fromEntries(outcomes),
      skipped: [
        ...new Set(missing),
        ...failuresOf(outcomes).map((text) => text.slice(0, maxFailure)),
      ],
    };
  } finally {
    await Promise.all([...running.values()].map(({ child }) => child.stop()));
  }
}

function medianFigures(runs: readonly LoadFigures[]): LoadFigures {
  const of = (value: (run: LoadFigures) => number) => median(runs.map(value));
  const known = (value: (run: LoadFigures) => number | undefined) => medianKnown(runs.map(value));
  return {
    seconds: of((run) => run.seconds),
    connects: of((run) => run.connects),
    announces: of((run) => run.announces),
    scrapes: of((run) => run.scrapes),
    responsesPerSecond: of((run) => run.responsesPerSecond),
    wrong: of((run) => run.wrong),
    complaints: runs.flatMap((run) => run.complaints),
    refused: of((run) => run.refused),
    lost: of((run) => run.lost),
    peersPerAnnounce: of((run) => run.peersPerAnnounce),
    bytesReceived: of((run) => run.bytesReceived),
    p50: known((run) => run.p50),
    p99: known((run) => run.p99),
    p999: known((run) => run.p999),
    trackerCores: known((run) => run.trackerCores),
    loadCores: known((run) => run.loadCores),
  };
}

/** One row a contender. `ours` is what the others are compared with. */
export function seriesTable(series: Series, title: string, ours: string) {
  const reference = series.medians.get(ours)?.responsesPerSecond;
  const rows = series.contenders.flatMap(({ label, target }) => {
    const figures = series.medians.get(label);
    if (figures === undefined) return [];
    const { responsesPerSecond: rate, announces, seconds, trackerCores } = figures;
    const shared = reference === undefined ? '–' : `${(reference / rate).toFixed(2)} ×`;
    return [
      [
        label,
        number(rate),
        number(announces / seconds),
        ...[figures.p50, figures.p99, figures.p999].map(number),
        number(trackerCores),
        number(figures.loadCores),
        limitedBy(figures, target.cores),
        trackerCores === undefined ? '–' : number(rate / trackerCores),
        number(figures.lost),
        number(figures.peersPerAnnounce),
        shared,
      ],
    ];
  });
  const columns = [
    'tracker',
    'responses/s',
    'announces/s',
    'p50 ms',
    'p99 ms',
    'p99.9 ms',
    'tracker cores',
    'load cores',
    'limit',
    'responses a core-second',
    'lost',
    'peers an announce',
    'shoal is faster by',
  ];
  return { title, columns, rows };
}
