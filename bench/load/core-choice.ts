/** Which cores a tracker and its load are bound to, so that they do not take each other's time. */
import { availableParallelism } from 'node:os';
import { missingCommand } from '../../test/interop/programs/installed.ts';

export interface CoreChoice {
  /** In front of the tracker's command. */
  tracker(cores: number): readonly string[];
  /** In front of the load's command; `trackerCores` are those it should keep away from. */
  load(trackerCores: number): readonly string[];
  readonly text: string;
}

const missing = missingCommand('taskset', 'util-linux');
const total = availableParallelism();
const canBind = missing === false && total > 1;

export const coreChoice: CoreChoice = canBind
  ? {
      tracker: (cores) => ['taskset', '-c', `0-${cores - 1}`],
      load: (trackerCores) => ['taskset', '-c', `${Math.min(trackerCores, total - 1)}`],
      text: `the tracker on core 0, the load on core 1 of ${total}`,
    }
  : {
      tracker: () => [],
      load: () => [],
      text: `not bound to cores: ${missing === false ? 'there is only one' : missing}`,
    };

/** True where tracker and load each have cores of their own. */
export function areApart(trackerCores: number): boolean {
  return canBind && trackerCores < total;
}
