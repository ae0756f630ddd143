/** What each case of the tracker benchmark is given, and what it adds to the report. */
import type { Bar, Table } from '../report.ts';
import type { Workspace } from '../workspace.ts';

export const trackerCases = ['udp', 'http', 'threads', 'restart', 'flood'] as const;

export type TrackerCase = (typeof trackerCases)[number];

export interface TrackerBenchOptions {
  /** Of each tracker, in turns. */
  readonly runs: number;
  /** Of measuring in a run, after a second to warm up. */
  readonly seconds: number;
  readonly swarms: number;
  readonly peersPerSwarm: number;
  readonly numWant: number;
  /** HTTP connections at once. */
  readonly connections: number;
  readonly only: readonly TrackerCase[];
  /** Small amounts everywhere: does everything work? */
  readonly quick: boolean;
  readonly dir: string | undefined;
  note(text: string): void;
}

export interface CaseContext extends TrackerBenchOptions {
  readonly workspace: Workspace;
}

export interface CasePart {
  readonly tables: readonly Table[];
  readonly bars: readonly Bar[];
  readonly skipped: readonly string[];
  readonly figures: unknown;
}
