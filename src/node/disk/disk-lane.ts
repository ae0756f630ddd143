/**
 * One disk worker and what is queued for it. Operations of one turn leave as one message; while the
 * worker has enough to do, more gather for its next message, so that small pieces cost less than a
 * message each. The thread starts with the first operation and is replaced when it dies.
 * Invariant: each operation is answered exactly once; its memory stays the worker's until then.
 */
import { Worker } from 'node:worker_threads';
import type { StorageError } from '../../engine/ports.ts';
import type { SharedSlab, SlabRegion } from '../slab-pool.ts';
import {
  type OpAnswer,
  opStatus,
  opStride,
  type ResultMessage,
  type WorkerSettings,
  type WorkMessage,
} from './disk-ops.ts';
import type { StorageSpec } from './storage-spec.ts';

/** `answer` is what the operation yields, or a StorageError when `status` is `failed`. */
export type OpDone = (status: number, answer: OpAnswer | undefined) => void;

export interface DiskOpRequest {
  readonly op: number;
  /** The index of a piece or a file. */
  readonly piece: number;
  readonly slab?: SharedSlab;
  readonly detail?: number;
  readonly payload?: Uint8Array;
  /** How much work it is, to spread the load. */
  readonly costBytes: number;
  readonly done: OpDone;
}

/** Messages a worker may have unanswered before more operations are held back for the next one. */
const messageWindow = 3;

export class DiskLane {
  readonly #settings: WorkerSettings;
  #worker: Worker | undefined;
  #closed = false;
  /** Cost of all operations not yet answered. */
  queuedBytes = 0;
  /** In the order of submission, which is the order of the answers. */
  #unanswered: DiskOpRequest[] = [];
  #answeredCount = 0;
  /** Operations left in each message under way, oldest first. */
  #unansweredMessages: number[] = [];
  #flushScheduled = false;
  readonly #knownRegions = new Set<number>();
  readonly #knownStorages = new Set<number>();
  #regions: SlabRegion[] = [];
  #forgotten: number[] = [];
  #specs: StorageSpec[] = [];
  #ops: number[] = [];
  #payloads: [number, Uint8Array][] = [];

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
  }

  knows(storageId: number): boolean {
    return this.#knownStorages.has(storageId);
  }

  forgetStorage(id: number): void {
    this.#knownStorages.delete(id);
  }

  forgetRegion(id: number): void {
    if (this.#knownRegions.delete(id)) this.#forgotten.push(id);
  }

  submit(spec: StorageSpec, request: DiskOpRequest): void {
    const { slab } = request;
    if (slab !== undefined && !this.#knownRegions.has(slab.region.id)) {
      this.#knownRegions.add(slab.region.id);
      this.#regions.push({ id: slab.region.id, memory: slab.region.memory });
    }
    if (!this.#knownStorages.has(spec.id)) {
      this.#knownStorages.add(spec.id);
      this.#specs.push(spec);
    }
    if (request.payload !== undefined) {
      this.#payloads.push([this.#ops.length / opStride, request.payload]);
    }
    const { op, piece, detail = 0 } = request;
    this.#ops.push(op, spec.id, piece, slab?.region.id ?? -1, slab?.offsetBytes ?? 0, detail);
    this.#unanswered.push(request);
    this.queuedBytes += request.costBytes;
    this.#scheduleFlush();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#failAll('the disk workers were stopped');
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    process.nextTick(() => {
      this.#flushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#ops.length === 0 || this.#unansweredMessages.length >= messageWindow) return;
    if (this.#closed) {
      this.#failAll('the disk workers were stopped');
      return;
    }
    const message: WorkMessage = {
      regions: this.#regions,
      forgottenRegions: this.#forgotten,
      specs: this.#specs,
      ops: this.#ops,
      payloads: this.#payloads,
    };
    this.#worker ??= this.#start();
    this.#unansweredMessages.push(this.#ops.length / opStride);
    this.#regions = [];
    this.#forgotten = [];
    this.#specs = [];
    this.#ops = [];
    this.#payloads = [];
    this.#worker.ref();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const worker = new Worker(new URL(`./hash-worker${extension}`, import.meta.url), {
      workerData: this.#settings,
      // What the process was started with (`--eval` and its like) is not for a script of its own.
      execArgv: [],
    });
    worker.on('message', (message: ResultMessage) => {
      if (worker === this.#worker) this.#answered(message);
    });
    worker.on('error', (error) => this.#died(worker, String(error)));
    worker.on('exit', (code) => this.#died(worker, `exit code ${code}`));
    return worker;
  }

  #answered(message: ResultMessage): void {
    const answers = new Map(message.answers);
    const { statuses } = message;
    const first = this.#answeredCount;
    this.#answeredCount += statuses.length;
    const leftOfOldest = (this.#unansweredMessages[0] ?? 0) - statuses.length;
    if (leftOfOldest === 0) this.#unansweredMessages.shift();
    else this.#unansweredMessages[0] = leftOfOldest;
    const requests = this.#unanswered.slice(first, this.#answeredCount);
    if (this.#answeredCount > 256 || this.#answeredCount === this.#unanswered.length) {
      this.#unanswered = this.#unanswered.slice(this.#answeredCount);
      this.#answeredCount = 0;
    }
    if (this.#unanswered.length === 0) this.#worker?.unref();
    for (let i = 0; i < requests.length; i++) {
      const request = requests[i]!;
      this.queuedBytes -= request.costBytes;
      request.done(statuses[i]!, answers.get(i));
    }
    this.#flush();
  }

  #died(worker: Worker, cause: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#failAll(`a disk worker stopped: ${cause}`);
  }

  /** The next operation starts a new worker, which must be told everything again. */
  #failAll(message: string): void {
    const requests = this.#unanswered.slice(this.#answeredCount);
    this.#unanswered = [];
    this.#answeredCount = 0;
    this.#unansweredMessages = [];
    this.#regions = [];
    this.#forgotten = [];
    this.#specs = [];
    this.#ops = [];
    this.#payloads = [];
    this.#knownRegions.clear();
    this.#knownStorages.clear();
    this.queuedBytes = 0;
    const error: StorageError = { code: 'EWORKER', message, path: '' };
    for (const request of requests) request.done(opStatus.failed, error);
  }
}
