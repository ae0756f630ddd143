/**
 * One question to a daemon and its answer. Invariant: the token goes to `baseUrl` alone; what comes back
 * is as the contract says, or a DaemonError tells who answered instead. Every method rejects with
 * DaemonError, or with the reason of its AbortSignal.
 */
import type { z } from 'zod';
import type { Sent } from '../contract/sent.ts';
import { AnswerMismatch } from './answer-fields.ts';
import {
  boundedFetch,
  type FetchAnswer,
  FetchFailure,
  fetchFailureOf,
  readBody,
} from './bounded-fetch.ts';
import { readAnswer, readDaemonFailure } from './daemon-answers.ts';
import { DaemonError } from './daemon-error.ts';

export interface DaemonClientOptions {
  readonly token?: string | undefined;
  /** For every question; 30 s unless told: a daemon stops a torrent only when its trackers know. */
  readonly timeoutMs?: number;
}

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: Uint8Array;
  readonly mediaType?: string;
  readonly signal: AbortSignal | undefined;
}

/** What has no size or end that is known before. */
export interface StreamQuestion extends Omit<Question, 'json' | 'body'> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
}

/** A list of 100,000 torrents stays below it. */
const maxAnswerBytes = 128 * 1024 ** 2;
const maxFailureBytes = 64 * 1024;
const maxMessageLength = 1000;

export class DaemonAsker {
  /** `http://host:port`. */
  readonly baseUrl: string;
  readonly #options: DaemonClientOptions;

  /** Throws DaemonError when the token cannot be sent. */
  constructor(baseUrl: string, options: DaemonClientOptions) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.#options = options;
    if (options.token !== undefined && !/^[\x21-\x7e]+$/.test(options.token)) {
      throw new DaemonError(
        'DAEMON_TOKEN_WRONG',
        'the token holds spaces or characters that no token has. Copy it again',
      );
    }
  }

  async read<S extends z.ZodType>(question: Question, schema: S): Promise<Sent<S>> {
    const answer = await this.ask(question);
    return this.check(schema, this.#jsonOf(answer), answer.status);
  }

  /** JSON that somebody else said, read by the caller's own rules; `read` throws AnswerMismatch. */
  async readAs<T>(question: Question, read: (value: unknown) => T): Promise<T> {
    const answer = await this.ask(question);
    return this.#mismatching(() => read(this.#jsonOf(answer)), answer.status);
  }

  /** Throws DaemonError. */
  check<S extends z.ZodType>(schema: S, value: unknown, status?: number): Sent<S> {
    return this.#mismatching(() => readAnswer(schema, value), status);
  }

  async ask({ method, path, json, body, mediaType, signal }: Question): Promise<FetchAnswer> {
    signal?.throwIfAborted();
    const bytes = json === undefined ? body : new TextEncoder().encode(JSON.stringify(json));
    const type = json === undefined ? mediaType : 'application/json';
    const answer = await boundedFetch({
      method,
      url: `${this.baseUrl}${path}`,
      headers: this.#headers(type),
      ...(bytes === undefined ? {} : { body: bytes }),
      timeoutMs: this.#options.timeoutMs ?? 30_000,
      maxBytes: maxAnswerBytes,
      signal,
    }).catch((error: unknown) => {
      throw error instanceof FetchFailure ? this.noAnswer(error) : error;
    });
    if (!isSuccess(answer.status)) throw this.#refusal(answer, path);
    return answer;
  }

  /** Without a limit on time: it is the caller who aborts. */
  async stream(question: StreamQuestion): Promise<Response> {
    const { method, path, mediaType, headers = {}, body, signal } = question;
    signal?.throwIfAborted();
    try {
      const response = await fetch(`${this.baseUrl}${path}`, {
        method,
        headers: { ...this.#headers(mediaType), ...headers },
        redirect: 'manual',
        signal: signal ?? null,
        ...(body !== undefined && { body: ReadableStream.from(body), duplex: 'half' as const }),
      });
      if (isSuccess(response.status)) return response;
      const words = await readBody(response, maxFailureBytes);
      throw this.#refusal({ status: response.status, body: words }, path);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof DaemonError ? error : this.noAnswer(fetchFailureOf(error));
    }
  }

  noAnswer(failure: FetchFailure): DaemonError {
    if (failure.kind === 'too-large') return this.badAnswer(failure.message, failure.status);
    return new DaemonError(
      'DAEMON_UNREACHABLE',
      `no daemon answers at ${this.baseUrl}: ${failure.message}. Start one with shoal daemon`,
      undefined,
      failure,
    );
  }

  badAnswer(words: string, status: number | undefined): DaemonError {
    const message = `${this.baseUrl} did not answer as a daemon does: ${words}`;
    return new DaemonError('DAEMON_BAD_ANSWER', message, status);
  }

  absent(status: number): DaemonError {
    return new DaemonError(
      'DAEMON_ABSENT',
      `${this.baseUrl} is no daemon of Shoal (status ${status}). Name one with --daemon, or start one with shoal daemon`,
      status,
    );
  }

  #headers(mediaType: string | undefined): Record<string, string> {
    const { token } = this.#options;
    return {
      ...(mediaType === undefined ? {} : { 'content-type': mediaType }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  #jsonOf({ status, headers, body }: FetchAnswer): unknown {
    const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') throw this.absent(status);
    return parseJson(body);
  }

  #mismatching<T>(read: () => T, status: number | undefined): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof AnswerMismatch)) throw error;
      throw this.badAnswer(`${error.message}. It may be of another version`, status);
    }
  }

  #refusal({ status, body }: Pick<FetchAnswer, 'status' | 'body'>, path: string): DaemonError {
    const failure = readDaemonFailure(parseJson(body));
    // A daemon has these; a tracker of Shoal refuses in the same form.
    const isMissing = status === 404 && !/^\/api\/v1\/(torrents|shares|catalog)\//.test(path);
    if (failure === undefined || isMissing) return this.absent(status);
    if (status === 401 && this.#options.token === undefined) {
      return new DaemonError(
        `DAEMON_${failure.code}`,
        `${this.baseUrl} wants a token. It is in the file token of the daemon's data folder; give it with --token or SHOAL_TOKEN`,
        status,
      );
    }
    const message = failure.message.slice(0, maxMessageLength);
    return new DaemonError(`DAEMON_${failure.code}`, message, status);
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
