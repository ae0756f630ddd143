/** transmission-remote (C), the command line of Transmission, asking a daemon of ours. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { missingCommand } from './installed.ts';

export const missingTransmissionRemote: string | false = missingCommand(
  'transmission-remote',
  'transmission-cli',
);

export interface Said {
  readonly code: number;
  readonly text: string;
}

const longestCallMs = 20_000;
const longestWaitMs = 60_000;
const pollMs = 100;

export class TransmissionRemote {
  readonly #host: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#host = new URL(url).host;
    this.#token = token;
  }

  run(...args: readonly string[]): Promise<Said> {
    return this.runAs(`anybody:${this.#token}`, ...args);
  }

  /** `auth` is USER:PASSWORD. */
  runAs(auth: string, ...args: readonly string[]): Promise<Said> {
    const all = [this.#host, '--auth', auth, ...args];
    return new Promise((resolve) => {
      execFile(
        'transmission-remote',
        all,
        { timeout: longestCallMs, env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' } },
        (error, stdout, stderr) => {
          const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
          resolve({ code, text: stdout + stderr });
        },
      );
    });
  }

  /** What it says; fails unless it ends well. */
  async done(...args: readonly string[]): Promise<string> {
    const { code, text } = await this.run(...args);
    assert.equal(code, 0, `transmission-remote ${args.join(' ')}: ${text}`);
    return text;
  }

  /** Fails unless it ends well and says all of these. */
  async says(args: readonly string[], ...wanted: readonly RegExp[]): Promise<void> {
    const text = await this.done(...args);
    for (const one of wanted) assert.match(text, one);
  }

  /** Fails unless it ends with an error that is explained like this. */
  async refuses(args: readonly string[], reason: RegExp): Promise<void> {
    const { code, text } = await this.run(...args);
    assert.equal(code, 1, `transmission-remote ${args.join(' ')}: ${text}`);
    assert.match(text, reason);
  }

  /** Asks until it says this. */
  async until(args: readonly string[], wanted: RegExp): Promise<string> {
    const endMs = performance.now() + longestWaitMs;
    for (;;) {
      const text = await this.done(...args);
      if (wanted.test(text)) return text;
      if (performance.now() > endMs) assert.fail(`${wanted} in vain: ${text}`);
      await delay(pollMs);
    }
  }
}
