/** A real terminal for a test: a command in a tmux of its own, keys pressed, and what the window shows. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childEnvironment } from './child-environment.ts';
import type { Stage } from './stage.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../../src/cli/bin.ts', import.meta.url));

/** For `skip` of a test. */
export const noTmux: string | false =
  spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is not here; apt-get install tmux';

const longestWaitMs = 20_000;

export interface WindowOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export class TmuxWindow {
  readonly #server: string;

  private constructor(server: string) {
    this.#server = server;
  }

  /** Runs shoal; when it ends, the window shows its exit status and stays. */
  static async open(
    stage: Stage,
    args: readonly string[],
    { columns = 100, rows = 30, env = {} }: WindowOptions = {},
  ): Promise<TmuxWindow> {
    const window = new TmuxWindow(`shoal-${process.pid}-${stage.fresh('tmux').split('/').at(-1)}`);
    stage.onEnd(() => window.#tmux('kill-server').catch(() => undefined));
    const words = [process.execPath, main, ...args].map(quoted).join(' ');
    const shell = `${words}; echo "left with $?"; sleep 60`;
    const set = Object.entries({ ...env, HOME: stage.dir }).flatMap(([key, value]) => [
      '-e',
      `${key}=${value}`,
    ]);
    const size = ['-x', String(columns), '-y', String(rows)];
    await run(
      'tmux',
      ['-u', '-L', window.#server, '-f', '/dev/null', 'new-session', '-d', ...size, ...set, shell],
      { env: { ...childEnvironment(), TERM: 'xterm-256color' }, cwd: stage.dir },
    );
    return window;
  }

  /** As tmux names them: `Enter`, `Down`, `Escape`, `C-c`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** To shoal, which is the shell's only child. */
  async signal(name: 'SIGTERM' | 'SIGHUP'): Promise<void> {
    const { stdout } = await this.#tmux('display-message', '-p', '#{pane_pid}');
    const children = `/proc/${stdout.trim()}/task/${stdout.trim()}/children`;
    const pid = Number((await readFile(children, 'utf8')).trim());
    assert.ok(pid > 1);
    process.kill(pid, name);
  }

  async text(): Promise<string> {
    return (await this.#tmux('capture-pane', '-p')).stdout;
  }

  /** The window once it matches. Rejects with what it shows instead. */
  async until(pattern: RegExp): Promise<string> {
    const endMs = performance.now() + longestWaitMs;
    for (;;) {
      const text = await this.text();
      if (pattern.test(text)) return text;
      if (performance.now() > endMs) throw new Error(`no ${pattern} in:\n${text}`);
      await sleep(50);
    }
  }

  #tmux(...args: readonly string[]): Promise<{ stdout: string }> {
    return run('tmux', ['-u', '-L', this.#server, ...args]);
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
