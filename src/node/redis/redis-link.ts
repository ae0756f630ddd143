/**
 * The standing relation to one Redis: keeps a connection open, opens the next one when it ends, and
 * says whether Redis can be used. A connection counts as usable only after a write has succeeded on it
 * and the scripts are loaded, so a Redis that is full, read-only or loading is as good as down; while
 * none is, calls are refused at once and the next try waits longer each time.
 *
 * Every Redis carries a mark of its data set: another mark after a pause tells that the data are gone.
 */
import { secretBytes } from '../system-random.ts';
import type { RedisAddress } from './redis-address.ts';
import { RedisSettingsError } from './redis-address.ts';
import {
  type ConnectionLimits,
  isRedisFailure,
  type RedisAnswer,
  type RedisClient,
  RedisConnection,
  type RedisDone,
  redisCause,
  redisClientFor,
} from './redis-connection.ts';
import { announceScript, learnScript, lookScript, type RedisScript } from './swarm-scripts.ts';

export interface RedisLinkOptions extends Partial<ConnectionLimits> {
  /** Of every key; `shoal:` unless told. */
  readonly keyPrefix?: string;
  /** Between two tries to connect at most; 2 s unless told. */
  readonly maxRetryMs?: number;
}

export interface LinkTrouble {
  /** Finishes the sentence "Redis cannot be used: …". */
  readonly cause: string;
  readonly since: Date;
}

export interface LinkListener {
  /** Redis can be used; `dataset` differs from the last one when Redis has lost its data. */
  onUp(dataset: string): void;
  onDown(trouble: LinkTrouble): void;
}

const defaultLimits: ConnectionLimits = {
  timeoutMs: 500,
  connectTimeoutMs: 2000,
  maxWaiting: 20_000,
  maxWaitingBytes: 16 * 1024 * 1024,
};
const firstRetryMs = 50;
/** A connection that lasted as long makes the next trouble a new one. */
const steadyMs = 10_000;
/** What no further try can mend. */
const settingsErrors =
  /^(?:WRONGPASS|NOAUTH|NOPERM|ERR (?:DB index|invalid DB|AUTH|invalid password))/;

export class RedisLink {
  readonly address: RedisAddress;
  readonly keyPrefix: string;
  readonly #makeClient: () => RedisClient;
  readonly #limits: ConnectionLimits;
  readonly #maxRetryMs: number;
  readonly #listeners = new Set<LinkListener>();
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  #connection: RedisConnection | undefined;
  #opening: RedisConnection | undefined;
  #trouble: LinkTrouble | undefined = { cause: 'not connected yet', since: new Date() };
  #dataset: string | undefined;
  #firstTry: ((problem: unknown) => void) | undefined;

  private constructor(
    address: RedisAddress,
    options: RedisLinkOptions,
    makeClient: () => RedisClient,
    firstTry: (problem: unknown) => void,
  ) {
    this.address = address;
    this.keyPrefix = options.keyPrefix ?? 'shoal:';
    this.#limits = { ...defaultLimits, ...options };
    this.#maxRetryMs = options.maxRetryMs ?? 2000;
    this.#makeClient = makeClient;
    this.#firstTry = firstTry;
    this.#ended = this.#run();
  }

  /**
   * Resolves after the first try, whether Redis could be reached or not; goes on trying then. Rejects
   * with RedisSettingsError when trying again cannot help: a wrong password, a Redis that is too old.
   */
  static async open(address: RedisAddress, options: RedisLinkOptions = {}): Promise<RedisLink> {
    const connectTimeoutMs = options.connectTimeoutMs ?? defaultLimits.connectTimeoutMs;
    const makeClient = await redisClientFor(address, connectTimeoutMs);
    let link: RedisLink | undefined;
    const problem = await new Promise<unknown>((resolve) => {
      link = new RedisLink(address, options, makeClient, resolve);
    });
    if (problem instanceof RedisSettingsError) {
      await link!.close();
      throw problem;
    }
    return link!;
  }

  /** Undefined while Redis can be used. */
  get trouble(): LinkTrouble | undefined {
    return this.#trouble;
  }

