/**
 * The HTTP frontend of the tracker (BEP 3, 7, 23, 24, 31, 48) and, on the same port, pages for people.
 * Invariants: every announce and scrape that is refused gets a `failure reason`; no request costs more
 * than the limits on its head, its time and the number of connections.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { parseIp, unmapIpv4 } from '../base/ip-address.ts';
import {
  encodeHttpAnnounceReply,
  encodeHttpFailure,
  encodeHttpScrapeReply,
} from '../protocol/http-tracker-reply.ts';
import {
  type HttpAnnounceRequest,
  isProblem,
  parseHttpAnnounce,
  parseHttpScrape,
  type RequestTarget,
  splitRequestTarget,
} from '../protocol/http-tracker-request.ts';
import { type AnnounceRequest, isRefusal } from '../tracker/announce.ts';
import {
  claimsOtherFamily,
  forwardedAddress,
  listedAddress,
  type TrustedNetwork,
} from '../tracker/client-address.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';

export interface PageReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface HttpTrackerServerOptions {
  /** Numeric; all addresses of the machine when left out. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly logic: TrackerLogic;
  readonly trustedProxies: readonly TrustedNetwork[];
  /** Open connections; further ones are closed at once. */
  readonly maxConnections: number;
  /** For a request's head, and for silence on a connection. */
  readonly timeoutMs: number;
  /** What is neither announce nor scrape; undefined is answered with 404. */
  page(target: RequestTarget): PageReply | undefined;
}

/** Room for the scrape of about 200 torrents. */
const maxHeadBytes = 16 * 1024;

export class HttpTrackerServer {
  readonly #options: HttpTrackerServerOptions;
  readonly #server: Server;

  private constructor(options: HttpTrackerServerOptions) {
    this.#options = options;
    this.#server = createServer({
      maxHeaderSize: maxHeadBytes,
      headersTimeout: options.timeoutMs,
      requestTimeout: options.timeoutMs,
      keepAliveTimeout: options.timeoutMs,
      connectionsCheckingInterval: Math.max(50, Math.min(5000, options.timeoutMs / 2)),
      // Old clients speak HTTP/1.1 without naming the host.
      requireHostHeader: false,
    });
    this.#server.maxConnections = options.maxConnections;
    this.#server.timeout = options.timeoutMs;
    this.#server.on('request', (request, response) => this.#answer(request, response));
    this.#server.on('clientError', (error, socket) => refuseConnection(error, socket));
  }

  /** Rejects with the socket's error. */
  static listen(options: HttpTrackerServerOptions): Promise<HttpTrackerServer> {
    const frontend = new HttpTrackerServer(options);
    const server = frontend.#server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: options.port, host: options.host }, () => {
        server.off('error', reject);
        // A failing accept, for want of file descriptors, must not end the process.
        server.on('error', () => options.logic.count('invalid', 'http'));
        resolve(frontend);
      });
    });
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Closes all connections. Idempotent. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => response.destroy());
    const target = splitRequestTarget(request.url ?? '/');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      send(response, 405, 'text/plain; charset=utf-8', 'only GET and HEAD are answered here\n');
      return;
    }
    const name = target.path.slice(target.path.lastIndexOf('/') + 1);
    if (name === 'announce') this.#announce(request, target, response);
    else if (name === 'scrape') this.#scrape(target, response);
    else this.#page(target, response);
  }

  #announce(request: IncomingMessage, target: RequestTarget, response: ServerResponse): void {
    const parsed = parseHttpAnnounce(target.query);
    const source = this.#clientAddress(request);
    if (isProblem(parsed) || source === undefined) {
      this.#options.logic.count('invalid', 'http');
      const reason = isProblem(parsed) ? parsed.problem : 'your address is not known';
      sendBencoded(response, encodeHttpFailure(reason));
      return;
    }
    const asked = announceRequest(
      parsed,
      target,
      source,
      numericAddress(request.socket.localAddress),
    );
    this.#options.logic.announce(asked, (answer) => {
      if (isRefusal(answer)) {
        sendBencoded(response, encodeHttpFailure(answer.reason, answer.retryMinutes));
        return;
      }
      const fields = { ...answer, externalIp: source };
      sendBencoded(response, encodeHttpAnnounceReply(fields, parsed.isCompact));
    });
  }

  #scrape(target: RequestTarget, response: ServerResponse): void {
    const parsed = parseHttpScrape(target.query);
    if (isProblem(parsed)) {
      this.#options.logic.count('invalid', 'http');
      sendBencoded(response, encodeHttpFailure(parsed.problem));
      return;
    }
    this.#options.logic.scrape('http', parsed.infoHashes, (counts) => {
      sendBencoded(
        response,
        isRefusal(counts)
          ? encodeHttpFailure(counts.reason, counts.retryMinutes)
          : encodeHttpScrapeReply(parsed.infoHashes, counts),
      );
    });
  }

  #page(target: RequestTarget, response: ServerResponse): void {
    const page = this.#options.page(target);
    if (page === undefined) {
      send(response, 404, 'text/plain; charset=utf-8', 'nothing here; see / and /stats\n');
      return;
    }
    for (const [name, value] of Object.entries(page.headers)) response.setHeader(name, value);
    response.writeHead(page.status, { 'content-length': Buffer.byteLength(page.body) });
    response.end(page.body);
  }

  #clientAddress(request: IncomingMessage): Uint8Array | undefined {
    const direct = numericAddress(request.socket.remoteAddress);
    if (direct === undefined) return undefined;
    const header = request.headers['x-forwarded-for'];
    const forwardedFor = Array.isArray(header) ? header.join(',') : header;
    return forwardedAddress(direct, forwardedFor, this.#options.trustedProxies);
  }
}

function announceRequest(
  parsed: HttpAnnounceRequest,
  target: RequestTarget,
  source: Uint8Array,
  local: Uint8Array | undefined,
): AnnounceRequest {
  const { isCompact, omitsPeerIds, claimedAddresses, ...rest } = parsed;
  const address = listedAddress(source, local, claimedAddresses);
  return {
    ...rest,
    transport: 'http',
    address,
    wantsBothFamilies: claimsOtherFamily(address, claimedAddresses),
    wantsPeerIds: !isCompact && !omitsPeerIds,
    urlData: `${target.path}?${target.query}`,
  };
}

function numericAddress(text: string | undefined): Uint8Array | undefined {
  const address = text === undefined ? undefined : parseIp(text.split('%', 1)[0]!);
  return address === undefined ? undefined : unmapIpv4(address);
}

/** Status 200 for refusals as well: many clients do not read the body of any other. */
function sendBencoded(response: ServerResponse, body: Uint8Array): void {
  send(response, 200, 'text/plain', body);
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

function refuseConnection(error: Error, socket: Duplex): void {
  const code = 'code' in error ? error.code : undefined;
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  let status = '400 Bad Request';
  if (code === 'HPE_HEADER_OVERFLOW') status = '431 Request Header Fields Too Large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') status = '408 Request Timeout';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}
