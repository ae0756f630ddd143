/**
 * The owner's command, run when a download is complete. It is a list of arguments and no shell ever
 * reads it, so that a torrent's name stays a name.
 * Invariants: the program is the owner's word alone; at most four run at once, each for a bounded time
 * and with a bounded part of its output kept; nothing of it reaches whoever waits for the torrent.
 */
import { type ChildProcess, spawn } from 'node:child_process';

export interface CompletedContent {
  readonly hash: string;
  /** Untrusted text. */
  readonly name: string;
  /** Holds the file or folder. */
  readonly dir: string;
  /** Of the file or folder; absolute. */
  readonly path: string;
}

export interface CompletionCommandOptions {
  /** Program and arguments as they are set now; empty for none. */
  command(): readonly string[];
  log(level: 'info' | 'warn', message: string): void;
  /** 10 minutes unless told. */
  readonly timeLimitMs?: number;
}

const mostAtOnce = 4;
const mostWaiting = 10_000;
const mostOutputBytes = 4096;
/** Between asking it to end and ending it. */
const graceMs = 5000;

export class CompletionCommand {
  readonly #options: CompletionCommandOptions;
  readonly #running = new Map<ChildProcess, Promise<void>>();
  readonly #waiting: CompletedContent[] = [];
  #closed = false;

  constructor(options: CompletionCommandOptions) {
    this.#options = options;
  }

  /** Returns at once. */
  run(content: CompletedContent): void {
    if (this.#closed || this.#options.command().length === 0) return;
    if (this.#waiting.length >= mostWaiting) {
      this.#options.log('warn', `on-complete is not run for ${content.name}: too many wait for it`);
      return;
    }
    this.#waiting.push(content);
    this.#next();
  }

  #next(): void {
    while (this.#running.size < mostAtOnce) {
      const content = this.#waiting.shift();
      if (content === undefined) return;
      this.#start(content);
    }
  }

  #start(content: CompletedContent): void {
    const [program, ...words] = this.#options.command();
    if (program === undefined) return;
    const args = words.map((word) => filledIn(word, content));
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        shell: false,
        // A group of its own: Ctrl-C is for the daemon, and its children end with it.
        detached: process.platform !== 'win32',
        windowsHide: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...environmentOf(content) },
      });
    } catch (error) {
      this.#tell('warn', content, program, `cannot be started: ${messageOf(error)}`);
      return;
    }
    const ended = this.#follow(child, content, program).finally(() => {
      this.#running.delete(child);
      this.#next();
    });
    this.#running.set(child, ended);
  }

  async #follow(child: ChildProcess, content: CompletedContent, program: string): Promise<void> {
    const output = new KeptOutput();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => output.add(chunk));
      stream?.on('error', () => undefined);
    }
    const { timeLimitMs = 10 * 60_000 } = this.#options;
    let isLate = false;
    const timers = [
      setTimeout(() => {
        isLate = true;
        end(child, 'SIGTERM');
      }, timeLimitMs),
      setTimeout(() => end(child, 'SIGKILL'), timeLimitMs + graceMs),
    ];
    const how = await new Promise<string | undefined>((done) => {
      child.on('error', (error) => done(`cannot be started: ${error.message}`));
      child.on('exit', (code, signal) => done(code === 0 ? undefined : endWords(code, signal)));
    });
    for (const timer of timers) clearTimeout(timer);
    // What it left running in the background may hold the pipes open; nobody reads them any more.
    await new Promise((done) => setImmediate(done));
    child.stdout?.destroy();
    child.stderr?.destroy();
    if (this.#closed) return;
    const late = isLate ? `was ended after ${timeLimitMs / 1000} s` : how;
    this.#tell(late === undefined ? 'info' : 'warn', content, program, late ?? 'is done', output);
  }

  #tell(
    level: 'info' | 'warn',
    content: CompletedContent,
    program: string,
    how: string,
    output?: KeptOutput,
  ): void {
    const said = output?.text ?? '';
    const words = said === '' ? '' : `; it said: ${said}`;
    const name = JSON.stringify(content.name);
    this.#options.log(level, `on-complete for ${name}: ${program} ${how}${words}`);
  }

  /** Ends what runs and forgets what waits. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.length = 0;
    const running = [...this.#running];
    for (const [child] of running) end(child, 'SIGTERM');
    const timer = setTimeout(() => {
      for (const [child] of running) end(child, 'SIGKILL');
    }, 1000);
    await Promise.all(running.map(([, ended]) => ended));
    clearTimeout(timer);
  }
}

/** `{name}`, `{dir}`, `{hash}` and `{path}`, in one pass, so that a name holding one of them stays as it is. */
function filledIn(word: string, content: CompletedContent): string {
  const filled = word.replaceAll(/\{(name|dir|hash|path)\}/g, (_all, key: string) =>
    withoutNul(content[key as keyof CompletedContent]),
  );
  // A name such as -rf is no option of the program.
  return filled.startsWith('-') && !word.startsWith('-') ? `./${filled}` : filled;
}

function environmentOf({ hash, name, dir, path }: CompletedContent): Record<string, string> {
  return {
    SHOAL_HASH: hash,
    SHOAL_NAME: withoutNul(name),
    SHOAL_DIR: withoutNul(dir),
    SHOAL_PATH: withoutNul(path),
  };
}

/** The system takes none in arguments or environment. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It ended by itself.
  }
}

function endWords(code: number | null, signal: string | null): string {
  return code === null ? `was ended by ${signal}` : `ended with status ${code}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The first part of what a program says, as one line. */
class KeptOutput {
  #bytes = Buffer.alloc(0);
  #isCut = false;

  add(chunk: Buffer): void {
    const room = mostOutputBytes - this.#bytes.length;
    if (chunk.length > room) this.#isCut = true;
    if (room > 0) this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(0, room)]);
  }

  get text(): string {
    const line = this.#bytes
      .toString('utf8')
      .trim()
      .replaceAll(/\p{Cc}+/gu, ' ');
    return this.#isCut ? `${line}…` : line;
  }
}
