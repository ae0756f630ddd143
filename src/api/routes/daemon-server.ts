/**
 * The daemon's HTTP server: its own API, the dialects of other clients and the page. Invariant: heads,
 * bodies, times and connections are bounded before a route sees anything, and no route answers under a
 * foreign name or for a page of another site.
 */
import type { AddressInfo } from 'node:net';
import Fastify, {
  type FastifyInstance,
  type FastifyPluginCallback,
  type FastifyReply,
} from 'fastify';
import { errorCode, socketCause } from '../../node/socket-cause.ts';
import { ListenError } from '../../node/tcp-listener.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { daemonApi } from './api-scope.ts';
import { askedWith, isFromHere, isNavigation } from './asking-browser.ts';
import { limitBody } from './body-deadline.ts';
import { apiHeaders } from './browser-safety.ts';
import type { DaemonRouteDeps } from './daemon-deps.ts';
import { sendDaemonFailure } from './daemon-failure.ts';
import { EventFeed } from './event-feed.ts';
import { addMetrics } from './metrics-route.ts';
import { TorrentTexts } from './torrent-texts.ts';
import { answerUnreadable } from './unreadable-request.ts';
import { addWebPage, type WebRoot } from './web-page.ts';

export interface DaemonServerOptions extends DaemonRouteDeps {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The APIs of other clients; each judges secrets with `access`. */
  readonly dialects?: readonly FastifyPluginCallback[];
  /** Absent: the root says that there is no page. */
  readonly webRoot?: WebRoot | undefined;
  readonly times?: Partial<ServerTimes>;
}

export interface ServerTimes {
  /** For the head of a request; 10 s unless told. */
  readonly headMs: number;
  /** For a body, such as a .torrent of the largest size over a slow line; 120 s unless told. */
  readonly bodyMs: number;
}

export interface DaemonServer {
  readonly port: number;
  /** Cuts what is under way. Idempotent. */
  close(): Promise<void>;
}

const maxConnections = 1000;
const defaultMaxEventStreams = 200;
/** As long as the largest name of a torrent that a path can hold, in percent-encoded UTF-8. */
const maxParamLength = 4096;

/** Rejects with ListenError. */
export async function listenDaemonServer(options: DaemonServerOptions): Promise<DaemonServer> {
  const { host, port } = options;
  const app = await makeDaemonApp(options);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const code = errorCode(error) ?? 'LISTEN';
    const wayOut = code === 'EADDRINUSE' ? ' Choose another with --port, or 0 for any.' : '';
    throw new ListenError(
      code,
      `cannot listen on ${host} port ${port}: ${socketCause(error)}.${wayOut}`,
    );
  }
  const address = app.server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    port: address.port,
    close: () => {
      closing ??= app.close();
      return closing;
    },
  };
}

/** Everything but the listening. */
export async function makeDaemonApp(options: DaemonServerOptions): Promise<FastifyInstance> {
  const { headMs = 10_000, bodyMs = 120_000 } = options.times ?? {};
  const app = Fastify({
    forceCloseConnections: true,
    http: {
      maxHeaderSize: 16 * 1024,
      headersTimeout: headMs,
      connectionsCheckingInterval: Math.min(headMs, 5000),
    },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) =>
      sendDaemonFailure(error, request, reply.headers(apiHeaders)),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength },
  });
  app.server.maxConnections = maxConnections;
  const maxStreams = options.maxEventStreams ?? defaultMaxEventStreams;
  const texts = new TorrentTexts();
  const feed = new EventFeed({ torrents: options.ports.torrents, texts, maxStreams });
  app.addHook('preClose', async () => feed.close());
  app.setErrorHandler((error, request, reply) =>
    sendDaemonFailure(error, request, reply.headers(apiHeaders), options.onFailure),
  );
  guard(app, options, bodyMs);
  addMetrics(app, options, feed);
  await app.register(daemonApi(options, feed, texts));
  for (const dialect of options.dialects ?? []) await app.register(dialect);
  await addWebPage(app, options.webRoot, refuseUnknown);
  return app;
}

/** Before the plugins, so that it holds for all of them. */
function guard(app: FastifyInstance, { access }: DaemonServerOptions, bodyMs: number): void {
  app.addHook('onRequest', async (request, reply) => {
    const asked = askedWith(request);
    const { url, config } = request.routeOptions;
    // A link on another site may lead to the page: it shows nothing before it asked on its own.
    const isPage = (url === '/' || url === '/*') && isNavigation(request);
    access.requireOwnSite(isPage ? { ...asked, fetchSite: undefined } : asked);
    if (config.access === 'local' && !isFromHere(request)) access.requireKnown(asked);
    limitBody(request, reply, bodyMs);
  });
}

function refuseUnknown(reply: FastifyReply): never {
  reply.headers(apiHeaders);
  throw new DaemonRefusal('NOT_FOUND', 'There is nothing under this path');
}
