/**
 * Opens outgoing connections, at most a fixed number at once, the rest waiting in order.
 * Invariant: each dial ends in exactly one of `onDialed`, `onDialFailed` or a cancel, never inside the
 * call to `dial`; a connection attempt is given up after a fixed time.
 */
import { connect, isIP } from 'node:net';
import type { Endpoint } from '../base/endpoint.ts';
import type { Dialer, DialSink } from '../engine/ports.ts';
import { socketCause } from './socket-cause.ts';
import { TcpLink } from './tcp-link.ts';

export interface TcpDialerOptions {
  /** Shared by all links of the process. */
  readonly readBuffer: Uint8Array;
  /** Attempts under way at once; 30 when left out. */
  readonly halfOpenLimit?: number;
  /** Dials that may wait for their turn; 2,000 when left out. One more fails. */
  readonly waitingLimit?: number;
  /** 10,000 when left out. */
  readonly timeoutMs?: number;
}

interface Dial {
  readonly remote: Endpoint;
  readonly sink: DialSink;
  /** Ends an attempt under way; undefined while waiting. */
  abort: (() => void) | undefined;
}

export class TcpDialer implements Dialer {
  readonly #readBuffer: Uint8Array;
  readonly #halfOpenLimit: number;
  readonly #waitingLimit: number;
  readonly #timeoutMs: number;
  /** Insertion order is the order of service. */
  readonly #waiting = new Set<Dial>();
  #halfOpen = 0;
  #startScheduled = false;

  constructor(options: TcpDialerOptions) {
    this.#readBuffer = options.readBuffer;
    this.#halfOpenLimit = options.halfOpenLimit ?? 30;
    this.#waitingLimit = options.waitingLimit ?? 2000;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
  }

  /** Attempts under way. */
  get halfOpen(): number {
    return this.#halfOpen;
  }

  dial(remote: Endpoint, sink: DialSink): { cancel(): void } {
    const dial: Dial = { remote, sink, abort: undefined };
    let failure: string | undefined;
    if (isIP(remote.host) === 0) failure = 'not a numeric address';
    else if (remote.port < 1 || remote.port > 65_535) failure = 'invalid port';
    else if (this.#waiting.size >= this.#waitingLimit) failure = 'too many connections are waiting';
    if (failure !== undefined) return failLater(sink, failure);
    this.#waiting.add(dial);
    this.#scheduleStart();
    return {
      cancel: () => {
        this.#waiting.delete(dial);
        dial.abort?.();
      },
    };
  }

  #scheduleStart(): void {
    if (this.#startScheduled) return;
    this.#startScheduled = true;
    process.nextTick(() => {
      this.#startScheduled = false;
      for (const dial of this.#waiting) {
        if (this.#halfOpen >= this.#halfOpenLimit) return;
        this.#waiting.delete(dial);
        this.#start(dial);
      }
    });
  }

  #start(dial: Dial): void {
    const { remote, sink } = dial;
    const link = new TcpLink(remote, false, this.#readBuffer);
    const socket = connect({
      host: remote.host,
      port: remote.port,
      noDelay: true,
      onread: link.onread,
    });
    this.#halfOpen++;
    let settled = false;
    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      dial.abort = undefined;
      this.#halfOpen--;
      this.#scheduleStart();
      return true;
    };
    const fail = (cause: string): void => {
      if (!settle()) return;
      socket.destroy();
      sink.onDialFailed(cause);
    };
    const timer = setTimeout(() => fail('timed out'), this.#timeoutMs);
    dial.abort = () => {
      if (settle()) socket.destroy();
    };
    socket.on('error', (error) => fail(socketCause(error)));
    socket.on('close', () => fail('connection closed'));
    socket.on('connect', () => {
      if (!settle()) return;
      const linkSink = sink.onDialed(link);
      if (linkSink === undefined) socket.destroy();
      else link.start(socket, linkSink);
    });
  }
}

function failLater(sink: DialSink, cause: string): { cancel(): void } {
  let cancelled = false;
  process.nextTick(() => {
    if (!cancelled) sink.onDialFailed(cause);
  });
  return {
    cancel: () => {
      cancelled = true;
    },
  };
}
