/** One way to serve UDP clients: batched system calls in threads, or Node's own sockets. */
import type { UdpChange } from './batch-messages.ts';

export const udpBackendNames = ['batch', 'dgram'] as const;
export type UdpBackendName = (typeof udpBackendNames)[number];

export interface UdpBackend {
  readonly name: UdpBackendName;
  readonly port: number;
  /** Threads that answer. */
  readonly workers: number;
  update(change: UdpChange): void;
  /** Idempotent; the port is free when it resolves, and no thread is left. */
  close(): Promise<void>;
}
