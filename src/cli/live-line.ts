/**
 * One line about something that goes on. On a terminal it is redrawn in place, no wider than the
 * window; anywhere else a plain line is printed every few seconds, and at once when the state changes.
 */

/** What is used of a standard stream. */
export interface LineStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface LiveLineOptions {
  readonly nowMs: () => number;
  /** Between two plain lines. */
  readonly plainIntervalMs?: number;
  /** A state that is not worth a line before it has lasted a while. */
  readonly expectedState?: string;
}

/** Draws the line at most `columns` wide. */
export type RenderLine = (columns: number) => string;

const redrawIntervalMs = 50;
const plainColumns = 240;
const eraseToEnd = '\u001b[K';

export class LiveLine {
  readonly #stream: LineStream;
  readonly #nowMs: () => number;
  readonly #intervalMs: number;
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #drawnState: string | undefined;
  #onScreen = false;
  /** Elsewhere than on a terminal: a line that says the same again is not worth a line. */
  #printed = '';

  constructor(stream: LineStream, options: LiveLineOptions) {
    this.#stream = stream;
    this.#nowMs = options.nowMs;
    this.#intervalMs = stream.isTTY === true ? redrawIntervalMs : (options.plainIntervalMs ?? 5000);
    if (options.expectedState === undefined) return;
    this.#drawnState = options.expectedState;
    this.#drawnAtMs = options.nowMs();
  }

  /** Draws unless the last line is fresh and of the same `state`, a word for what goes on. */
  update(state: string, render: RenderLine): void {
    const nowMs = this.#nowMs();
    if (state === this.#drawnState && nowMs - this.#drawnAtMs < this.#intervalMs) return;
    this.#drawnAtMs = nowMs;
    this.#drawnState = state;
    this.#draw(render);
  }

  /** Draws a last time and leaves the line standing. */
  finish(render: RenderLine): void {
    this.#draw(render);
    this.leave();
  }

  /** Leaves what is on the screen standing; the next update starts a new line. */
  leave(): void {
    if (this.#onScreen) this.#stream.write('\n');
    this.#onScreen = false;
    this.#drawnState = undefined;
  }

  /** Takes the line off the screen; what comes next starts in its place. */
  clear(): void {
    if (this.#onScreen) this.#stream.write(`\r${eraseToEnd}`);
    this.#onScreen = false;
    this.#drawnState = undefined;
  }

  #draw(render: RenderLine): void {
    if (this.#stream.isTTY !== true) {
      const line = render(plainColumns);
      if (line !== this.#printed) this.#stream.write(`${line}\n`);
      this.#printed = line;
      return;
    }
    // The last column stays free: a full line would wrap and could not be redrawn.
    const columns = Math.max(1, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(`\r${render(columns)}${eraseToEnd}`);
    this.#onScreen = true;
  }
}
