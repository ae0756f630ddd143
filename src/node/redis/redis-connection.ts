/**
 * One connection to Redis, from its opening to its end, with a time-out on every answer. Redis answers
 * in order, so the oldest call tells whether the connection still works: when that one is overdue, the
 * connection is given up, and every call that waits on it fails.
 *
 * Invariant: each call accepted is answered exactly once; the number and bytes of unanswered calls are
 * bounded; after its end a connection holds nothing.
 */
import { errorCode, socketCause } from '../socket-cause.ts';
import type { RedisAddress } from './redis-address.ts';
import type { RedisScript } from './swarm-scripts.ts';

/** What Redis answers, with strings as bytes. */
export type RedisAnswer = Buffer | number | null | readonly RedisAnswer[];

/** Why a call has no answer, in words that finish a sentence. */
export interface RedisFailure {
  readonly failure: string;
}

export type RedisDone = (answer: RedisAnswer | RedisFailure) => void;

/** The part used of a client of the npm package redis. */
export interface RedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
  sendCommand(args: readonly (string | Buffer)[]): Promise<unknown>;
  on(event: 'error' | 'end', listener: (error: unknown) => void): unknown;
}

export interface ConnectionLimits {
  /** For the answer to a call. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Calls that wait for their answer, and the bytes of their arguments. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
}

interface Waiting {
  readonly dueMs: number;
  readonly lengthBytes: number;
  readonly done: RedisDone;
}

/** With one of these, Redis says that it can do nothing at all at present. */
const generalErrors =
  /^(?:OOM|READONLY|MISCONF|LOADING|MASTERDOWN|CLUSTERDOWN|NOAUTH|WRONGPASS|BUSY|NOREPLICAS|MOVED|UNBLOCKED)\b/;

export class RedisConnection {
  readonly #client: RedisClient;
  readonly #limits: ConnectionLimits;
  readonly #waiting = new Set<Waiting>();
  readonly #onEnd: (cause: string) => void;
  readonly #timer: NodeJS.Timeout;
  #waitingBytes = 0;
  #endCause: string | undefined;

  /** `onEnd` is called once, with the cause in words, before the calls that wait are failed. */
  constructor(client: RedisClient, limits: ConnectionLimits, onEnd: (cause: string) => void) {
    this.#client = client;
    this.#limits = limits;
    this.#onEnd = onEnd;
    client.on('error', (error) => this.end(redisCause(error)));
    client.on('end', () => this.end('the connection was closed'));
    const checkMs = Math.max(5, limits.timeoutMs / 5);
    this.#timer = setInterval(() => this.#checkOldest(), checkMs).unref();
  }

  /** Undefined as long as it can be used. */
  get endCause(): string | undefined {
    return this.#endCause;
  }

