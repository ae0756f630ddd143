/** Several runs of the same transfer put into one row of figures. */
import { GiB, MiB, median, medianKnown, number } from './figures.ts';
import type { TransferFigures } from './one-transfer.ts';

/** Medians over the runs; of peaks the largest. */
export interface TransferSummary {
  readonly sizeBytes: number;
  readonly seconds: number;
  readonly MiBPerSecond: number;
  /** From the first data on. */
  readonly dataMiBPerSecond: number | undefined;
  readonly leecherCpuPerGiB: number | undefined;
  readonly seederCpuPerGiB: number | undefined;
  readonly leecherPeakBytes: number | undefined;
  readonly seederPeakBytes: number | undefined;
}

/** Undefined when there was no run. */
export function summarize(
  runs: readonly TransferFigures[],
  sizeBytes: number,
): TransferSummary | undefined {
  if (runs.length === 0) return undefined;
  const perGiB = (value: number | undefined) =>
    value === undefined ? undefined : value / (sizeBytes / GiB);
  const seconds = median(runs.map((run) => run.seconds));
  const dataSeconds = medianKnown(runs.map((run) => run.dataSeconds));
  return {
    sizeBytes,
    seconds,
    MiBPerSecond: sizeBytes / MiB / seconds,
    dataMiBPerSecond: dataSeconds === undefined ? undefined : sizeBytes / MiB / dataSeconds,
    leecherCpuPerGiB: perGiB(medianKnown(runs.map((run) => run.leecherCpuSeconds))),
    seederCpuPerGiB: perGiB(medianKnown(runs.map((run) => run.seederCpuSeconds))),
    // A limit on memory holds in every run or not at all.
    leecherPeakBytes: worst(runs.map((run) => run.leecherPeakBytes)),
    seederPeakBytes: worst(runs.map((run) => run.seederPeakBytes)),
  };
}

function worst(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

export const summaryColumns = [
  'seconds',
  'MiB/s',
  'MiB/s from first data',
  'leecher CPU s/GiB',
  'seeder CPU s/GiB',
  'leecher peak MiB',
  'seeder peak MiB',
] as const;

export function summaryCells(summary: TransferSummary): string[] {
  const inMiB = (bytes: number | undefined) =>
    number(bytes === undefined ? undefined : bytes / MiB);
  return [
    number(summary.seconds),
    number(summary.MiBPerSecond),
    number(summary.dataMiBPerSecond),
    number(summary.leecherCpuPerGiB),
    number(summary.seederCpuPerGiB),
    inMiB(summary.leecherPeakBytes),
    inMiB(summary.seederPeakBytes),
  ];
}
