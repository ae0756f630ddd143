/**
 * A running daemon, asked over HTTP. Torrents are named by their whole info-hash. Every method rejects
 * with DaemonError, or with the reason of its AbortSignal.
 */
import type { z } from 'zod';
import { torrentMediaType } from '../contract/catalog.ts';
import { sessionInfo } from '../contract/schema/daemon.ts';
import {
  fileList,
  peerList,
  torrentInfo,
  torrentList,
  trackerList,
} from '../contract/schema/torrents.ts';
import type { Sent } from '../contract/sent.ts';
import {
  type AddTorrentRequest,
  type SessionInfo,
  sessionPath,
  type TorrentFile,
  type TorrentInfo,
  type TorrentPeer,
  type TorrentTracker,
  torrentsPath,
} from '../contract/torrents.ts';
import { AnswerMismatch } from './answer-fields.ts';
import { boundedFetch, type FetchAnswer, FetchFailure } from './bounded-fetch.ts';
import { readAnswer, readDaemonFailure } from './daemon-answers.ts';
import { DaemonError } from './daemon-error.ts';

export { DaemonError } from './daemon-error.ts';

export interface DaemonClientOptions {
  readonly token?: string | undefined;
  /** For every question; 30 s unless told: a daemon stops a torrent only when its trackers know. */
  readonly timeoutMs?: number;
}

export type AddOptions = Omit<AddTorrentRequest, 'source'>;

export type OneAction = 'start' | 'force-start' | 'stop' | 'verify' | 'reannounce';

/** A list of 100,000 torrents stays below it. */
const maxAnswerBytes = 64 * 1024 ** 2;
const maxMessageLength = 1000;

interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: Uint8Array;
  readonly mediaType?: string;
  readonly signal: AbortSignal | undefined;
}

export class DaemonClient {
  /** `http://host:port`. */
  readonly baseUrl: string;
  readonly #options: DaemonClientOptions;

  /** Throws DaemonError when the token cannot be sent. */
  constructor(baseUrl: string, options: DaemonClientOptions = {}) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.#options = options;
    if (options.token !== undefined && !/^[\x21-\x7e]+$/.test(options.token)) {
      throw new DaemonError(
        'DAEMON_TOKEN_WRONG',
        'the token holds spaces or characters that no token has. Copy it again',
      );
    }
  }

  async session(signal?: AbortSignal): Promise<SessionInfo> {
    return this.#read({ method: 'GET', path: sessionPath, signal }, sessionInfo);
  }

  /** In the order they were added. */
  async torrents(signal?: AbortSignal): Promise<readonly TorrentInfo[]> {
    const ask: Ask = { method: 'GET', path: torrentsPath, signal };
    return (await this.#read(ask, torrentList)).torrents;
  }

  async torrent(hash: string, signal?: AbortSignal): Promise<TorrentInfo> {
    return this.#read({ method: 'GET', path: pathOf(hash), signal }, torrentInfo);
  }

  async add(request: AddTorrentRequest, signal?: AbortSignal): Promise<TorrentInfo> {
    const body = new TextEncoder().encode(JSON.stringify(request));
    const mediaType = 'application/json';
    return this.#read({ method: 'POST', path: torrentsPath, body, mediaType, signal }, torrentInfo);
  }

  /** `bytes` of a .torrent. */
  async addFile(
    bytes: Uint8Array,
    { dir, paused, trackers }: AddOptions = {},
    signal?: AbortSignal,
  ): Promise<TorrentInfo> {
    const query = new URLSearchParams();
    if (dir !== undefined) query.set('dir', dir);
    if (paused !== undefined) query.set('paused', String(paused));
    for (const url of trackers ?? []) query.append('tracker', url);
    const path = query.size === 0 ? torrentsPath : `${torrentsPath}?${query}`;
    const mediaType = torrentMediaType;
    return this.#read({ method: 'POST', path, body: bytes, mediaType, signal }, torrentInfo);
  }

  async act(action: OneAction, hash: string, signal?: AbortSignal): Promise<TorrentInfo> {
    return this.#read({ method: 'POST', path: `${pathOf(hash)}/${action}`, signal }, torrentInfo);
  }

  /** With `data` its files are deleted too. */
  async remove(hash: string, { data }: { data: boolean }, signal?: AbortSignal): Promise<void> {
    await this.#ask({ method: 'DELETE', path: `${pathOf(hash)}?data=${data}`, signal });
  }

  async files(hash: string, signal?: AbortSignal): Promise<readonly TorrentFile[]> {
    const ask: Ask = { method: 'GET', path: `${pathOf(hash)}/files`, signal };
    return (await this.#read(ask, fileList)).files;
  }

  async peers(hash: string, signal?: AbortSignal): Promise<readonly TorrentPeer[]> {
    const ask: Ask = { method: 'GET', path: `${pathOf(hash)}/peers`, signal };
    return (await this.#read(ask, peerList)).peers;
  }

  async trackers(hash: string, signal?: AbortSignal): Promise<readonly TorrentTracker[]> {
    const ask: Ask = { method: 'GET', path: `${pathOf(hash)}/trackers`, signal };
    return (await this.#read(ask, trackerList)).trackers;
  }

  async #read<S extends z.ZodType>(ask: Ask, schema: S): Promise<Sent<S>> {
    const { status, headers, body } = await this.#ask(ask);
    const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') throw this.#absent(status);
    try {
      return readAnswer(schema, parseJson(body));
    } catch (error) {
      if (!(error instanceof AnswerMismatch)) throw error;
      throw this.#badAnswer(`${error.message}. It may be of another version`, status);
    }
  }

  async #ask({ method, path, body, mediaType, signal }: Ask): Promise<FetchAnswer> {
    signal?.throwIfAborted();
    const { token, timeoutMs = 30_000 } = this.#options;
    const answer = await boundedFetch({
      method,
      url: `${this.baseUrl}${path}`,
      headers: {
        ...(mediaType === undefined ? {} : { 'content-type': mediaType }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs,
      maxBytes: maxAnswerBytes,
      signal,
    }).catch((error: unknown) => {
      throw error instanceof FetchFailure ? this.#noAnswer(error) : error;
    });
    if (answer.status < 200 || answer.status > 299) throw this.#refusal(answer, path);
    return answer;
  }

  #noAnswer(failure: FetchFailure): DaemonError {
    if (failure.kind === 'too-large') return this.#badAnswer(failure.message, failure.status);
    return new DaemonError(
      'DAEMON_UNREACHABLE',
      `no daemon answers at ${this.baseUrl}: ${failure.message}. Start one with shoal daemon`,
      undefined,
      failure,
    );
  }

  #refusal({ status, body }: FetchAnswer, path: string): DaemonError {
    const failure = readDaemonFailure(parseJson(body));
    // A daemon has these; a tracker of Shoal refuses in the same form.
    const isMissing = status === 404 && !path.startsWith(`${torrentsPath}/`);
    if (failure === undefined || isMissing) return this.#absent(status);
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

  #badAnswer(words: string, status: number | undefined): DaemonError {
    const message = `${this.baseUrl} did not answer as a daemon does: ${words}`;
    return new DaemonError('DAEMON_BAD_ANSWER', message, status);
  }

  #absent(status: number): DaemonError {
    return new DaemonError(
      'DAEMON_ABSENT',
      `${this.baseUrl} is no daemon of Shoal (status ${status}). Name one with --daemon, or start one with shoal daemon`,
      status,
    );
  }
}

function pathOf(hash: string): string {
  return `${torrentsPath}/${encodeURIComponent(hash)}`;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
