/**
 * A whole terminal window: the alternate screen, keys one by one, and frames drawn by their changed
 * lines alone, so that nothing flickers. Invariant: whatever ends the process, the terminal is given back
 * as it was.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

export interface ScreenEvents {
  /** `name` as `up`, `return`, `escape`, `c`; `text` is what it types, empty for none. */
  onKey(key: { readonly name: string; readonly text: string; readonly isCtrl: boolean }): void;
  onResize(): void;
}

const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';
/** Terminals that know it show the frame at once when it is whole; others ignore it. */
const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';
const clearRest = '\u001b[K';

export class Screen {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #events: ScreenEvents;
  #drawn: readonly string[] = [];
  #isOpen = false;

  constructor(input: ReadStream, output: WriteStream, events: ScreenEvents) {
    this.#input = input;
    this.#output = output;
    this.#events = events;
  }

  get columns(): number {
    return this.#output.columns;
  }

  get rows(): number {
    return this.#output.rows;
  }

  open(): void {
    this.#isOpen = true;
    this.#output.write(enter);
    emitKeypressEvents(this.#input);
    this.#input.setRawMode(true);
    this.#input.on('keypress', this.#onKeypress).resume();
    this.#output.on('resize', this.#onResize);
    process.on('exit', this.close);
  }

  /** `lines` are at most as wide as the window; those that find no row are left out. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const frame = Array.from({ length: this.rows }, (_, row) => lines[row] ?? '');
    const changes = frame.flatMap((line, row) =>
      line === this.#drawn[row] ? [] : [`\u001b[${row + 1};1H${line}${clearRest}`],
    );
    this.#drawn = frame;
    if (changes.length > 0) this.#output.write(`${beginFrame}${changes.join('')}${endFrame}`);
  }

  /** Idempotent. */
  readonly close = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off('exit', this.close);
    this.#output.off('resize', this.#onResize);
    this.#input.off('keypress', this.#onKeypress).pause();
    this.#input.setRawMode(false);
    this.#output.write(leave);
  };

  readonly #onKeypress = (text: string | undefined, key: Key): void => {
    const typed = text !== undefined && /^[^\p{Cc}]+$/u.test(text) ? text : '';
    this.#events.onKey({ name: key.name ?? typed, text: typed, isCtrl: key.ctrl === true });
  };

  readonly #onResize = (): void => {
    // Lines wrapped anew by the terminal are where we do not know.
    this.#drawn = [];
    this.#output.write('\u001b[2J');
    this.#events.onResize();
  };
}
