/** What happens in the daemon, as server-sent events, until the listener or the daemon goes. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { eventsQuery } from '../contract/schema/daemon.ts';
import { eventsPath } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { askedWith } from './asking-browser.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import type { EventFeed } from './event-feed.ts';
import { about } from './route-words.ts';

export function addEventsRoute(app: ApiScope, deps: DaemonRouteDeps, feed: EventFeed): void {
  app.get(
    eventsPath,
    {
      exposeHeadRoute: false,
      schema: {
        ...about({
          tag: 'Daemon',
          summary:
            'What happens, as it happens: server-sent events `changes` (TorrentChanges; first all there is, then what changed) and `notice` (Notice)',
          answer: 'text/event-stream',
        }),
        querystring: eventsQuery,
      },
    },
    (request, reply) => {
      if (feed.isFull) {
        throw new DaemonRefusal(
          'TOO_MANY_REQUESTS',
          'As many listen to the daemon as it can serve. Close a page or a program that does, then try again',
          { retryAfterSeconds: 10 },
        );
      }
      const { since = lastEventId(request), intervalMs } = request.query;
      listen(request, reply, deps, feed, { since, intervalMs });
    },
  );
}

function listen(
  request: FastifyRequest,
  reply: FastifyReply,
  { access }: DaemonRouteDeps,
  feed: EventFeed,
  asked: { readonly since: number | undefined; readonly intervalMs: number },
): void {
  const { raw } = reply;
  const { session, authorization } = askedWith(request);
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  const listening = feed.add({
    sink: raw,
    ...asked,
    isKnown: () => authorization !== undefined || session === undefined || access.isOpen(session),
  });
  raw.on('drain', () => listening.onDrain());
  raw.once('close', () => listening.stop());
  // The listener is gone; what could not be written is nobody's.
  raw.on('error', () => listening.stop());
}

/** A browser sends it when it connects again. */
function lastEventId({ headers }: FastifyRequest): number | undefined {
  const id = headers['last-event-id']?.toString() ?? '';
  return /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}
