/**
 * The disk workers of a process: numbers the storages, and spreads operations over the workers by load.
 * Invariant: each operation is answered exactly once, also when its worker dies.
 */
import { availableParallelism } from 'node:os';
import { assert } from '../../base/assert.ts';
import type { StorageError } from '../../engine/ports.ts';
import { openFileLimit, shareOpenFiles } from '../open-file-limit.ts';
import type { SharedSlabPool } from '../slab-pool.ts';
import { DiskLane, type DiskOpRequest, type OpDone } from './disk-lane.ts';
import { diskOp, type OpAnswer, opStatus, type WorkerSettings } from './disk-ops.ts';
import { PathClaims } from './path-claims.ts';
import type { StorageSpec } from './storage-spec.ts';

export interface DiskPoolOptions {
  /** Threads; the number of cores, at most 4, when left out. They start when first needed. */
  readonly workers?: number;
  /** Open files of all workers together; up to 256, as the system's limit allows, when left out. */
  readonly maxOpenFiles?: number;
  /** Where slabs of `write`, `park` and `load` come from. */
  readonly slabs: SharedSlabPool;
}

export class DiskPool {
  readonly workerCount: number;
  /** Which storages use which paths. */
  readonly claims = new PathClaims();
  readonly #slabs: SharedSlabPool;
  readonly #settings: WorkerSettings;
  readonly #lanes: DiskLane[] = [];
  #nextStorageId = 1;

  constructor(options: DiskPoolOptions) {
    this.workerCount = options.workers ?? Math.min(availableParallelism(), 4);
    this.#slabs = options.slabs;
    const maxOpenFiles = options.maxOpenFiles ?? shareOpenFiles(openFileLimit()).writing;
    this.#settings = { maxOpenFiles: Math.max(1, Math.floor(maxOpenFiles / this.workerCount)) };
    for (let i = 0; i < this.workerCount; i++) this.#lanes.push(new DiskLane(this.#settings));
    this.#slabs.onRegionDropped((id) => {
      for (const lane of this.#lanes) lane.forgetRegion(id);
    });
  }

  /** A number for a new storage, never given twice. */
  newStorageId(): number {
    return this.#nextStorageId++;
  }

  /**
   * Gives the operation to a worker. `done` is called later, never during the call. Writes of one
   * storage stay with one worker: two that write to the same file wait for each other in the kernel,
   * and both are slower for it. Everything else goes to who has the least to do.
   */
  submit(spec: StorageSpec, request: DiskOpRequest): void {
    const home = this.#lanes[spec.id % this.#lanes.length]!;
    const writes = request.op === diskOp.write || request.op === diskOp.park;
    let best = home;
    if (!writes) {
      for (const lane of this.#lanes) if (lane.queuedBytes < best.queuedBytes) best = lane;
    }
    best.submit(spec, request);
  }

  /** Gives the operation to every worker that knows the storage; `done` is called once, with the first failure. */
  submitToAll(
    spec: StorageSpec,
    op: number,
    done: (error: StorageError | undefined) => void,
  ): void {
    let left = 1;
    let failure: StorageError | undefined;
    const settle = (): void => {
      if (--left === 0) done(failure);
    };
    for (const lane of this.#lanes) {
      if (!lane.knows(spec.id)) continue;
      left++;
      const oneDone: OpDone = (status, answer) => {
        if (status === opStatus.failed) failure ??= storageErrorOf(answer);
        settle();
      };
      lane.submit(spec, { op, piece: 0, costBytes: 0, done: oneDone });
    }
    setImmediate(settle);
  }

  /** Forgets a storage whose `close` operation was answered. */
  forgetStorage(id: number): void {
    for (const lane of this.#lanes) lane.forgetStorage(id);
  }

  /** Ends the threads. Operations under way fail; do it when all storages are closed. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

/** The error a failed operation was answered with. */
export function storageErrorOf(answer: OpAnswer | undefined): StorageError {
  assert(answer !== undefined && 'message' in answer, 'a failed operation says why');
  return answer;
}
