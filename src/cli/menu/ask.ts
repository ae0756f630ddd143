/**
 * The menu's questions. Escape goes back to the menu; Ctrl-C, a signal and the end of input leave it.
 * Invariant: what comes from torrents is made visible before it is shown.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import * as clack from '@clack/prompts';

/** Thrown when the menu is to be left. */
export class LeaveMenu extends Error {
  override readonly name = 'LeaveMenu';
}

/** Thrown when a question is not answered: back to the menu. */
export class BackToMenu extends Error {
  override readonly name = 'BackToMenu';
}

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

export class Asker {
  readonly signal: AbortSignal;
  #lastKey: string | undefined;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    emitKeypressEvents(process.stdin);
    process.stdin.on('keypress', this.#remember);
  }

  async choose<T extends string>(message: string, choices: readonly Choice<T>[]): Promise<T> {
    const options = choices.map(({ value, label, hint }) => ({
      value: value as string,
      label,
      ...(hint !== undefined && { hint }),
    }));
    const answer = this.#answered(
      await clack.select({ message, options, showInstructions: false, ...this.#common }),
    );
    return choices.find(({ value }) => value === answer)!.value;
  }

  /** Empty goes back. */
  async text(message: string, placeholder: string): Promise<string> {
    const answer = this.#answered(
      await clack.text({ message, placeholder, defaultValue: '', ...this.#common }),
    );
    const text = answer.trim();
    if (text === '') throw new BackToMenu();
    return text;
  }

  async yes(message: string, initialValue = true): Promise<boolean> {
    return this.#answered(await clack.confirm({ message, initialValue, ...this.#common }));
  }

  say(lines: string | readonly string[]): void {
    clack.log.message(typeof lines === 'string' ? lines : [...lines]);
  }

  done(line: string): void {
    clack.log.success(line);
  }

  trouble(line: string): void {
    clack.log.error(line);
  }

  begin(title: string): void {
    clack.intro(title);
  }

  end(line: string): void {
    clack.outro(line);
  }

  /** A line that moves while something takes its time. */
  working(first: string): { update(line: string): void; stop(line: string): void } {
    // Its own handling of Ctrl-C would end the process before the daemon said goodbye.
    const spinner = clack.spinner({ ...this.#common, onCancel: () => undefined });
    spinner.start(first);
    return {
      update: (line) => spinner.message(line),
      stop: (line) => spinner.stop(line),
    };
  }

  dispose(): void {
    process.stdin.off('keypress', this.#remember);
    process.stdin.pause();
  }

  get #common(): { signal: AbortSignal } {
    return { signal: this.signal };
  }

  #answered<T extends string | boolean>(answer: T | typeof clack.CANCEL_SYMBOL): T {
    if (!clack.isCancel(answer)) return answer;
    if (this.#lastKey === 'escape' && !this.signal.aborted) throw new BackToMenu();
    throw new LeaveMenu();
  }

  readonly #remember = (_text: string | undefined, key: Key): void => {
    this.#lastKey = key.ctrl === true ? undefined : key.name;
  };
}
