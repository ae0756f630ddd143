/**
 * One HTTP GET of a URL from an untrusted source, within limits: time in all and between bytes, bytes
 * on the wire and after inflating, redirects, and addresses judged at every hop. TLS is always verified.
 * Invariant: memory is bounded by the body limit, whatever the server sends.
 */
import {
  Agent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { inflateBody } from './inflate-body.ts';
import { errorCode } from './socket-cause.ts';
import {
  checkAddresses,
  parseTrackerUrl,
  type ResolvedAddress,
  resolveHost,
} from './tracker-address.ts';
import { TrackerError } from './tracker-error.ts';

export interface GetLimits {
  /** Longest wait for a connection, and between any two chunks. */
  readonly timeoutMs: number;
  /** Longest time for everything, redirects included. */
  readonly totalTimeoutMs: number;
  /** Holds for the compressed and for the inflated body. */
  readonly bodyLimitBytes: number;
  readonly maxRedirects: number;
  /** As in HopRules; then any path is asked. No unless told. */
  readonly refusesOwn?: boolean;
  /** As in HopRules; yes unless told, or unless `refusesOwn`. */
  readonly checksPath?: boolean;
}

export interface GetReply {
  readonly status: number;
  readonly body: Uint8Array;
  /** Value of Retry-After, as sent. */
  readonly retryAfter: string | undefined;
}

export class BoundedGetter {
  readonly #limits: GetLimits;
  readonly #userAgent: string;
  readonly #agent: Agent;
  readonly #tlsAgent: TlsAgent;

  constructor(limits: GetLimits, userAgent: string) {
    this.#limits = limits;
    this.#userAgent = userAgent;
    const settings = { keepAlive: true, maxSockets: 8, maxFreeSockets: 4, maxTotalSockets: 256 };
    this.#agent = new Agent(settings);
    this.#tlsAgent = new TlsAgent(settings);
  }

  /**
   * Rejects with TrackerError or a socket's error; `signal` aborts with its reason. With `family`, only
   * addresses of that IP version are asked.
   */
  async get(firstUrl: string, signal: AbortSignal, family?: 4 | 6): Promise<GetReply> {
    const deadline = new AbortController();
    // Cleared below: AbortSignal.timeout would hold and fire one for every announce of the last minute.
    const timer = setTimeout(() => deadline.abort(timedOut()), this.#limits.totalTimeoutMs);
    const either = AbortSignal.any([signal, deadline.signal]);
    try {
      return await this.#follow(firstUrl, either, family);
    } catch (error) {
      if (deadline.signal.aborted && !signal.aborted) throw timedOut();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#agent.destroy();
    this.#tlsAgent.destroy();
  }

  async #follow(
    firstUrl: string,
    signal: AbortSignal,
    family: 4 | 6 | undefined,
  ): Promise<GetReply> {
    let url = parseTrackerUrl(firstUrl, ['http:', 'https:']);
    let wasGlobal = false;
    for (let hop = 0; hop <= this.#limits.maxRedirects; hop++) {
      const addresses = await resolveHost(url, signal);
      const isGlobal = checkAddresses(url, addresses, {
        mustBeGlobal: wasGlobal,
        checksPath: this.#limits.checksPath ?? this.#limits.refusesOwn !== true,
        refusesOwn: this.#limits.refusesOwn === true,
      });
      wasGlobal ||= isGlobal;
      const asked = addresses.filter((one) => family === undefined || one.family === family);
      if (asked.length === 0) {
        throw new TrackerError('TRACKER_UNRESOLVED', `the name has no IPv${family} address`);
      }
      const response = await this.#request(url, asked, signal, family);
      const location = redirectOf(response);
      if (location === undefined) return await this.#read(response);
      response.destroy();
      if (!URL.canParse(location, url.href)) {
        throw new TrackerError('TRACKER_REDIRECTS', 'it redirects to something that is no URL');
      }
      const next = new URL(location, url);
      if (next.protocol !== 'http:' && next.protocol !== 'https:') {
        const words = `it redirects to ${next.protocol} which is not fetched`;
        throw new TrackerError('TRACKER_BAD_URL', words);
      }
      url = parseTrackerUrl(next.href, ['http:', 'https:']);
    }
    throw new TrackerError(
      'TRACKER_REDIRECTS',
      `it redirects more than ${this.#limits.maxRedirects} times`,
    );
  }

  async #request(
    url: URL,
    addresses: readonly ResolvedAddress[],
    signal: AbortSignal,
    family: 4 | 6 | undefined,
  ): Promise<IncomingMessage> {
    try {
      return await this.#requestOnce(url, addresses, signal, family);
    } catch (error) {
      // A kept connection may be closed by the server in the moment it is used again.
      if (!(error instanceof StaleConnection)) throw error;
      return await this.#requestOnce(url, addresses, signal, family);
    }
  }

  #requestOnce(
    url: URL,
    addresses: readonly ResolvedAddress[],
    signal: AbortSignal,
    family: 4 | 6 | undefined,
  ): Promise<IncomingMessage> {
    const isTls = url.protocol === 'https:';
    const options: RequestOptions & { rejectUnauthorized: boolean } = {
      agent: isTls ? this.#tlsAgent : this.#agent,
      signal,
      timeout: this.#limits.timeoutMs,
      lookup: pinnedLookup(addresses),
      headers: { 'user-agent': this.#userAgent, 'accept-encoding': 'gzip, deflate' },
      rejectUnauthorized: true,
      // Part of the name under which the agent keeps connections.
      ...(family !== undefined && { family }),
    };
    return new Promise((resolve, reject) => {
      let response: IncomingMessage | undefined;
      const onResponse = (received: IncomingMessage): void => {
        response = received;
        resolve(received);
      };
      const request = isTls
        ? requestHttps(url, options, onResponse)
        : requestHttp(url, options, onResponse);
      request.on('timeout', () => {
        response?.destroy(timedOut());
        request.destroy(timedOut());
      });
      request.on('error', (error) => {
        const code = errorCode(error);
        const isStale = request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
        reject(isStale ? new StaleConnection() : error);
      });
      request.end();
    });
  }

  async #read(response: IncomingMessage): Promise<GetReply> {
    const limit = this.#limits.bodyLimitBytes;
    const chunks: Uint8Array[] = [];
    let lengthBytes = 0;
    try {
      if (Number(response.headers['content-length'] ?? 0) > limit) throw tooBig(limit);
      for await (const chunk of response) {
        const bytes: Uint8Array = chunk;
        lengthBytes += bytes.length;
        if (lengthBytes > limit) throw tooBig(limit);
        chunks.push(bytes);
      }
    } catch (error) {
      response.destroy();
      throw error;
    }
    const encoding = response.headers['content-encoding'];
    return {
      status: response.statusCode ?? 0,
      body: await inflateBody(Buffer.concat(chunks), encoding, limit),
      retryAfter: response.headers['retry-after'],
    };
  }
}

class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

function redirectOf(response: IncomingMessage): string | undefined {
  const { statusCode, headers } = response;
  const isRedirect = statusCode !== undefined && [301, 302, 303, 307, 308].includes(statusCode);
  return isRedirect ? headers.location : undefined;
}

/** Gives the socket the addresses that were judged, so that a second look-up cannot differ. */
function pinnedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_host, options, done) => {
    if (options.all === true) done(null, [...addresses]);
    else done(null, addresses[0]!.address, addresses[0]!.family);
  };
}

function timedOut(): TrackerError {
  return new TrackerError('TRACKER_TIMEOUT', 'timed out');
}

function tooBig(limitBytes: number): TrackerError {
  return new TrackerError(
    'TRACKER_TOO_BIG',
    `the answer is larger than ${Math.round(limitBytes / 1024)} KiB, too large for a tracker's`,
  );
}
