/**
 * The RPC of Transmission 4.0 at /transmission/rpc, as a Fastify plugin, so that its clients work
 * unchanged. The server ignores a trailing slash, which some clients send. The password of HTTP Basic is
 * the daemon's token, whoever the user is. Never sends X-Transmission-Rpc-Version: clients of
 * Transmission 4.1 would take it for JSON-RPC 2.0.
 * Invariant: host, origin and token are judged before a body is read; then comes the session id, which
 * no page of another site can send.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { askedWith } from '../service/asked-with.ts';
import { basicPassword } from '../service/basic-password.ts';
import type { DaemonAccess } from '../service/daemon-access.ts';
import type { DaemonPorts } from '../service/daemon-ports.ts';
import { DaemonRefusal, refusalStatuses } from '../service/refusal.ts';
import { RecentChanges } from './recent-changes.ts';
import { answerRpc } from './rpc-answer.ts';
import type { RpcContext, RpcMethod } from './rpc-context.ts';
import { rpcMethods } from './rpc-methods.ts';
import { TorrentIds } from './torrent-ids.ts';

export interface TransmissionDeps {
  readonly ports: DaemonPorts;
  readonly access: DaemonAccess;
  /** Ends the daemon; called when session-close was answered. Without it session-close is refused. */
  readonly shutDown?: () => void;
  /** Of one request; 96 MiB unless told, for a .torrent of 64 MiB in base64. */
  readonly maxBodyBytes?: number;
  /** Told of errors that are the daemon's own. */
  readonly onFailure?: (error: Error, target: string) => void;
}

export const transmissionPath = '/transmission/rpc';
const sessionHeader = 'X-Transmission-Session-Id';
const defaultMaxBodyBytes = 96 * 1024 ** 2;
const safetyHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

export function transmissionRoutes(deps: TransmissionDeps): FastifyPluginCallback {
  const sessionId = randomBytes(24).toString('hex');
  const context: RpcContext = {
    ports: deps.ports,
    ids: new TorrentIds(),
    recent: new RecentChanges(deps.ports.torrents),
    sessionId,
    nowMs: () => Date.now(),
  };
  const methods = rpcMethods(context);
  const bodyLimit = deps.maxBodyBytes ?? defaultMaxBodyBytes;
  return (app, _options, done) => {
    app.setErrorHandler((error, request, reply) =>
      sendError(error, request, reply.headers(safetyHeaders), deps),
    );
    // Clients send JSON under all kinds of names.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, parsed) =>
      parsed(null, body),
    );
    app.addHook('onRequest', async (request, reply) => admit(request, reply, deps, sessionId));
    app.all(transmissionPath, { bodyLimit }, async (request, reply) => {
      if (request.method !== 'POST') return reply.code(405).header('allow', 'POST').send();
      const closing = closeMethod(deps, reply);
      const answer = await answerRpc(typeof request.body === 'string' ? request.body : '', {
        methods: new Map([...methods, ['session-close', closing]]),
        onFailure: (error, method) => deps.onFailure?.(error, `${transmissionPath} ${method}`),
      });
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
    });
    done();
  };
}

async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { access }: TransmissionDeps,
  sessionId: string,
): Promise<FastifyReply | undefined> {
  reply.headers(safetyHeaders);
  const asked = askedWith(request.raw);
  access.requireOwnSite(asked);
  const password = basicPassword(asked.authorization);
  if (password === undefined) access.requireKnown(asked);
  else access.requireSecret(password, asked.address);
  if (request.headers[sessionHeader.toLowerCase()] === sessionId) return undefined;
  // Scripts look for the name as Transmission writes it, in the head or in the code of the page.
  reply.raw.setHeader(sessionHeader, sessionId);
  return reply
    .code(409)
    .type('text/html; charset=utf-8')
    .send(
      `<h1>409: Conflict</h1><p>Send your request again with this header:</p><p><code>${sessionHeader}: ${sessionId}</code></p>`,
    );
}

/** The daemon ends when the answer is out. */
function closeMethod({ shutDown }: TransmissionDeps, reply: FastifyReply): RpcMethod {
  return () => {
    if (shutDown === undefined) {
      throw new DaemonRefusal('BAD_REQUEST', 'This daemon is ended by who started it');
    }
    reply.raw.once('finish', shutDown);
    return {};
  };
}

function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { onFailure }: TransmissionDeps,
): FastifyReply {
  const text = reply.type('text/plain; charset=utf-8');
  if (error instanceof DaemonRefusal) {
    const { retryAfterSeconds } = error.details;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    const status = refusalStatuses[error.code];
    if (status === 401) reply.header('www-authenticate', 'Basic realm="Shoal", charset="UTF-8"');
    return text.code(status).send(`${error.message}\n`);
  }
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return text.code(statusCode).send('The request is malformed, or larger than is taken here\n');
  }
  if (error instanceof Error) onFailure?.(error, request.url);
  return text.code(500).send('The daemon met an error of its own. It is in its log\n');
}
