/**
 * The UDP frontend of the tracker (BEP 15, BEP 41), IPv4 and IPv6 on one port number: chooses how
 * datagrams are received and sent, batched in threads of their own where that is possible.
 */
import { availableParallelism } from 'node:os';
import { connectionSecretBytes } from '../tracker/connection-id.ts';
import type { RateLimiter } from '../tracker/rate-limit.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';
import { secretBytes } from './system-random.ts';
import { BatchBackend, type BatchBackendOptions, type WorkerDeath } from './udp/batch-backend.ts';
import type { UdpChange } from './udp/batch-messages.ts';
import { DgramBackend } from './udp/dgram-backend.ts';
import { type Libc, type LoadLibc, loadLibc } from './udp/libc.ts';
import type { SharedTracker } from './udp/shared-tracker.ts';
import type { UdpBackend, UdpBackendName } from './udp/udp-backend.ts';

export type UdpBackendChoice = UdpBackendName | 'auto';

export interface UdpTrackerServerOptions {
  /** Numeric; all addresses of the machine when left out. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Answers in this thread, where no other threads do. */
  readonly logic: TrackerLogic;
  /** For this thread; other threads have theirs in `shared`. No limit when left out. */
  readonly limit?: RateLimiter;
  /** What threads need to answer by themselves; without it all is answered here, from `logic`. */
  readonly shared?: SharedTracker;
  /** `auto` unless told: `batch` where that is possible, else `dgram`. */
  readonly backend?: UdpBackendChoice;
  /** Threads of `batch`; `defaultUdpWorkers` unless told. */
  readonly workers?: number;
  /** 32 secret bytes, the same on all nodes that serve the same clients; made up unless told. */
  readonly connectionSecret?: Uint8Array;
  readonly onWorkerDeath?: (death: WorkerDeath) => void;
  /** For tests. */
  readonly loadLibc?: LoadLibc;
  readonly startWorker?: BatchBackendOptions['startWorker'];
}

export class UdpTrackerServer {
  readonly #backend: UdpBackend;
  /** Why it is not `batch`; undefined when it is, or when another was asked for. */
  readonly backendReason: string | undefined;

  private constructor(backend: UdpBackend, backendReason: string | undefined) {
    this.#backend = backend;
    this.backendReason = backendReason;
  }

  /**
   * Rejects with an error that carries the system's `code` when the port cannot be had, and with one that
   * says why when `batch` is asked for and impossible.
   */
  static async listen(options: UdpTrackerServerOptions): Promise<UdpTrackerServer> {
    const { port, logic, limit, backend = 'auto' } = options;
    const connectionSecret = options.connectionSecret ?? secretBytes(connectionSecretBytes);
    const common = { host: options.host, port, connectionSecret };
    let reason: string | undefined;
    if (backend !== 'dgram') {
      const possible = await batchNeeds(options);
      if (typeof possible !== 'string') {
        const { libc, shared } = possible;
        const workers = options.workers ?? defaultUdpWorkers();
        const batch = await BatchBackend.listen({
          ...common,
          libc,
          workers,
          tracker: shared,
          nowMs: () => logic.nowMs(),
          onWorkerDeath: options.onWorkerDeath ?? (() => {}),
          ...(options.startWorker === undefined ? {} : { startWorker: options.startWorker }),
        });
        return new UdpTrackerServer(batch, undefined);
      }
      reason = possible;
      if (backend === 'batch') throw new Error(`the UDP backend batch cannot be used: ${reason}`);
    }
    return new UdpTrackerServer(await DgramBackend.listen({ ...common, logic, limit }), reason);
  }

  get port(): number {
    return this.#backend.port;
  }

  get backend(): UdpBackendName {
    return this.#backend.name;
  }

  /** Threads that answer. */
  get workers(): number {
    return this.#backend.workers;
  }

  /** In force for datagrams that arrive a moment later. */
  update(change: UdpChange): void {
    this.#backend.update(change);
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#backend.close();
  }
}

/** One for each core but one, which serves everything else; at most four. */
export function defaultUdpWorkers(): number {
  return Math.max(1, Math.min(availableParallelism() - 1, 4));
}

/** What `batch` is made of, or why it cannot be. */
async function batchNeeds(
  options: UdpTrackerServerOptions,
): Promise<{ libc: Libc; shared: SharedTracker } | string> {
  const { shared } = options;
  if (shared === undefined) return 'its threads need swarms in the memory of this process';
  try {
    return { libc: await (options.loadLibc ?? loadLibc)(), shared };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
