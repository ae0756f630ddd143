/**
 * Ends connections whose time is up, with one timer for all of them: a connection says by a number
 * when that is, and moving it costs nothing. Its clock advances with the timer, so that a
 * connection is ended up to one step of it late.
 */
import type { HttpConnection } from './http-connection.ts';

export class ConnectionWatch {
  readonly #connections = new Set<HttpConnection>();
  readonly #timer: NodeJS.Timeout;
  readonly #everyMs: number;
  #sweptMs: number;

  constructor(timeoutMs: number, nowMs: () => number) {
    this.#everyMs = Math.max(20, Math.min(1000, timeoutMs / 4));
    this.#sweptMs = nowMs();
    this.#timer = setInterval(() => this.#sweep(nowMs()), this.#everyMs).unref();
  }

  /** The time when `ms` from now are over at least. */
  deadlineIn(ms: number): number {
    return this.#sweptMs + this.#everyMs + ms;
  }

  add(connection: HttpConnection): void {
    this.#connections.add(connection);
  }

  delete(connection: HttpConnection): void {
    this.#connections.delete(connection);
  }

  #sweep(nowMs: number): void {
    this.#sweptMs = nowMs;
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
