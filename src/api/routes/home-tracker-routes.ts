/**
 * The home tracker's catalog and statistics, passed on so that the daemon's page needs no other server.
 * Invariant: what another server sent goes out as JSON or as a file to save, never as a page.
 */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { catalogPath, torrentMediaType } from '../contract/catalog.ts';
import { homeTrackerPath } from '../contract/torrents.ts';
import type { HomeTrackerAnswer, HomeTrackerPort } from '../service/daemon-ports.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { attachmentOf } from './attachment-name.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import { about } from './route-words.ts';

const ofEntry = z.object({ ref: z.string().min(1).max(4096) });
const listQuery = z.object({
  query: z.string().max(1000).optional(),
  sort: z.string().max(100).optional(),
  order: z.string().max(100).optional(),
  limit: z.string().max(10).optional(),
  offset: z.string().max(20).optional(),
});
const anything = z.record(z.string(), z.unknown()).describe("As the tracker's own API gives it");

function words(summary: string, answer: z.ZodType | string) {
  return about({
    tag: 'Home tracker',
    summary,
    answer,
    refuses: ['NOT_FOUND', 'TRACKER_ABSENT', 'TRACKER_UNREACHABLE'],
  });
}

export function addHomeTrackerRoutes(app: ApiScope, { ports }: DaemonRouteDeps): void {
  const { homeTracker } = ports;
  app.get(
    catalogPath,
    { schema: { ...words('Its catalog', anything), querystring: listQuery } },
    (request, reply) => {
      const query = new URLSearchParams();
      for (const [key, value] of Object.entries(request.query)) {
        if (value !== undefined) query.set(key, value);
      }
      return passOn(reply, (signal) =>
        homeTracker.catalog(query.size === 0 ? '' : `?${query}`, signal),
      );
    },
  );
  app.get(
    `${catalogPath}/:ref`,
    { schema: { ...words('An entry of its catalog', anything), params: ofEntry } },
    (request, reply) =>
      passOn(reply, (signal) => homeTracker.catalog(entryPath(request.params.ref), signal)),
  );
  app.get(
    `${catalogPath}/:ref/torrent`,
    { schema: { ...words('A .torrent of its catalog', torrentMediaType), params: ofEntry } },
    (request, reply) => torrentOf(reply, homeTracker, request.params.ref),
  );
  app.get(homeTrackerPath, { schema: words('Its statistics', anything) }, (_request, reply) =>
    passOn(reply, (signal) => homeTracker.statistics(signal)),
  );
}

async function torrentOf(
  reply: FastifyReply,
  homeTracker: HomeTrackerPort,
  ref: string,
): Promise<FastifyReply> {
  const path = `${entryPath(ref)}/torrent`;
  const answer = await homeTracker.catalog(path, goneSignal(reply));
  if (answer.status !== 200 || answer.mediaType !== torrentMediaType) {
    return sendJson(reply, answer);
  }
  return reply
    .type(torrentMediaType)
    .header('content-disposition', attachmentOf(ref))
    .send(bufferOf(answer.body));
}

async function passOn(
  reply: FastifyReply,
  ask: (signal: AbortSignal) => Promise<HomeTrackerAnswer>,
): Promise<FastifyReply> {
  return sendJson(reply, await ask(goneSignal(reply)));
}

function sendJson(reply: FastifyReply, { status, mediaType, body }: HomeTrackerAnswer) {
  // 401 would be taken for ours, and 3xx leads elsewhere.
  const isOurs = (status >= 200 && status < 300) || status === 400 || status === 404;
  if (!isOurs && status !== 409 && status !== 429) {
    throw new DaemonRefusal(
      'TRACKER_UNREACHABLE',
      `The tracker refused what was asked of it (status ${status}). Look at its log`,
    );
  }
  if (mediaType !== 'application/json') {
    throw new DaemonRefusal('TRACKER_ABSENT', 'The tracker answered with something else than JSON');
  }
  return reply.code(status).type('application/json; charset=utf-8').send(bufferOf(body));
}

/** `.` and `..` are no names here, and a URL would swallow them. */
function entryPath(ref: string): string {
  if (/^\.{1,2}$/.test(ref)) {
    throw new DaemonRefusal('NOT_FOUND', `The catalog has no ${JSON.stringify(ref)}`);
  }
  return `/${encodeURIComponent(ref.toWellFormed())}`;
}

/** Aborted when nobody waits for the answer any more. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