  /** Tells `listener` at once if Redis can be used. */
  listen(listener: LinkListener): void {
    this.#listeners.add(listener);
    if (this.#trouble === undefined) listener.onUp(this.#dataset!);
  }

  unlisten(listener: LinkListener): void {
    this.#listeners.delete(listener);
  }

  /** False when Redis cannot take the call now: then `done` is never called. */
  callScript(script: RedisScript, key: string, argument: Buffer, done: RedisDone): boolean {
    return this.#connection?.callScript(script, key, argument, done) ?? false;
  }

  /** Rejects with the cause as an Error. For what is not in a hurry. */
  ask(...args: readonly (string | Buffer)[]): Promise<RedisAnswer> {
    return answered((done) => this.#connection?.call(args, sizeOf(args), done) ?? false);
  }

  askScript(script: RedisScript, key: string, argument: Buffer): Promise<RedisAnswer> {
    return answered((done) => this.callScript(script, key, argument, done));
  }

  /** Ends the connection; another is opened. */
  drop(cause: string): void {
    this.#connection?.end(cause);
  }

  /** Calls that wait are failed. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#connection?.end('closed');
    this.#opening?.end('closed');
    await this.#ended;
    this.#listeners.clear();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let failed = 0; !signal.aborted; failed++) {
      const startMs = performance.now();
      try {
        await this.#holdConnection();
        if (performance.now() - startMs > steadyMs) failed = 0;
      } catch (error) {
        this.#isDown(error instanceof RedisSettingsError ? error.message : redisCause(error));
        this.#firstTry?.(error);
        this.#firstTry = undefined;
      }
      const waitMs = Math.min(firstRetryMs * 2 ** Math.min(failed, 10), this.#maxRetryMs);
      // Nodes that lost Redis together do not come back together.
      if (!signal.aborted) await pause(waitMs * (0.5 + Math.random() / 2), signal);
    }
  }

  /** Returns when a connection that was usable has ended; throws when none came about. */
  async #holdConnection(): Promise<void> {
    let onEnd = (): void => {};
    const ended = new Promise<void>((resolve) => {
      onEnd = resolve;
    });
    const connection = new RedisConnection(this.#makeClient(), this.#limits, (cause) => {
      if (this.#connection === connection) {
        this.#connection = undefined;
        this.#isDown(cause);
      }
      onEnd();
    });
    this.#opening = connection;
    try {
      await connection.connect();
      this.#dataset = await prepare(connection, this.keyPrefix);
      if (connection.endCause !== undefined) throw new Error(connection.endCause);
    } catch (error) {
      connection.end(redisCause(error));
      throw settingsProblem(error, this.address.name) ?? error;
    } finally {
      this.#opening = undefined;
    }
    if (this.#closing.signal.aborted) {
      connection.end('closed');
      return;
    }
    this.#connection = connection;
    this.#trouble = undefined;
    this.#firstTry?.(undefined);
    this.#firstTry = undefined;
    for (const listener of this.#listeners) listener.onUp(this.#dataset);
    await ended;
  }

  #isDown(cause: string): void {
    const wasUp = this.#trouble === undefined;
    this.#trouble = { cause, since: this.#trouble?.since ?? new Date() };
    if (!wasUp) return;
    for (const listener of this.#listeners) listener.onDown(this.#trouble);
  }
}

/** Why a call is refused that Redis was never sent. */
export const notAccepted = 'too many calls wait for it';

/** Makes the mark of the data set if there is none, and reads it. */
const markScript = `redis.call('SET', KEYS[1], ARGV[1], 'NX') return redis.call('GET', KEYS[1])`;

/** Proves that Redis takes writes, loads the scripts, and returns the mark of the data set. */
async function prepare(connection: RedisConnection, keyPrefix: string): Promise<string> {
  const ask = (...args: string[]): Promise<RedisAnswer> =>
    answered((done) => connection.call(args, sizeOf(args), done));
  const mine = Buffer.from(secretBytes(16)).toString('hex');
  const asked = [ask('EVAL', markScript, '1', `${keyPrefix}dataset`, mine)];
  for (const { text } of [announceScript, lookScript, learnScript]) {
    asked.push(ask('SCRIPT', 'LOAD', text));
  }
  // An access list may forbid to ask; then the first announce will tell.
  const command = ask('COMMAND', 'INFO', 'ZRANDMEMBER').catch(() => undefined);
  const [mark] = await Promise.all(asked);
  const info = await command;
  if (Array.isArray(info) && info[0] === null) {
    throw new RedisSettingsError('it is too old: Redis 6.2 or later, or Valkey, is needed');
  }
  return String(mark);
}

function settingsProblem(error: unknown, name: string): RedisSettingsError | undefined {
  const cause = error instanceof Error ? error.message : '';
  if (error instanceof RedisSettingsError || settingsErrors.test(cause)) {
    return new RedisSettingsError(`Redis at ${name} cannot be used: ${cause}`);
  }
  return undefined;
}

function answered(call: (done: RedisDone) => boolean): Promise<RedisAnswer> {
  return new Promise((resolve, reject) => {
    const isAccepted = call((answer) => {
      if (isRedisFailure(answer)) reject(new Error(answer.failure));
      else resolve(answer);
    });
    if (!isAccepted) reject(new Error(notAccepted));
  });
}

function sizeOf(args: readonly (string | Buffer)[]): number {
  return args.reduce((sum, arg) => sum + arg.length, 0);
}

function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, waitMs);
    signal.addEventListener('abort', end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}
