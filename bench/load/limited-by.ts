/** Which side a figure speaks of: the one that had nothing left to give. */
import type { LoadFigures } from './load-tally.ts';

export type Limit = 'tracker' | 'load' | 'both' | 'neither' | 'unknown';

/** Of a core: the system counts in hundredths of a second, and takes a little for itself. */
const busy = 0.9;

export function limitedBy(figures: LoadFigures, trackerCores: number): Limit {
  const { trackerCores: used, loadCores } = figures;
  if (used === undefined || loadCores === undefined) return 'unknown';
  const isTracker = used >= busy * trackerCores;
  const isLoad = loadCores >= busy;
  if (isTracker && isLoad) return 'both';
  if (isTracker) return 'tracker';
  return isLoad ? 'load' : 'neither';
}
