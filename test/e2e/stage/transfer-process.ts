/**
 * One `shoal … --json` as a child process, followed event by event.
 * Invariant: what it waits for fails with the process's own output, never by the runner's time-out.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
/** One line of `--json`. */
export type EventLine = Readonly<Record<string, unknown>>;

export interface StartOptions {
  readonly cwd?: string;
  /** Runs the command under this one, as `prlimit --nofile=64:64`. */
  readonly under?: readonly string[];
}

export class TransferProcess {
  readonly events: EventLine[] = [];
  readonly child: ChildProcess;
  /** The exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #label: string;
  #stderr = '';
  #isOver = false;
  #watchers = new Set<() => void>();

  constructor(args: readonly string[], options: StartOptions = {}) {
    this.#label = `shoal ${args.slice(0, 2).join(' ')}`;
    const command = [...(options.under ?? []), process.execPath, main, ...args, '--json'];
    this.child = spawn(command[0]!, command.slice(1), {
      cwd: options.cwd,
      env: childEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.events.push(JSON.parse(line) as EventLine);
      for (const watcher of [...this.#watchers]) watcher();
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      this.#isOver = true;
      for (const watcher of [...this.#watchers]) watcher();
      return (code ?? signal) as number | string;
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** What it printed, for a failure's message. */
  log(): string {
    const lines = this.events.slice(-6).map((event) => JSON.stringify(event));
    return `${this.#label} (${this.events.length} events)\n${lines.join('\n')}\n${this.#stderr}`;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  last(name: string): EventLine | undefined {
    return this.events.findLast((event) => event.event === name);
  }

  /** The first event that fits, past or to come. Rejects when the process ends or the time is up. */
  until(wanted: string | ((event: EventLine) => boolean), timeoutMs = 20_000): Promise<EventLine> {
    const fits = typeof wanted === 'string' ? (event: EventLine) => event.event === wanted : wanted;
    let seen = 0;
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const look = (): void => {
        for (; seen < this.events.length; seen++) {
          const event = this.events[seen]!;
          if (!fits(event)) continue;
          finish(() => resolve(event));
          return;
        }
        if (this.#isOver) finish(() => reject(new Error(`ended early: ${this.log()}`)));
      };
      const timer = setTimeout(
        () => finish(() => reject(new Error(`${wanted} did not come in time: ${this.log()}`))),
        timeoutMs,
      );
      this.#watchers.add(look);
      look();
    });
  }

  /** As Ctrl-C does. Resolves with the exit status. */
  interrupt(): Promise<number | string> {
    this.child.kill('SIGINT');
    return this.ended;
  }

  /** As a power cut does, as far as the process is concerned. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
