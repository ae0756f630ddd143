/** A history of speed as a graph takes it: points in time, and a scale that ends on a round figure. */
import type { SpeedHistory } from '../../api/contract/torrents.ts';

/** Spans that can be looked at, the shortest first. */
export const speedSpans = [
  { seconds: 60, name: '1 min' },
  { seconds: 600, name: '10 min' },
  { seconds: 3600, name: '1 h' },
  { seconds: 21_600, name: '6 h' },
  { seconds: 86_400, name: '1 day' },
  { seconds: 604_800, name: '7 days' },
] as const;

export type SpeedSpan = (typeof speedSpans)[number]['seconds'];

/** Times in seconds since 1970, bytes per second down and up; null where nothing is known. */
export type SpeedSeries = [number[], (number | null)[], (number | null)[]];

/** The whole span, also where the history is shorter than it. */
export function seriesOf(history: SpeedHistory, spanSeconds: number): SpeedSeries {
  const { intervalSeconds, down, up } = history;
  const endsAt = Date.parse(history.endsAt) / 1000;
  const length = Math.max(down.length, up.length);
  const wanted = Math.max(1, Math.round(spanSeconds / intervalSeconds));
  const times: number[] = [];
  const series: SpeedSeries = [times, [], []];
  for (let i = Math.min(0, length - wanted); i < length; i++) {
    if (length - i > wanted + 1) continue;
    times.push(endsAt - (length - 1 - i) * intervalSeconds);
    series[1].push(down[i] ?? null);
    series[2].push(up[i] ?? null);
  }
  return series;
}

/** How long an answer for a span stays good enough to be shown. */
export function refreshMs(spanSeconds: number): number {
  return Math.min(60_000, Math.max(1000, (spanSeconds * 1000) / 300));
}

const steps = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8];

/** The lowest round figure in binary units that `bytesPerSecond` fits under; at least 1 KiB/s. */
export function roundTop(bytesPerSecond: number): number {
  let unit = 1024;
  while (bytesPerSecond > unit * 1000) unit *= 1024;
  for (let ten = 1; ; ten *= 10) {
    for (const step of steps) if (bytesPerSecond <= step * ten * unit) return step * ten * unit;
  }
}

export function lastAndPeak(values: readonly (number | null)[]): { last: number; peak: number } {
  let peak = 0;
  for (const value of values) peak = Math.max(peak, value ?? 0);
  return { last: values.at(-1) ?? 0, peak };
}
