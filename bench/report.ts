/** What a benchmark found: tables for people, bars that are met or not, raw figures for programs. */

export interface Table {
  readonly title?: string;
  readonly columns: readonly string[];
  /** The first cell names the row, the others are figures. */
  readonly rows: readonly (readonly string[])[];
}

export interface Bar {
  /** What was found and what was asked for, in words. */
  readonly text: string;
  /** Null when there is nothing to judge by; the text says why. */
  readonly met: boolean | null;
}

export interface Report {
  readonly name: BenchName;
  readonly title: string;
  /** Sizes, runs and what exactly was timed. */
  readonly conditions: string;
  readonly tables: readonly Table[];
  readonly bars: readonly Bar[];
  /** Programs that were left out, with the reason. */
  readonly skipped: readonly string[];
  /** The figures behind the tables, as JSON. */
  readonly figures: unknown;
}

export const benchNames = [
  'transfer',
  'pieces',
  'fan-out',
  'sparse',
  'create',
  'codecs',
  'picker',
  'seeds',
  'tracker',
  'tracker-store',
] as const;

export type BenchName = (typeof benchNames)[number];

export interface BenchOptions {
  /** Of the file that is moved and hashed. Fan-out takes a quarter, the sparse case ten times as much. */
  readonly sizeBytes: number;
  readonly runs: number;
  readonly quick: boolean;
  /** Where the temporary folder goes; default the system's. */
  readonly dir: string | undefined;
  /** One line on what is being done, for someone who waits. */
  note(text: string): void;
}

/** A value that has to reach a bar; `say` words both. */
export function atLeast(
  value: number | undefined,
  bar: number,
  say: (value: number) => string,
  unknown: string,
): Bar {
  if (value === undefined) return { text: unknown, met: null };
  return { text: say(value), met: value >= bar };
}

/** A value that must not pass a bar. */
export function atMost(
  value: number | undefined,
  bar: number,
  say: (value: number) => string,
  unknown: string,
): Bar {
  if (value === undefined) return { text: unknown, met: null };
  return { text: say(value), met: value <= bar };
}
