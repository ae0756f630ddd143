/**
 * The three ways a command speaks: lines for people on standard output, notes and the live line on
 * standard error, and with `--json` objects on standard output and nothing for people at all.
 */
import { LiveLine } from './live-line.ts';
import { type ColorMode, type Style, styleFor } from './style.ts';
import { visibleText } from './visible-text.ts';

export interface TerminalOptions {
  readonly json: boolean;
  readonly color: ColorMode;
}

/** Between a label and its value. */
const labelColumns = 10;

export class Terminal {
  readonly json: boolean;
  /** For standard output. */
  readonly style: Style;
  /** For standard error. */
  readonly noteStyle: Style;

  constructor({ json, color }: TerminalOptions) {
    this.json = json;
    this.style = styleFor(color, surroundings(process.stdout));
    this.noteStyle = styleFor(color, surroundings(process.stderr));
  }

  /** How wide a table may be. */
  get columns(): number {
    return process.stdout.columns ?? 100;
  }

  /** A line for people on standard output. Untrusted text in it went through `visibleText`. */
  line(text: string): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** `  torrent   holiday.torrent`; the value may hold anything. */
  field(label: string, value: string): void {
    this.line(`  ${label.padEnd(labelColumns)}${visibleText(value)}`);
  }

  /** A remark for people on standard error. */
  note(text: string): void {
    if (!this.json) process.stderr.write(`${text}\n`);
  }

  /** One line on what went wrong while the command goes on. */
  trouble(message: string): void {
    this.note(`${this.noteStyle.red('shoal:')} ${message}`);
  }

  /** One line of JSON on standard output, only under `--json`. */
  object(value: object): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /**
   * Undefined under `--json`, where progress is told in objects or not at all. `expectedState` is one
   * that needs no line when it is over soon.
   */
  liveLine(expectedState?: string): LiveLine | undefined {
    if (this.json) return undefined;
    const nowMs = (): number => performance.now();
    return new LiveLine(process.stderr, {
      nowMs,
      ...(expectedState === undefined ? {} : { expectedState }),
    });
  }
}

/** Bytes to standard output, waiting until they were taken. */
export function writeOutput(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * A reader that closes our output early, as `head` does, is no error: `whenClosed` is called once, to
 * end the process or to let a transfer leave its swarm. Anything else that breaks output stays an error.
 */
export function watchOutput(whenClosed: () => void): void {
  let closed = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (!closed) whenClosed();
      closed = true;
    });
  }
}

function surroundings(stream: NodeJS.WriteStream) {
  return { isTerminal: stream.isTTY === true, env: process.env };
}