  /** Rejects with what the client found, and ends the connection then. */
  async connect(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      const late = new Error(`no connection within ${this.#limits.connectTimeoutMs} ms`);
      timer = setTimeout(() => reject(late), this.#limits.connectTimeoutMs);
    });
    try {
      await Promise.race([this.#client.connect(), limit]);
    } catch (error) {
      this.end(redisCause(error));
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** False when too much waits already or the connection has ended: then `done` is not called. */
  call(args: readonly (string | Buffer)[], lengthBytes: number, done: RedisDone): boolean {
    const { maxWaiting, maxWaitingBytes } = this.#limits;
    if (this.#endCause !== undefined || this.#waiting.size >= maxWaiting) return false;
    if (this.#waitingBytes + lengthBytes > maxWaitingBytes && this.#waiting.size > 0) return false;
    this.#send(args, { dueMs: performance.now() + this.#limits.timeoutMs, lengthBytes, done });
    return true;
  }

  /** One key, one argument; a script that Redis has lost is sent again. */
  callScript(script: RedisScript, key: string, argument: Buffer, done: RedisDone): boolean {
    const lengthBytes = key.length + argument.length + 60;
    return this.call(['EVALSHA', script.sha1, '1', key, argument], lengthBytes, (answer) => {
      if (!isRedisFailure(answer) || !answer.failure.startsWith('NOSCRIPT')) {
        done(answer);
        return;
      }
      const args = ['EVAL', script.text, '1', key, argument];
      if (!this.call(args, lengthBytes + script.text.length, done)) done(answer);
    });
  }

  /** Idempotent; `cause` finishes the sentence "Redis cannot be used: …". */
  end(cause: string): void {
    if (this.#endCause !== undefined) return;
    this.#endCause = cause;
    clearInterval(this.#timer);
    this.#onEnd(cause);
    const failed = [...this.#waiting];
    this.#waiting.clear();
    this.#waitingBytes = 0;
    for (const { done } of failed) done({ failure: cause });
    this.#client.destroy();
  }

  #send(args: readonly (string | Buffer)[], waiting: Waiting): void {
    this.#waiting.add(waiting);
    this.#waitingBytes += waiting.lengthBytes;
    this.#client.sendCommand(args).then(
      (answer) => this.#settle(waiting, asAnswer(answer)),
      (error: unknown) => {
        const failure = redisCause(error);
        // Ends the connection first, so that whoever asks finds it ended when told.
        if (generalErrors.test(failure)) this.end(failure);
        this.#settle(waiting, { failure });
      },
    );
  }

  #settle(waiting: Waiting, answer: RedisAnswer | RedisFailure): void {
    if (!this.#waiting.delete(waiting)) return;
    this.#waitingBytes -= waiting.lengthBytes;
    waiting.done(answer);
  }

  #checkOldest(): void {
    if (!this.#isOverdue()) return;
    // Perhaps it is this process that was slow: what has arrived is read before the second look.
    setImmediate(() => {
      if (this.#isOverdue()) this.end(`no answer within ${this.#limits.timeoutMs} ms`);
    });
  }

  #isOverdue(): boolean {
    const [oldest] = this.#waiting;
    return oldest !== undefined && performance.now() > oldest.dueMs;
  }
}

export function isRedisFailure(answer: RedisAnswer | RedisFailure): answer is RedisFailure {
  return typeof answer === 'object' && answer !== null && 'failure' in answer;
}

/** A client made for one connection: it does not connect again by itself, and queues nothing offline. */
export async function redisClientFor(
  address: RedisAddress,
  connectTimeoutMs: number,
): Promise<() => RedisClient> {
  const { createClient, RESP_TYPES } = await loadRedis();
  const { host, port, database, username, password } = address;
  return () =>
    createClient({
      RESP: 2,
      socket: {
        host,
        port,
        connectTimeout: connectTimeoutMs,
        reconnectStrategy: false,
        ...(address.usesTls ? { tls: true, servername: host } : {}),
      },
      database,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      disableOfflineQueue: true,
      disableClientInfo: true,
      commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    });
}

async function loadRedis(): Promise<typeof import('redis')> {
  try {
    return await import('redis');
  } catch {
    throw new Error(
      'the npm package redis is missing, which --swarm-store redis://… needs. Install it with: npm install redis',
    );
  }
}

/** Redis's own words, or a socket's cause. Never an address, a user or a password. */
export function redisCause(error: unknown): string {
  if (errorCode(error) !== 'EUNKNOWN') {
    const code = errorCode(error);
    if (code.includes('CERT') || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL')) {
      return `TLS failed: ${code}`;
    }
    return code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? 'no host of that name'
      : socketCause(error);
  }
  if (!(error instanceof Error)) return 'an error without a name';
  return error.message === '' ? error.constructor.name : error.message.slice(0, 300);
}

function asAnswer(value: unknown): RedisAnswer {
  if (Buffer.isBuffer(value) || typeof value === 'number') return value;
  if (typeof value === 'string') return Buffer.from(value);
  if (Array.isArray(value)) return value.map(asAnswer);
  return null;
}
