/**
 * Refusals as qBittorrent's clients read them: a status and a sentence as plain text. Whoever is not
 * known gets 403, which they answer with a login; 401 they do not understand.
 */
import type { FastifyReply } from 'fastify';
import { DecodeError } from '../../base/decode-error.ts';
import { DaemonRefusal, refusalStatuses } from '../service/refusal.ts';

/** True when it was the daemon's own error. */
export function sendFailure(error: unknown, reply: FastifyReply): boolean {
  reply.type('text/plain; charset=utf-8');
  if (error instanceof DaemonRefusal) {
    const { retryAfterSeconds } = error.details;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    reply.code(statusOf(error)).send(error.message);
    return false;
  }
  if (error instanceof DecodeError) {
    reply.code(415).send(`This is no usable torrent: ${error.message}`);
    return false;
  }
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    reply.code(statusCode).send('The request is malformed');
    return false;
  }
  reply.code(500).send('An error of the daemon. It is in its log');
  return true;
}

function statusOf({ code }: DaemonRefusal): number {
  const isStranger =
    code === 'TOKEN_NEEDED' || code === 'TOKEN_WRONG' || code === 'TOO_MANY_REQUESTS';
  return isStranger ? 403 : refusalStatuses[code];
}
