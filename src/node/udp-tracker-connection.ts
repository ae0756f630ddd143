/**
 * The connection id for one address of a UDP tracker (BEP 15): asked for when needed, shared by all
 * torrents, used for a minute. Invariant: at most one connect exchange is under way.
 */
import { encodeUdpConnectRequest } from '../protocol/udp-tracker-request.ts';
import { asTrackerError, TrackerError } from './tracker-error.ts';
import { saidByTracker, type UdpTarget, type UdpTrackerSocket } from './udp-tracker-socket.ts';

export interface UdpSchedule {
  /** Wait for the first answer; each further wait is twice as long. */
  readonly firstTimeoutMs: number;
  /** Transmissions of one request until the tracker counts as dead. */
  readonly attempts: number;
  /** How long a connection id is used. */
  readonly connectionIdMs: number;
}

type Waiter = (connectionId: bigint | undefined, error: TrackerError | undefined) => void;

export class UdpTrackerConnection {
  readonly target: UdpTarget;
  readonly #socket: UdpTrackerSocket;
  readonly #schedule: UdpSchedule;
  readonly #waiters = new Set<Waiter>();
  #connectionId: bigint | undefined;
  #receivedMs = 0;
  #cancelConnect: (() => void) | undefined;

  constructor(target: UdpTarget, socket: UdpTrackerSocket, schedule: UdpSchedule) {
    this.target = target;
    this.#socket = socket;
    this.#schedule = schedule;
  }

  /** No id is held or asked for, so this object holds nothing worth keeping. */
  get isIdle(): boolean {
    return this.#waiters.size === 0 && this.#validId() === undefined;
  }

  /** Calls back at once when an id is at hand. The returned function withdraws the question. */
  withId(attempts: number, done: Waiter): () => void {
    const id = this.#validId();
    if (id !== undefined) {
      done(id, undefined);
      return () => {};
    }
    this.#waiters.add(done);
    if (this.#cancelConnect === undefined) this.#connect(0, attempts);
    return () => {
      this.#waiters.delete(done);
      if (this.#waiters.size === 0) this.#stop();
    };
  }

  /** The tracker no longer takes the id, or may not: a restart changes its keys. */
  forgetId(): void {
    this.#connectionId = undefined;
  }

  #validId(): bigint | undefined {
    const age = performance.now() - this.#receivedMs;
    return age < this.#schedule.connectionIdMs ? this.#connectionId : undefined;
  }

  #connect(attempt: number, attempts: number): void {
    this.#cancelConnect = this.#socket.start({
      target: this.target,
      expects: 'connect',
      timeoutMs: this.#schedule.firstTimeoutMs * 2 ** attempt,
      encode: encodeUdpConnectRequest,
      done: (reply, error) => {
        if (reply?.action === 'connect') this.#finish(reply.connectionId, undefined);
        else if (reply?.action === 'error') this.#finish(undefined, saidByTracker(reply.message));
        else if (error !== undefined) this.#finish(undefined, asTrackerError(error));
        else if (attempt + 1 < attempts) this.#connect(attempt + 1, attempts);
        else this.#finish(undefined, noAnswer());
      },
    });
  }

  #finish(connectionId: bigint | undefined, error: TrackerError | undefined): void {
    this.#cancelConnect = undefined;
    this.#connectionId = connectionId;
    this.#receivedMs = performance.now();
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter(connectionId, error);
  }

  #stop(): void {
    this.#cancelConnect?.();
    this.#cancelConnect = undefined;
  }
}

export function noAnswer(): TrackerError {
  return new TrackerError('TRACKER_TIMEOUT', 'no answer');
}

/**
 * A connection id from whichever of `connections` answers first, so that a family that leads nowhere
 * costs no time. When none does, the error is the one that tells most: silence rather than no route.
 */
export function firstConnected(
  connections: readonly UdpTrackerConnection[],
  attempts: number,
  done: (
    connected: { connection: UdpTrackerConnection; connectionId: bigint } | undefined,
    error: TrackerError | undefined,
  ) => void,
): () => void {
  const cancels: (() => void)[] = [];
  const errors: TrackerError[] = [];
  let isSettled = false;
  const cancel = (): void => {
    isSettled = true;
    for (const withdraw of cancels) withdraw();
  };
  for (const connection of connections) {
    if (isSettled) break;
    const withdraw = connection.withId(attempts, (connectionId, error) => {
      if (isSettled) return;
      if (connectionId !== undefined) {
        cancel();
        done({ connection, connectionId }, undefined);
        return;
      }
      errors.push(error ?? noAnswer());
      if (errors.length < connections.length) return;
      isSettled = true;
      done(undefined, errors.find(({ code }) => code === 'TRACKER_TIMEOUT') ?? errors[0]);
    });
    cancels.push(withdraw);
  }
  return cancel;
}
