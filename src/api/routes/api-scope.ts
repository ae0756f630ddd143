/**
 * The daemon's own API, as a Fastify plugin; see the contract for what is asked and answered.
 * Invariant: every route but those that are open needs the token, and is judged before its body is read;
 * a route that is not known is refused in the same way. All routes are in the OpenAPI document.
 */
import type { RouteOptions } from 'fastify';
import { DaemonRefusal } from '../service/refusal.ts';
import { documentPage } from './api-page.ts';
import { askedWith } from './asking-browser.ts';
import { apiHeaders } from './browser-safety.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import { sendDaemonFailure } from './daemon-failure.ts';
import type { EventFeed } from './event-feed.ts';
import { addEventsRoute } from './events-route.ts';
import { addFileRoutes } from './file-routes.ts';
import { addHomeTrackerRoutes } from './home-tracker-routes.ts';
import { describeRoutes, openApiOf } from './openapi-document.ts';
import { compileSerializer, compileValidator } from './route-words.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addShareRoutes } from './share-routes.ts';
import { addTorrentActionsRoutes } from './torrent-actions-routes.ts';
import { addTorrentPartsRoutes } from './torrent-parts-routes.ts';
import type { TorrentTexts } from './torrent-texts.ts';
import { addTorrentsRoutes } from './torrents-routes.ts';

const maxJsonBytes = 512 * 1024;

export function daemonApi(deps: DaemonRouteDeps, feed: EventFeed, texts: TorrentTexts) {
  return async (plain: unknown): Promise<void> => {
    const app = plain as ApiScope;
    const seen = new SeenRoutes();
    app.addHook('onRoute', (route) => seen.add(route));
    app.setValidatorCompiler(compileValidator);
    app.setSerializerCompiler(compileSerializer);
    app.setErrorHandler((error, request, reply) =>
      // The server judges host and origin before this scope is reached.
      sendDaemonFailure(error, request, reply.headers(apiHeaders), deps.onFailure),
    );
    app.addHook('onRequest', async (request, reply) => {
      reply.headers(apiHeaders);
      if (request.routeOptions.config.access !== 'open') {
        deps.access.requireKnown(askedWith(request));
      }
    });
    const parseJson = app.getDefaultJsonParser('error', 'error');
    app.removeAllContentTypeParsers();
    const json = { parseAs: 'string', bodyLimit: maxJsonBytes } as const;
    app.addContentTypeParser('application/json', json, parseJson);
    await describeRoutes(app);
    addSessionRoutes(app, deps);
    addEventsRoute(app, deps, feed);
    addTorrentsRoutes(app, deps, texts);
    addTorrentActionsRoutes(app, deps);
    addTorrentPartsRoutes(app, deps);
    addFileRoutes(app, deps);
    addShareRoutes(app, deps);
    addHomeTrackerRoutes(app, deps);
    await app.after();
    addDocument(app);
    seen.refuseOthers(app);
    app.all('/api/*', { schema: { hide: true } }, () => {
      throw new DaemonRefusal('NOT_FOUND', 'There is nothing under this path. See /api/docs');
    });
  };
}

function addDocument(app: ApiScope): void {
  let json: string | undefined;
  let page: ReturnType<typeof documentPage> | undefined;
  app.get('/api/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    json ??= JSON.stringify(openApiOf(app));
    return reply.type('application/json; charset=utf-8').send(json);
  });
  app.get('/api/docs', { schema: { hide: true } }, (_request, reply) => {
    page ??= documentPage(openApiOf(app));
    return reply.headers(page.headers).type('text/html; charset=utf-8').send(page.html);
  });
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Which methods a path takes, so that all others are refused with their names. */
class SeenRoutes {
  readonly #methods = new Map<string, Set<string>>();

  add({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    const known = this.#methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    this.#methods.set(url, known);
  }

  refuseOthers(app: ApiScope): void {
    for (const [url, known] of [...this.#methods]) {
      const words = [...known].filter((method) => method !== 'HEAD').join(', ');
      app.route({
        method: methods.filter((method) => !known.has(method)),
        url,
        schema: { hide: true },
        // Before any body is read.
        onRequest: async (_request, reply) => {
          reply.header('allow', words);
          throw new DaemonRefusal('METHOD_NOT_ALLOWED', `Here one can use ${words}`);
        },
        handler: () => undefined,
      });
    }
  }
}
