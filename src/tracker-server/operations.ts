/** What the tracker's HTTP port has besides announce and scrape: the pages and the catalog, put together. */
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';
import { catalogRoutes } from '../api/routes/catalog-routes.ts';
import { noCatalogRoutes } from '../api/routes/no-catalog.ts';
import type { MixedRequests } from '../node/http/mixed-requests.ts';
import { numericAddress } from '../node/http/numeric-address.ts';
import { forwardedAddress, type TrustedNetwork } from '../tracker/client-address.ts';
import type { RateLimiter } from '../tracker/rate-limit.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';
import type { LiveSwarms } from './live-swarms.ts';
import type { OpenedCatalog } from './open-catalog.ts';
import { createOperationsApp } from './operations-app.ts';
import { dashboardRoutes } from './pages/dashboard-routes.ts';
import type { TrackerView } from './pages/tracker-view.ts';
import type { TrackerLog } from './tracker-log.ts';
import type { TrackerSettings } from './tracker-options.ts';

export interface OperationsParts {
  readonly settings: TrackerSettings;
  readonly logic: TrackerLogic;
  readonly limiter: RateLimiter;
  readonly swarms: LiveSwarms;
  readonly catalog: OpenedCatalog | undefined;
  readonly view: TrackerView;
  readonly log: TrackerLog;
}

export function makeOperations(
  parts: OperationsParts,
  mixed: MixedRequests,
): Promise<FastifyInstance> {
  const { settings, view, log } = parts;
  return createOperationsApp({
    plugins: [...catalogPlugins(parts), dashboardRoutes(view)],
    answerTracker: (request, response) => mixed.answer(request, response),
    timeoutMs: settings.options.requestTimeoutMs ?? 15_000,
    onFailure: (error, target) => log.error(`${target} failed: ${error.stack ?? error.message}`),
  });
}

function catalogPlugins(parts: OperationsParts): FastifyPluginCallback[] {
  const { settings, logic, limiter, swarms, catalog, log } = parts;
  if (catalog === undefined) return [noCatalogRoutes()];
  const { tokens = [], publishers = 'loopback', hostNames = [], showAddresses } = settings.options;
  const plugin = catalogRoutes({
    store: catalog.store,
    readTorrent: (bytes) => catalog.reader.read(bytes),
    counts: (infoHashes) => swarms.counts(infoHashes),
    seeders: async (infoHash, limit) =>
      showAddresses === true ? swarms.seeders(infoHash, limit) : undefined,
    access: { tokens, publishers, hostNames },
    clientAddress: (request) => clientAddress(request, settings.trustedProxies),
    rateLimit: (address) => limiter.take(address, logic.nowMs()),
    onFailure: (error, target) => log.error(`${target} failed: ${error.stack ?? error.message}`),
  });
  return [plugin];
}

/** Of the client itself, where a trusted proxy says so. A connection that is gone has none: all zeros. */
function clientAddress(request: FastifyRequest, proxies: readonly TrustedNetwork[]): Uint8Array {
  const direct = numericAddress(request.raw.socket.remoteAddress);
  if (direct === undefined) return new Uint8Array(4);
  const header = request.headers['x-forwarded-for'];
  const forwardedFor = Array.isArray(header) ? header.join(',') : header;
  return forwardedAddress(direct, forwardedFor, proxies) ?? direct;
}
