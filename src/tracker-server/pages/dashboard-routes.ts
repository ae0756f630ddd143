/**
 * The tracker's pages and documents as a Fastify plugin: `/` (also `/stats`), `/torrents/INFOHASH`,
 * `/catalog`, `/stats.json`, `/metrics`, `/health` and what pages load.
 * Invariants: nothing here changes anything; what is rendered is kept for a second, so that many
 * watchers cost as much as one; every answer forbids foreign scripts, frames and guessing.
 */
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { safetyHeaders } from '../safety-headers.ts';
import { loadAssets } from './assets.ts';
import { metricsContentType, metricsText } from './metrics.ts';
import { type RawQuery, readCatalogQuery, readTorrentQuery } from './page-address.ts';
import { PageBook } from './page-book.ts';
import type { PageText } from './page-text.ts';
import { healthOf, summarize } from './stats-report.ts';
import type { TrackerView } from './tracker-view.ts';

const assetAgeSeconds = 30 * 86_400;

interface WithQuery {
  Querystring: RawQuery;
}

/** Register without a prefix. Also answers what no other plugin does, with a page that says so. */
export function dashboardRoutes(view: TrackerView): FastifyPluginCallback {
  return (app, _options, done) => {
    const assets = loadAssets();
    const pages = new PageBook(view, assets.urls);
    app.addHook('onRequest', (_request, reply, next) => {
      reply.headers(safetyHeaders).header('cache-control', 'no-store');
      next();
    });
    addPages(app, pages);
    addDocuments(app, view, pages);
    app.get<{ Params: { version: string; file: string } }>(
      '/assets/:version/:file',
      (request, reply) => {
        const asset = assets.files.get(request.params.file);
        if (asset === undefined) return reply.callNotFound();
        if (request.params.version === assets.version) {
          reply.header('cache-control', `public, max-age=${assetAgeSeconds}, immutable`);
        }
        return reply.type(asset.contentType).send(asset.text);
      },
    );
    app.setNotFoundHandler((request, reply) =>
      sendPage(request, reply.code(404), pages.notFound()),
    );
    done();
  };
}

function addPages(app: FastifyInstance, pages: PageBook): void {
  for (const path of ['/', '/stats']) {
    app.get<WithQuery>(path, async (request, reply) =>
      sendPage(request, reply, await pages.overview(readTorrentQuery(request.query))),
    );
  }
  app.get<WithQuery>('/catalog', async (request, reply) => {
    const page = await pages.catalog(readCatalogQuery(request.query));
    return page === undefined ? reply.callNotFound() : sendPage(request, reply, page);
  });
  app.get<{ Params: { infoHash: string } }>('/torrents/:infoHash', async (request, reply) => {
    const { isKnown, page } = await pages.torrent(request.params.infoHash.toLowerCase());
    return sendPage(request, reply.code(isKnown ? 200 : 404), page);
  });
}

function addDocuments(app: FastifyInstance, view: TrackerView, pages: PageBook): void {
  app.get<WithQuery>('/stats.json', async (request, reply) =>
    send(
      request,
      reply.type('application/json'),
      await pages.report(readTorrentQuery(request.query, 'peers')),
    ),
  );
  app.get('/metrics', (_request, reply) => {
    const { user, system } = process.cpuUsage();
    const figures = {
      residentBytes: process.memoryUsage.rss(),
      cpuSeconds: (user + system) / 1e6,
    };
    return reply.type(metricsContentType).send(metricsText(summarize(view), figures));
  });
  // 200 also when degraded: announces are still answered, and whoever restarts on anything else
  // would take that away too.
  app.get('/health', (_request, reply) =>
    reply.type('application/json').send(`${JSON.stringify(healthOf(view))}\n`),
  );
}

function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: PageText,
): Promise<FastifyReply> {
  return send(request, reply.type('text/html; charset=utf-8'), page);
}

/** Packed for whoever understands it: a table of two hundred rows is loaded every two seconds. */
async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  page: PageText,
): Promise<FastifyReply> {
  reply.header('vary', 'accept-encoding');
  const takesGzip = /(?:^|[ ,])gzip(?! *; *q=0(?:\.0*)?(?:,|$))/.test(
    String(request.headers['accept-encoding'] ?? ''),
  );
  if (!takesGzip) return reply.send(page.text);
  return reply.header('content-encoding', 'gzip').send(await page.gzip());
}
