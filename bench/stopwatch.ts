/** Time per operation of something small: warmed up, then the median of several batches. */
import { median } from './figures.ts';

const batches = 7;

export interface Timed {
  readonly nsPerOperation: number;
}

/** Runs for about `milliseconds` in all. `operation` returns something, so that none of it is left out. */
export function timed(milliseconds: number, operation: () => unknown): Timed {
  const batchMs = milliseconds / (batches + 2);
  let count = 1;
  let tookMs = batch(operation, count);
  // Also the compiler's warm-up, which is not what is measured.
  for (let warmMs = tookMs; warmMs < 2 * batchMs || tookMs < batchMs / 4; warmMs += tookMs) {
    count = Math.max(1, Math.round(count * Math.min(8, batchMs / Math.max(tookMs, 0.001))));
    tookMs = batch(operation, count);
  }
  const each = Array.from({ length: batches }, () => (batch(operation, count) / count) * 1e6);
  return { nsPerOperation: median(each) };
}

/** Milliseconds. */
function batch(operation: () => unknown, count: number): number {
  let kept: unknown;
  const startedAtMs = performance.now();
  for (let i = 0; i < count; i++) kept = operation();
  const tookMs = performance.now() - startedAtMs;
  if (kept === timed) throw new Error('an operation returned its stopwatch');
  return tookMs;
}
