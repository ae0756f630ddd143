/**
 * How long the body of a request may take. Node's own limit is one for all; uploads of large files have
 * none, and are dropped when nothing comes for a while.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** To be called when the head is here. `limitMs` for the whole body. */
export function limitBody(request: FastifyRequest, reply: FastifyReply, limitMs: number): void {
  const { raw } = request;
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return;
  if (request.routeOptions.config.streamsBody === true) return;
  const timer = setTimeout(() => {
    if (raw.complete) return;
    reply.hijack();
    const words = 'The body of the request took too long';
    const body = JSON.stringify({ error: { code: 'BAD_REQUEST', message: words } });
    const headers = { 'content-type': 'application/json', connection: 'close' };
    if (reply.raw.headersSent) raw.destroy();
    else reply.raw.writeHead(408, headers).end(body, () => raw.destroy());
  }, limitMs);
  raw.once('end', () => clearTimeout(timer));
  // Also when nobody reads the body, as after a refusal.
  reply.raw.once('close', () => clearTimeout(timer));
}
