/**
 * Ends connections whose time is up, with one timer for all of them: a connection says by a number
 * when that is, and moving it costs nothing.
 */
import type { HttpConnection } from './http-connection.ts';

export class ConnectionWatch {
  readonly #connections = new Set<HttpConnection>();
  readonly #timer: NodeJS.Timeout;
  readonly #nowMs: () => number;

  constructor(timeoutMs: number, nowMs: () => number) {
    this.#nowMs = nowMs;
    const everyMs = Math.max(20, Math.min(1000, timeoutMs / 4));
    this.#timer = setInterval(() => this.#sweep(), everyMs).unref();
  }

  add(connection: HttpConnection): void {
    this.#connections.add(connection);
  }

  delete(connection: HttpConnection): void {
    this.#connections.delete(connection);
  }

  #sweep(): void {
    const nowMs = this.#nowMs();
    for (const connection of this.#connections) {
      if (connection.deadlineMs <= nowMs) connection.expire();
    }
  }

  /** Cuts them all. */
  close(): void {
    clearInterval(this.#timer);
    for (const { socket } of this.#connections) socket.destroy();
  }
}
