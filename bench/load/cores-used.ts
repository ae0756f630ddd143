/** How many cores processes kept busy between two moments; undefined where the system does not tell. */
import { usageOf } from '../process-usage.ts';

export interface CoresUsed {
  readonly tracker: number | undefined;
  readonly load: number | undefined;
}

/** Starts to measure; the returned function says what was used since. */
export function measureCores(trackerPid: number | undefined): () => CoresUsed {
  const startMs = performance.now();
  const before = cpuSeconds(trackerPid);
  return () => {
    const after = cpuSeconds(trackerPid);
    const seconds = (performance.now() - startMs) / 1000;
    const over = (start: number | undefined, end: number | undefined) =>
      start === undefined || end === undefined ? undefined : (end - start) / seconds;
    return { tracker: over(before[0], after[0]), load: over(before[1], after[1]) };
  };
}

function cpuSeconds(trackerPid: number | undefined): (number | undefined)[] {
  const of = (pid: number | undefined) =>
    pid === undefined ? undefined : usageOf(pid)?.cpuSeconds;
  return [of(trackerPid), of(process.pid)];
}
