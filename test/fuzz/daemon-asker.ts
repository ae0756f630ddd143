/**
 * Sends requests to a daemon, some at a time, and judges what comes back: in time, of bounded size, never
 * with a secret in it. Streams that have no end are let go after their first bytes.
 */
import assert from 'node:assert/strict';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { HttpMessage } from './http-message.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Latin-1; what was read of it. */
  readonly body: string;
  /** All of it was read. */
  readonly isWhole: boolean;
}

export interface DaemonAskerOptions {
  readonly port: number;
  readonly secrets: readonly string[];
  /** Throws for what must not be answered. */
  judge(asked: HttpMessage, answer: HttpAnswer): void;
}

const guesserAddress = '127.0.9.9';
const mostAtOnce = 12;
const answerMs = 15_000;
/** Bytes of a file that nobody has are waited for without end. */
const bodyMs = 300;
const mostAnswerBytes = 8 * 2 ** 20;

export class DaemonAsker {
  readonly #options: DaemonAskerOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: mostAtOnce });
  readonly #running = new Set<Promise<void>>();
  #problem: Error | undefined;

  constructor(options: DaemonAskerOptions) {
    this.#options = options;
  }

  /** Waits while enough are asked already. Rejects with what an answer before was not to be. */
  async ask(asked: HttpMessage): Promise<void> {
    this.#tell();
    const running = this.#judged(asked).finally(() => this.#running.delete(running));
    this.#running.add(running);
    if (this.#running.size >= mostAtOnce) await Promise.race(this.#running);
  }

  async settle(): Promise<void> {
    await Promise.all(this.#running);
    this.#tell();
  }

  /** Each problem once, so that whoever wants to see more can go on. */
  #tell(): void {
    const problem = this.#problem;
    this.#problem = undefined;
    if (problem !== undefined) throw problem;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #judged(asked: HttpMessage): Promise<void> {
    try {
      const answer = await this.#exchange(asked);
      const seen = `${JSON.stringify(answer.headers)}${answer.body}`;
      for (const secret of this.#options.secrets) {
        assert.ok(!seen.includes(secret), 'a secret is in the answer');
      }
      this.#options.judge(asked, answer);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const { method, path, body } = asked;
      const shown = `${method} ${path.slice(0, 500)}\n  ${body.slice(0, 1000)}`;
      this.#problem ??= new Error(`${text}\n  asked: ${shown}`, { cause: error });
    }
  }

  #exchange({ method, path, headers, body }: HttpMessage): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const sent = request({
      port: this.#options.port,
      host: '127.0.0.1',
      // Who guesses tokens has to wait, with everybody of that address.
      ...(/log|auth|%/i.test(path) && { localAddress: guesserAddress }),
      agent: this.#agent,
      method,
      path,
      headers: { ...Object.fromEntries(headers), 'content-length': body.length },
    });
    const late = setTimeout(() => {
      reject(new Error(`there is no answer after ${answerMs / 1000} s`));
      sent.destroy();
    }, answerMs);
    sent.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late);
      reject(new Error(`there is no answer: ${error.code ?? error.message}`));
    });
    sent.on('response', (response) => {
      clearTimeout(late);
      readBody(response).then(
        ({ text, isWhole }) => {
          const { statusCode: status = 0, headers: answered } = response;
          resolve({ status, headers: answered, body: text, isWhole });
        },
        (error: unknown) => reject(error),
      );
    });
    sent.end(Buffer.from(body, 'latin1'));
    return promise;
  }
}

function readBody(response: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ text: string; isWhole: boolean }>();
  const chunks: Buffer[] = [];
  let length = 0;
  const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
  const end = (isWhole: boolean): void => {
    clearTimeout(timer);
    resolve({ text: Buffer.concat(chunks).toString('latin1'), isWhole });
    if (!isWhole) response.destroy();
  };
  const timer = setTimeout(() => end(false), bodyMs);
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    timer.refresh();
    if (length > mostAnswerBytes) reject(new Error(`the answer has more than ${length} bytes`));
    if (isStream) end(false);
  });
  response.on('end', () => end(true));
  response.on('error', () => end(false));
  return promise;
}
