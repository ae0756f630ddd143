/**
 * Every refusal of the daemon's API: its code, its HTTP status and the words that go with it.
 * Invariant: what goes wrong inside is told to the log, never to the one who asked.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DecodeError } from '../../base/decode-error.ts';
import type { DaemonFailure } from '../contract/torrents.ts';
import { DaemonRefusal, refusalStatuses } from '../service/refusal.ts';

const discardedBytes = 1024 ** 2;

/** `onFailure` is told of what is not the asker's doing. */
export function sendDaemonFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  onFailure?: (error: Error, target: string) => void,
): void {
  const refusal = refusalOf(error);
  if (refusal.code === 'INTERNAL' && error instanceof Error) onFailure?.(error, request.url);
  const { code, message } = refusal;
  const { field, retryAfterSeconds } = refusal.details;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  if (hasMuchToCome(request)) reply.header('connection', 'close');
  if (code === 'TOKEN_NEEDED') reply.header('www-authenticate', 'Bearer realm="shoal"');
  const body: DaemonFailure = {
    error: { code, message, ...(field === undefined ? {} : { field }) },
  };
  reply.code(refusalStatuses[code]).type('application/json; charset=utf-8').send(body);
}

/** A little is read and thrown away, so that whoever sends it sees the answer. */
function hasMuchToCome({ raw, headers }: FastifyRequest): boolean {
  if (raw.complete) return false;
  const declared = headers['content-length'];
  if (declared === undefined) return headers['transfer-encoding'] !== undefined;
  return Number(declared) > discardedBytes;
}

function refusalOf(error: unknown): DaemonRefusal {
  if (error instanceof DaemonRefusal) return error;
  if (error instanceof DecodeError) {
    return new DaemonRefusal('BAD_TORRENT', `This is no usable torrent: ${error.message}`, {
      field: 'source',
    });
  }
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  if (statusCode === 413) {
    return new DaemonRefusal('TOO_LARGE', 'The body of the request is larger than is taken here');
  }
  if (statusCode === 415) {
    return new DaemonRefusal(
      'UNSUPPORTED_MEDIA_TYPE',
      'Send JSON with "Content-Type: application/json", or a .torrent with "Content-Type: application/x-bittorrent"',
    );
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new DaemonRefusal('BAD_REQUEST', `The request is malformed: ${String(message)}`);
  }
  return new DaemonRefusal(
    'INTERNAL',
    'The daemon met an error of its own. It is in its log; please report it',
  );
}
