/**
 * A tracker's catalog, asked over HTTP. Entries are named by id, info-hash or name. Every method
 * rejects with CatalogError, or with the reason of its AbortSignal.
 */
import {
  type CatalogDetail,
  type CatalogEntry,
  type CatalogPage,
  type CatalogQuery,
  catalogPath,
  torrentMediaType,
} from '../contract/catalog.ts';
import { AnswerMismatch } from './answer-fields.ts';
import { boundedFetch, type FetchAnswer, FetchFailure } from './bounded-fetch.ts';
import { readDetail, readEntry, readFailure, readPage } from './catalog-answers.ts';
import { CatalogError } from './catalog-error.ts';

export { CatalogError } from './catalog-error.ts';
export { catalogUrlOf } from './catalog-url.ts';

export interface CatalogClientOptions {
  /** Sent with what changes the catalog, and only then. */
  readonly token?: string;
  /** For questions; 15 s unless told. */
  readonly timeoutMs?: number;
  /** For sending or receiving a .torrent; 60 s unless told. */
  readonly transferTimeoutMs?: number;
  /** 64 MiB unless told. */
  readonly maxTorrentBytes?: number;
}

export interface Published {
  readonly entry: CatalogEntry;
  /** False when the torrent was listed already. */
  readonly isNew: boolean;
}

const maxJsonBytes = 8 * 1024 ** 2;
const maxMessageLength = 1000;

interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Behind the catalog's path. */
  readonly path: string;
  readonly body?: Uint8Array;
  /** A .torrent goes or comes. */
  readonly isTransfer?: true;
  readonly signal: AbortSignal | undefined;
}

export class CatalogClient {
  /** `http://host:port`. */
  readonly baseUrl: string;
  readonly #options: CatalogClientOptions;

  /** `baseUrl` as `catalogUrlOf` gives it. Throws CatalogError when the token cannot be sent. */
  constructor(baseUrl: string, options: CatalogClientOptions = {}) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.#options = options;
    if (options.token !== undefined && !/^[\x21-\x7e]+$/.test(options.token)) {
      throw new CatalogError(
        'CATALOG_TOKEN_WRONG',
        'the token holds spaces or characters that no token has. Copy it again',
      );
    }
  }

  async list(query: CatalogQuery = {}, signal?: AbortSignal): Promise<CatalogPage> {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined && value !== '') parameters.set(key, String(value));
    }
    const path = parameters.size === 0 ? '' : `?${parameters}`;
    return this.#read(await this.#ask({ method: 'GET', path, signal }), readPage);
  }

  async get(ref: string, signal?: AbortSignal): Promise<CatalogDetail> {
    const answer = await this.#ask({ method: 'GET', path: this.#entry(ref), signal });
    return this.#read(answer, readDetail);
  }

  /** The bytes as they were published. They are a stranger's: nothing about them was checked here. */
  async torrent(ref: string, signal?: AbortSignal): Promise<Uint8Array> {
    const path = `${this.#entry(ref)}/torrent`;
    const { status, headers, body } = await this.#ask({
      method: 'GET',
      path,
      isTransfer: true,
      signal,
    });
    if (mediaType(headers) === torrentMediaType) return body;
    throw this.#absent(status);
  }

  async publish(bytes: Uint8Array, signal?: AbortSignal): Promise<Published> {
    const ask: Ask = { method: 'POST', path: '', body: bytes, isTransfer: true, signal };
    const answer = await this.#ask(ask);
    return { entry: this.#read(answer, readEntry), isNew: answer.status === 201 };
  }

  async remove(ref: string, signal?: AbortSignal): Promise<void> {
    const answer = await this.#ask({ method: 'DELETE', path: this.#entry(ref), signal });
    if (answer.status !== 204) throw this.#absent(answer.status);
  }

  /** The page about a torrent, for people. */
  pageOf(infoHash: string): string {
    return `${this.baseUrl}/torrents/${infoHash}`;
  }

  #entry(ref: string): string {
    // URLs have no place for these, and no torrent is named so.
    if (/^\.{0,2}$/.test(ref)) {
      throw new CatalogError(
        'CATALOG_NOT_FOUND',
        `${JSON.stringify(ref)} names no torrent. Give an id, an info-hash or a name`,
      );
    }
    return `/${encodeURIComponent(ref.toWellFormed())}`;
  }

  async #ask({ method, path, body, isTransfer, signal }: Ask): Promise<FetchAnswer> {
    signal?.throwIfAborted();
    const { token, timeoutMs = 15_000, transferTimeoutMs = 60_000 } = this.#options;
    const answer = await boundedFetch({
      method,
      url: `${this.baseUrl}${catalogPath}${path}`,
      headers: {
        ...(body === undefined ? {} : { 'content-type': torrentMediaType }),
        ...(token === undefined || method === 'GET' ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: isTransfer ? transferTimeoutMs : timeoutMs,
      maxBytes:
        isTransfer && body === undefined
          ? (this.#options.maxTorrentBytes ?? 64 * 1024 ** 2)
          : maxJsonBytes,
      signal,
    }).catch((error: unknown) => {
      throw error instanceof FetchFailure ? this.#noAnswer(error) : error;
    });
    if (answer.status < 200 || answer.status > 299) throw this.#refusal(answer);
    return answer;
  }

  #noAnswer(failure: FetchFailure): CatalogError {
    const { origin } = new URL(this.baseUrl);
    const { kind, message, status } = failure;
    if (kind === 'too-large') {
      const words = `${origin} did not answer as a catalog does: ${message}`;
      return new CatalogError('CATALOG_BAD_ANSWER', words, status);
    }
    const words = `${origin} cannot be reached: ${message}. Check the address, and whether the tracker runs`;
    return new CatalogError('CATALOG_UNREACHABLE', words, undefined, { cause: failure });
  }

  #refusal({ status, headers, body }: FetchAnswer): CatalogError {
    const failure = readFailure(parseJson(body));
    if (failure !== undefined) {
      const code = failure.code.startsWith('CATALOG_') ? failure.code : `CATALOG_${failure.code}`;
      const { candidates } = failure;
      return new CatalogError(code, failure.message.slice(0, maxMessageLength), status, {
        candidates,
      });
    }
    const location = headers.get('location');
    if (status >= 300 && status < 400 && location !== null) {
      const moved = `${this.baseUrl} points to ${location.slice(0, 200)}. Give the tracker's URL there`;
      return new CatalogError('CATALOG_MOVED', moved, status);
    }
    if (status >= 500) {
      const broken = `${this.baseUrl} answered with status ${status}. Try again later; its operator finds the cause in its log`;
      return new CatalogError('CATALOG_UNREACHABLE', broken, status);
    }
    return this.#absent(status);
  }

  #read<T>({ status, headers, body }: FetchAnswer, read: (value: unknown) => T): T {
    if (mediaType(headers) !== 'application/json') throw this.#absent(status);
    try {
      return read(parseJson(body));
    } catch (error) {
      if (!(error instanceof AnswerMismatch)) throw error;
      throw new CatalogError(
        'CATALOG_BAD_ANSWER',
        `${this.baseUrl} did not answer as a catalog does: ${error.message}. It may be of another version`,
        status,
      );
    }
  }

  #absent(status: number): CatalogError {
    return new CatalogError(
      'CATALOG_ABSENT',
      `${this.baseUrl} has no catalog (status ${status}). Name a tracker of Shoal that keeps one`,
      status,
    );
  }
}

function mediaType(headers: Headers): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
