/**
 * A program under measurement: when it was started, what it printed when, and what it used until then.
 * Usage is read at every awaited line and every 20 ms besides, so that of a process that ends by itself
 * at most that much is missed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Usage, usageOf } from './process-usage.ts';

const sampleMs = 20;
const graceMs = 10_000;
const keptLines = 30;

/** A line that was waited for. */
export interface Seen<T> {
  readonly value: T;
  /** Of `performance.now()`. */
  readonly atMs: number;
  /** Up to that moment. */
  readonly usage: Usage | undefined;
}

export interface Ended {
  readonly status: number | string;
  readonly atMs: number;
}

export class MeasuredProcess {
  readonly name: string;
  /** Of `performance.now()`, just before the process was made. */
  readonly startedAtMs: number;
  /** Never rejects. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #sinks = new Set<(line: string) => void>();
  readonly #lastLines: string[] = [];
  #usage: Usage | undefined;
  #hasEnded = false;

  constructor(name: string, command: string, args: readonly string[]) {
    this.name = name;
    this.#lastLines.push(`$ ${command} ${args.join(' ')}`);
    this.startedAtMs = performance.now();
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnv() });
    const timer = setInterval(() => this.usage(), sampleMs);
    this.ended = new Promise((resolve) => {
      const settle = (status: number | string) => {
        this.#hasEnded = true;
        clearInterval(timer);
        resolve({ status, atMs: performance.now() });
      };
      this.#child.once('error', (error) => settle(error.message));
      this.#child.once('exit', (code, signal) => settle(code ?? signal ?? 'unknown'));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (l) => this.#onLine(l));
    }
  }

  /** The newest figures; the last known ones once it has ended. */
  usage(): Usage | undefined {
    const { pid } = this.#child;
    if (pid !== undefined && !this.#hasEnded) this.#usage = usageOf(pid) ?? this.#usage;
    return this.#usage;
  }

  /**
   * The first line from now on for which `look` gives a value. Rejects with the newest output at the
   * end of the process or of the time.
   */
  async seen<T>(
    what: string,
    look: (line: string) => T | undefined,
    timeoutMs: number,
  ): Promise<Seen<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<Seen<T>>();
    const fail = (why: string) => reject(this.failure(`${why} before ${what}`));
    const sink = (line: string) => {
      const value = look(line);
      if (value !== undefined) resolve({ value, atMs: performance.now(), usage: this.usage() });
    };
    this.#sinks.add(sink);
    const timer = setTimeout(() => fail(`${Math.round(timeoutMs / 1000)} s went by`), timeoutMs);
    // Its last lines may still be in the pipe when the process is gone.
    this.ended.then(({ status }) => setTimeout(() => fail(`it ended (${status})`), 100));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#sinks.delete(sink);
    }
  }

  /** Resolves when it has ended with status 0, rejects otherwise. */
  async success(timeoutMs: number): Promise<Ended> {
    const timer = setTimeout(() => this.killNow(), timeoutMs);
    const ended = await this.ended;
    clearTimeout(timer);
    if (ended.status !== 0) throw this.failure(`it ended (${ended.status})`);
    return ended;
  }

  /** As Ctrl-C does; by force when that does not help. */
  async stop(): Promise<void> {
    if (!this.#hasEnded) this.#child.kill('SIGINT');
    const force = setTimeout(() => this.killNow(), graceMs);
    await this.ended;
    clearTimeout(force);
  }

  killNow(): void {
    if (!this.#hasEnded) this.#child.kill('SIGKILL');
  }

  failure(why: string): Error {
    return new Error(`${this.name}: ${why}\n${this.#lastLines.join('\n')}`);
  }

  #onLine(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > keptLines) this.#lastLines.splice(1, 1);
    for (const sink of this.#sinks) sink(line);
  }
}

/** Default settings are measured, not those of the person who measures. */
function plainEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SHOAL_') && name !== 'NODE_OPTIONS',
  );
  return { ...Object.fromEntries(kept), SHOAL_CONFIG: '' };
}
