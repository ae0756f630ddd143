/**
 * UDP clients served by threads that receive and send in batches (`recvmmsg`, `sendmmsg`).
 * Invariant: a thread that dies is replaced on the same socket, so that its port and what waits in it
 * stay; when threads keep dying the port is closed. Either way it is reported.
 */
import { Worker } from 'node:worker_threads';
import { type BatchWorkerData, batchControl, machineMs, type UdpChange } from './batch-messages.ts';
import { type BatchSockets, openBatchSockets } from './batch-sockets.ts';
import type { Libc } from './libc.ts';
import type { SharedTracker } from './shared-tracker.ts';
import type { UdpBackend } from './udp-backend.ts';

export interface WorkerDeath {
  /** Finishes the sentence "a UDP thread stopped:". */
  readonly cause: string;
  /** False when there were too many deaths and the port is closed. */
  readonly isReplaced: boolean;
}

export interface BatchBackendOptions {
  readonly libc: Libc;
  readonly host: string | undefined;
  readonly port: number;
  readonly workers: number;
  readonly tracker: SharedTracker;
  readonly connectionSecret: Uint8Array;
  /** The clock of the tracker. */
  readonly nowMs: () => number;
  readonly onWorkerDeath: (death: WorkerDeath) => void;
  /** For tests: another way to start a thread. */
  readonly startWorker?: (data: BatchWorkerData) => Worker;
}

const maxDeathsPerMinute = 5;
const minuteMs = 60_000;

interface Lane {
  readonly control: SharedArrayBuffer;
  readonly fd: number;
  worker: Worker;
  exited: Promise<void>;
}

export class BatchBackend implements UdpBackend {
  readonly name = 'batch';
  readonly port: number;
  readonly #options: BatchBackendOptions;
  readonly #sockets: BatchSockets;
  readonly #lanes: Lane[] = [];
  /** What a replaced thread has to know. */
  #data: Pick<BatchWorkerData, 'tracker' | 'connectionSecret'>;
  #deathsMs: number[] = [];
  #closing: Promise<void> | undefined;

  private constructor(options: BatchBackendOptions, sockets: BatchSockets) {
    this.#options = options;
    this.#sockets = sockets;
    this.port = sockets.port;
    this.#data = { tracker: options.tracker, connectionSecret: options.connectionSecret };
  }

  /** Rejects with a SocketError when the port cannot be had, with a thread's error when none starts. */
  static async listen(options: BatchBackendOptions): Promise<BatchBackend> {
    const { libc, host, port, workers } = options;
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(`UDP is served by one thread or more, not by ${workers}`);
    }
    const sockets = openBatchSockets(libc, host, port, workers);
    const backend = new BatchBackend(options, sockets);
    try {
      await Promise.all(sockets.fds.map((fd, thread) => backend.#open(fd, thread)));
    } catch (error) {
      await backend.close();
      throw error;
    }
    return backend;
  }

  get workers(): number {
    return this.#sockets.fds.length;
  }

  update(change: UdpChange): void {
    const { tracker, connectionSecret } = this.#data;
    this.#data = {
      tracker: { ...tracker, access: change.access ?? tracker.access },
      connectionSecret: change.connectionSecret ?? connectionSecret,
    };
    for (const { worker, control } of this.#lanes) {
      worker.postMessage(change);
      Atomics.add(new Int32Array(control), batchControl.messages, 1);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const { control } of this.#lanes) {
      Atomics.store(new Int32Array(control), batchControl.stop, 1);
    }
    this.#sockets.wake();
    await Promise.all(this.#lanes.map(({ exited }) => exited));
    this.#sockets.close();
  }

  /** Resolves when the new thread answers clients. */
  async #open(fd: number, thread: number): Promise<void> {
    const control = new SharedArrayBuffer(batchControl.length * Int32Array.BYTES_PER_ELEMENT);
    const data: BatchWorkerData = {
      fd,
      thread,
      control,
      ...this.#data,
      clockAheadMs: machineMs() - this.#options.nowMs(),
    };
    const worker = (this.#options.startWorker ?? startWorker)(data);
    const { promise: exited, resolve: resolveExited } = Promise.withResolvers<void>();
    this.#lanes[thread] = { control, fd, worker, exited };
    await new Promise<void>((resolve, reject) => {
      let isReady = false;
      let cause: unknown;
      worker.once('message', () => {
        isReady = true;
        resolve();
      });
      worker.once('error', (error) => {
        cause = error;
      });
      worker.once('exit', (code) => {
        resolveExited();
        cause ??= new Error(`exit code ${code}`);
        if (isReady) this.#onDeath(fd, thread, cause);
        else reject(cause);
      });
    });
  }

  #onDeath(fd: number, thread: number, error: unknown): void {
    if (this.#closing !== undefined) return;
    const cause = error instanceof Error ? error.message : String(error);
    const nowMs = performance.now();
    this.#deathsMs = this.#deathsMs.filter((atMs) => atMs > nowMs - minuteMs);
    this.#deathsMs.push(nowMs);
    const isReplaced = this.#deathsMs.length <= maxDeathsPerMinute;
    this.#options.onWorkerDeath({ cause, isReplaced });
    if (!isReplaced) {
      void this.close();
      return;
    }
    this.#open(fd, thread).catch((failure: unknown) => this.#onDeath(fd, thread, failure));
  }
}

function startWorker(data: BatchWorkerData): Worker {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const script = new URL(`./batch-worker${extension}`, import.meta.url);
  // What the process was started with (`--eval` and its like) is not for a script of its own.
  return new Worker(script, { workerData: data, execArgv: [] });
}
