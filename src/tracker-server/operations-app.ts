/**
 * Everything on the tracker's HTTP port besides announce and scrape: a Fastify app that listens nowhere
 * and gets its connections handed over. Pages and routes come as plugins; one of them says what an
 * unknown page looks like.
 * Invariants: every answer says that it may not be framed, sniffed or run scripts from elsewhere;
 * errors are documents with a code below `/api/` and a line of text elsewhere, and tell nothing about the
 * tracker's insides; heads, bodies and times are bounded.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginCallback,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { maxHeadBytes } from '../protocol/http-request-head.ts';
import { safetyHeaders } from './safety-headers.ts';

export interface OperationsAppOptions {
  /** Registered in this order, without a prefix. */
  readonly plugins: readonly FastifyPluginCallback[];
  /** Answers announces and scrapes on these connections; false for what is none of them. */
  readonly answerTracker: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** For a request to arrive, and for silence on a connection. */
  readonly timeoutMs: number;
  /** Of a request, unless a route says otherwise; 64 KiB unless told. */
  readonly bodyLimitBytes?: number;
  /** Told of errors that are the tracker's own. */
  readonly onFailure?: (error: Error, target: string) => void;
}

const defaultBodyLimitBytes = 64 * 1024;

/** Connections go to `app.server` as its event `connection`. Rejects when a plugin cannot start. */
export async function createOperationsApp(options: OperationsAppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    serverFactory: (handler) => makeServer(options, handler),
    bodyLimit: options.bodyLimitBytes ?? defaultBodyLimitBytes,
    // What is asked for before it is a route's: a path that is no URL.
    frameworkErrors: (error, request, reply) => {
      reply.headers(safetyHeaders);
      sendError(error, request, reply);
    },
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.addHook('onRequest', (_request, reply, next) => {
    reply.headers(safetyHeaders);
    next();
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (statusOf(error) >= 500) options.onFailure?.(error, request.url);
    sendError(error, request, reply);
  });
  app.all('/api/*', (_request, reply) => {
    const message = 'There is nothing under this path';
    return reply.code(404).send({ error: { code: 'NOT_FOUND', message } });
  });
  for (const plugin of options.plugins) app.register(plugin);
  await app.ready();
  // From here on the server looks after the times of its connections, which it does when it listens.
  app.server.emit('listening');
  return app;
}

function makeServer(
  options: OperationsAppOptions,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const { timeoutMs } = options;
  const settings = {
    maxHeaderSize: maxHeadBytes,
    headersTimeout: timeoutMs,
    // A torrent of some megabytes over a slow line.
    requestTimeout: 10 * timeoutMs,
    keepAliveTimeout: timeoutMs,
    connectionsCheckingInterval: Math.max(50, Math.min(5000, timeoutMs / 2)),
    // Old clients speak HTTP/1.1 without naming the host.
    requireHostHeader: false,
  };
  const server = createServer(settings, (request, response) => {
    response.on('error', () => response.destroy());
    if (!options.answerTracker(request, response)) handler(request, response);
  });
  server.timeout = timeoutMs;
  return server;
}

function sendError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const status = statusOf(error);
  const { code, message } = wordsOf(status);
  reply.code(status).header('cache-control', 'no-store');
  if (request.url.startsWith('/api/')) reply.send({ error: { code, message } });
  else reply.type('text/plain; charset=utf-8').send(`${message}\n`);
}

function statusOf(error: FastifyError): number {
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode <= 599 ? statusCode : 500;
}

/** The framework's own words would be a programmer's. */
function wordsOf(status: number): { code: string; message: string } {
  if (status >= 500) {
    return { code: 'INTERNAL', message: 'The tracker failed to answer this; its log says why' };
  }
  switch (status) {
    case 404:
      return { code: 'NOT_FOUND', message: 'There is nothing under this path' };
    case 413:
      return { code: 'TOO_LARGE', message: 'The body of the request is too large' };
    case 415:
      return { code: 'UNSUPPORTED_TYPE', message: 'This content type is not understood here' };
    default:
      return { code: 'BAD_REQUEST', message: 'The request is not understood' };
  }
}
