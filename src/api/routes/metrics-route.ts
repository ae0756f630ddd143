/** `/metrics` and `/health`, for what watches the daemon. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { DaemonHealth } from '../contract/torrents.ts';
import { apiHeaders } from './browser-safety.ts';
import type { DaemonRouteDeps } from './daemon-deps.ts';
import { metricsMediaType, renderMetrics } from './daemon-metrics.ts';
import type { EventFeed } from './event-feed.ts';

/** On the root, so that the requests of all its plugins are counted. */
export function addMetrics(
  app: FastifyInstance,
  { ports }: DaemonRouteDeps,
  feed: EventFeed,
): void {
  const requests = new Map(['2xx', '3xx', '4xx', '5xx'].map((status) => [status, 0]));
  const loopDelay = monitorEventLoopDelay({ resolution: 20 });
  loopDelay.enable();
  app.addHook('onClose', async () => {
    loopDelay.disable();
  });
  app.addHook('onResponse', async (_request, reply) => {
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    requests.set(status, (requests.get(status) ?? 0) + 1);
  });
  app.get('/health', { config: { access: 'open' } }, async (_request, reply) => {
    const health: DaemonHealth = { status: 'ok' };
    return reply.headers(apiHeaders).send(health);
  });
  app.get('/metrics', { config: { access: 'local' } }, async (_request, reply) => {
    const session = ports.torrents.session();
    const text = renderMetrics({ session, requests, eventStreams: feed.size, loopDelay });
    loopDelay.reset();
    return reply.headers(apiHeaders).type(metricsMediaType).send(text);
  });
}
