/** The trackers under load: every case that was asked for, put into one report. */
import { runsText } from '../figures.ts';
import type { BenchOptions, Report } from '../report.ts';
import { Workspace } from '../workspace.ts';
import { coreChoice } from './core-choice.ts';
import { floodCase } from './flood-case.ts';
import { restartCase } from './restart-case.ts';
import { httpCase, udpCase } from './served-cases.ts';
import { threadsCase } from './threads-case.ts';
import {
  type CaseContext,
  type CasePart,
  type TrackerBenchOptions,
  type TrackerCase,
  trackerCases,
} from './tracker-case.ts';

const cases: Readonly<Record<TrackerCase, (context: CaseContext) => Promise<CasePart>>> = {
  udp: udpCase,
  http: httpCase,
  threads: threadsCase,
  restart: restartCase,
  flood: floodCase,
};

/** What `npm run bench` measures of trackers. */
export function trackerDefaults({ runs, quick, dir, note }: BenchOptions): TrackerBenchOptions {
  return {
    runs,
    quick,
    dir,
    note,
    seconds: quick ? 1 : 5,
    swarms: quick ? 1000 : 10_000,
    peersPerSwarm: quick ? 50 : 100,
    numWant: 30,
    connections: 64,
    only: trackerCases,
  };
}

export function benchTracker(options: BenchOptions): Promise<Report> {
  return benchTrackerCases(trackerDefaults(options));
}

/** A case that cannot run is left out, with the reason. */
export async function benchTrackerCases(options: TrackerBenchOptions): Promise<Report> {
  const workspace = new Workspace(options.dir);
  const parts: CasePart[] = [];
  const figures: Record<string, unknown> = {};
  const failures: string[] = [];
  try {
    for (const name of options.only) {
      try {
        const part = await cases[name]({ ...options, workspace });
        parts.push(part);
        figures[name] = part.figures;
      } catch (error) {
        failures.push(`${name} failed: ${error instanceof Error ? error.message : error}`);
      }
    }
  } finally {
    await workspace.close();
  }
  if (parts.length === 0) throw new Error(failures.join('\n'));
  const { swarms, peersPerSwarm, numWant, seconds, runs } = options;
  const [swarmsText, peersText] = [swarms, swarms * peersPerSwarm].map((n) =>
    n.toLocaleString('en'),
  );
  return {
    name: 'tracker',
    title: 'Trackers under load',
    conditions: `${peersText} peers in ${swarmsText} swarms, ${numWant} peers wanted, ${seconds} s after a second to warm up, ${runsText(runs)}, over loopback; ${coreChoice.text}.`,
    tables: parts.flatMap((part) => part.tables),
    bars: parts.flatMap((part) => part.bars),
    skipped: [...new Set(parts.flatMap((part) => part.skipped)), ...failures],
    figures,
  };
}
