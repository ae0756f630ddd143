/**
 * Runs an operation over many pieces in runs that a worker reads in one go, with enough of them under
 * way to keep every worker busy and no more.
 * Invariant: `onDone` comes once, after the last `onRun`; a stopped sweep submits nothing further.
 */
import type { StorageError } from '../../engine/ports.ts';
import type { DiskOpRequest } from './disk-lane.ts';
import { type OpAnswer, opStatus, runBytes } from './disk-ops.ts';
import { storageErrorOf } from './disk-pool.ts';

export interface SweepOptions {
  readonly op: number;
  /** Ascending. */
  readonly pieces: ArrayLike<number>;
  readonly pieceLength: number;
  readonly workerCount: number;
  /** The detail of an operation on so many pieces. */
  detailOf(count: number): number;
  submit(request: DiskOpRequest): void;
  /** Also called for a run that failed, with the error. */
  onRun(
    first: number,
    count: number,
    answer: OpAnswer | undefined,
    error: StorageError | undefined,
  ): void;
  onDone(): void;
}

const runsPerWorker = 2;

/** Returns a function that stops the sweep; `onDone` follows once the runs under way are answered. */
export function sweepPieces(options: SweepOptions): () => void {
  const { pieces, pieceLength } = options;
  const perRun = Math.max(1, Math.floor(runBytes / pieceLength));
  let next = 0;
  let underWay = 0;
  let stopped = false;
  const submitNext = (): void => {
    const first = pieces[next]!;
    let count = 1;
    while (count < perRun && pieces[next + count] === first + count) count++;
    next += count;
    underWay++;
    options.submit({
      op: options.op,
      piece: first,
      detail: options.detailOf(count),
      costBytes: count * pieceLength,
      done: (status, answer) => {
        underWay--;
        const failed = status === opStatus.failed;
        if (failed) options.onRun(first, count, undefined, storageErrorOf(answer));
        else options.onRun(first, count, answer, undefined);
        if (!stopped && next < pieces.length) submitNext();
        else if (underWay === 0) options.onDone();
      },
    });
  };
  const window = runsPerWorker * options.workerCount;
  while (underWay < window && next < pieces.length) submitNext();
  if (underWay === 0) setImmediate(() => options.onDone());
  return () => {
    stopped = true;
  };
}
