/** The real command line as a child process, for tests: run to its end, or kept running and watched. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './stage/child-environment.ts';

const cli = new URL('../../src/cli/', import.meta.url);

const longestMs = 60_000;

export interface ShoalOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Another than `shoal`, by its file below `src/cli`. */
  readonly program?: string;
}

export interface ShoalResult {
  /** The exit status; -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
}

export async function shoal(
  args: readonly string[],
  options: ShoalOptions = {},
): Promise<ShoalResult> {
  const running = startShoal(args, options);
  running.child.stdin?.end(options.input ?? '');
  return running.ended;
}

/** The lines of JSON on standard output. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

export interface RunningShoal {
  readonly child: ChildProcess;
  readonly ended: Promise<ShoalResult>;
  /** Resolves with what standard output holds once it matches; rejects when the process ends before. */
  stdoutMatches(pattern: RegExp): Promise<RegExpExecArray>;
}

export function startShoal(args: readonly string[], options: ShoalOptions = {}): RunningShoal {
  const file = fileURLToPath(new URL(`${options.program ?? 'main'}.ts`, cli));
  const child = spawn(process.execPath, [file, ...args], {
    cwd: options.cwd,
    env: { ...childEnvironment(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A test that waits for a process in vain ends with what the process said.
    timeout: longestMs,
    killSignal: 'SIGKILL',
  });
  const chunks: Buffer[] = [];
  let stderr = '';
  let over = false;
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on('error', () => {});
  const stdout = (): Buffer => Buffer.concat(chunks);
  const ended = once(child, 'close').then(([code]): ShoalResult => {
    over = true;
    return {
      code: typeof code === 'number' ? code : -1,
      stdout: stdout().toString(),
      stderr,
      stdoutBytes: stdout(),
    };
  });
  const stdoutMatches = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(stdout().toString());
      if (match !== null) return match;
      if (over) throw new Error(`ended without ${pattern}: ${stdout().toString()}${stderr}`);
      await Promise.race([once(child.stdout, 'data'), ended]);
    }
  };
  return { child, ended, stdoutMatches };
}

/** A folder of its own for a test, and its removal. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'shoal-cli-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
