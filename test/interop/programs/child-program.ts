/**
 * A child process of a test: its output is kept for the failure message, it is ended by its own
 * process id, and it never outlives the test's process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const keptLines = 1_000;
const graceMs = 8_000;

export interface StartOptions {
  /** Of neighbouring lines that are alike without what this matches, only the newest is kept. */
  readonly noise?: RegExp;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const endWithUs = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of endWithUs) child.kill('SIGKILL');
});

export class ChildProgram {
  readonly name: string;
  /** Resolves with the exit status, or the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
  readonly #child: ChildProcess;
  readonly #lineSinks = new Set<(line: string) => void>();
  readonly #startedAtMs = performance.now();
  readonly #title: string;
  readonly #lines: { readonly seconds: string; readonly text: string }[] = [];
  readonly #noise: RegExp | undefined;
  #hasExited = false;

  constructor(name: string, command: string, args: readonly string[], options: StartOptions = {}) {
    this.name = name;
    this.#noise = options.noise;
    this.#title = `$ ${command} ${args.join(' ')}`;
    this.#child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...neutralEnvironment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithUs.add(this.#child);
    this.exited = new Promise((resolve) => {
      const settle = (how: number | string) => {
        if (this.#hasExited) return;
        this.#hasExited = true;
        endWithUs.delete(this.#child);
        this.#keep(`[${name} ended: ${how}]`);
        resolve(how);
      };
      this.#child.once('error', (error) => settle(error.message));
      this.#child.once('close', (code, signal) => settle(code ?? signal ?? 'unknown'));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#onLine(line));
    }
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** What it printed, each line with the seconds since it was started; the newest when that is much. */
  log(): string {
    const lines = this.#lines.map(({ seconds, text }) => `${seconds.padStart(7)}  ${text}`);
    return [this.#title, ...lines, ''].join('\n');
  }

  /** The same lines as they were printed. */
  lines(): string[] {
    return this.#lines.map(({ text }) => text);
  }

  /** Calls the sink with each line of either stream from now on; the returned function ends that. */
  onLine(sink: (line: string) => void): () => void {
    this.#lineSinks.add(sink);
    return () => this.#lineSinks.delete(sink);
  }

  /** The first line from now on that the pattern matches. Rejects at the end of the process or of the time. */
  async line(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    return this.until(
      `a line like ${pattern}`,
      timeoutMs,
      new Promise((resolve) => {
        const stop = this.onLine((line) => {
          const match = pattern.exec(line);
          if (!match) return;
          stop();
          resolve(match);
        });
      }),
    );
  }

  /** Waits for something that the process brings about, and fails with its log when that is not to be. */
  async until<T>(what: string, timeoutMs: number, wanted: Promise<T>): Promise<T> {
    const failure = (why: string) =>
      new Error(`${this.name}: ${why} while waiting for ${what}\n${this.log()}`);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      const give = () => reject(failure(`${timeoutMs / 1000} s went by`));
      timer = setTimeout(give, timeoutMs);
    });
    const ended = this.exited.then((how) => Promise.reject(failure(`ended (${how})`)));
    ended.catch(() => {});
    try {
      return await Promise.race([wanted, tooLate, ended]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Interrupts as Ctrl-C does; by force when that does not help. */
  async stop(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<void> {
    if (this.#hasExited) return;
    this.#child.kill(signal);
    const force = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(force);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  #onLine(line: string): void {
    this.#keep(line);
    for (const sink of this.#lineSinks) sink(line);
  }

  #keep(text: string): void {
    const before = this.#lines.at(-1);
    if (this.#noise !== undefined && before !== undefined) {
      const [a, b] = [before.text, text].map((line) => line.replaceAll(this.#noise ?? '', ''));
      if (a === b) this.#lines.pop();
    }
    const seconds = ((performance.now() - this.#startedAtMs) / 1000).toFixed(2);
    this.#lines.push({ seconds, text });
    if (this.#lines.length > 2 * keptLines) this.#lines.splice(0, keptLines);
  }
}

/** Ours, without what somebody set for their own use of Shoal. */
function neutralEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('SHOAL_'));
  return { ...Object.fromEntries(own), SHOAL_CONFIG: '' };
}
