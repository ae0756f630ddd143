/** What the main thread and the threads of batched UDP tell each other. */
import type { AccessState } from '../../tracker/access.ts';
import type { SharedTracker } from './shared-tracker.ts';

export interface BatchWorkerData {
  /** The socket stays the main thread's to close. */
  readonly fd: number;
  /** Among the workers, from 0. */
  readonly thread: number;
  /** Cells of `batchControl`. */
  readonly control: SharedArrayBuffer;
  readonly tracker: SharedTracker;
  readonly connectionSecret: Uint8Array;
  /** What `machineMs` is ahead of the clock of the tracker. */
  readonly clockAheadMs: number;
}

/** Indices in an Int32Array: whether to end, and how many messages have been sent to this worker. */
export const batchControl = { stop: 0, messages: 1, length: 2 } as const;

/** New rules and keys, in force from the next batch on. */
export interface UdpChange {
  readonly access?: AccessState;
  readonly connectionSecret?: Uint8Array;
}

/** A monotonic clock that all threads of the machine read alike. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
