/** The engine's monotonic clock: milliseconds since the process started, unmoved by the wall clock. */
import type { Clock } from '../engine/ports.ts';

export const systemClock: Clock = {
  nowMs: () => performance.now(),
};
