/**
 * The daemon over HTTP/JSON, as a Fastify plugin; see the contract for what is asked and answered.
 * Invariant: every route but health needs the token, and is judged before its body is read; a route that
 * is not known is refused in the same way.
 */
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { parseIp, unmapIpv4 } from '../../base/ip-address.ts';
import { torrentMediaType } from '../contract/catalog.ts';
import {
  type DaemonHealth,
  type FileList,
  healthPath,
  type PeerList,
  sessionPath,
  type TorrentInfo,
  type TorrentList,
  type TrackerList,
  torrentsPath,
} from '../contract/torrents.ts';
import type { DaemonAccess } from '../service/daemon-access.ts';
import { authorityOf } from '../service/own-host.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { TorrentsPort } from '../service/torrents-port.ts';
import { sendDaemonFailure } from './daemon-failure.ts';
import { parseAddBody, parseAddQuery, parseHash, parseRemoveQuery } from './torrents-input.ts';

export interface DaemonRouteDeps {
  readonly torrents: TorrentsPort;
  readonly access: DaemonAccess;
  /** Of one .torrent; 64 MiB unless told. */
  readonly maxTorrentBytes?: number;
  /** Told of errors that are the daemon's own. */
  readonly onFailure?: (error: Error, target: string) => void;
}

const maxJsonBytes = 256 * 1024;
const defaultMaxTorrentBytes = 64 * 1024 ** 2;
const safetyHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
const actions = ['start', 'stop', 'verify', 'reannounce'] as const;
const unknownAddress = new Uint8Array(4);
type OfTorrent = FastifyRequest<{ Params: { hash: string } }>;

export function torrentsRoutes(deps: DaemonRouteDeps): FastifyPluginCallback {
  const routes = new TorrentsRoutes(deps);
  return (app, _options, done) => {
    routes.register(app);
    done();
  };
}

class TorrentsRoutes {
  readonly #deps: DaemonRouteDeps;
  readonly #torrents: TorrentsPort;

  constructor(deps: DaemonRouteDeps) {
    this.#deps = deps;
    this.#torrents = deps.torrents;
  }

  register(app: FastifyInstance): void {
    app.setErrorHandler((error, request, reply) =>
      sendDaemonFailure(error, request, reply, this.#deps.onFailure),
    );
    app.addHook('onRequest', async (request, reply) => this.#admit(request, reply));
    this.#readBodies(app);
    this.#answerOne(app);
    const torrents = this.#torrents;
    const bodyLimit = this.#deps.maxTorrentBytes ?? defaultMaxTorrentBytes;
    app.get(healthPath, (): DaemonHealth => ({ status: 'ok' }));
    app.get(sessionPath, () => torrents.session());
    app.get(torrentsPath, (): TorrentList => ({ torrents: torrents.list() }));
    app.post(torrentsPath, { bodyLimit }, (request, reply) => this.#add(request, reply));
    refuseOthers(app, healthPath, ['GET']);
    refuseOthers(app, sessionPath, ['GET']);
    refuseOthers(app, torrentsPath, ['GET', 'POST']);
    app.all('/*', () => {
      throw new DaemonRefusal('NOT_FOUND', 'There is nothing under this path');
    });
  }

  #readBodies(app: FastifyInstance): void {
    const parseJson = app.getDefaultJsonParser('error', 'error');
    app.removeAllContentTypeParsers();
    const json = { parseAs: 'string', bodyLimit: maxJsonBytes } as const;
    app.addContentTypeParser('application/json', json, parseJson);
    const bodyLimit = this.#deps.maxTorrentBytes ?? defaultMaxTorrentBytes;
    const binary = { parseAs: 'buffer', bodyLimit } as const;
    app.addContentTypeParser(torrentMediaType, binary, (_request, body, done) => done(null, body));
  }

  #answerOne(app: FastifyInstance): void {
    const torrents = this.#torrents;
    const one = `${torrentsPath}/:hash`;
    app.get(one, (request: OfTorrent) => torrents.get(hashOf(request)));
    app.delete(one, async (request: OfTorrent, reply) => {
      const hash = hashOf(request);
      await torrents.remove(hash, parseRemoveQuery(request.query).data);
      return reply.code(204).send();
    });
    refuseOthers(app, one, ['GET', 'DELETE']);
    for (const action of actions) {
      const url = `${one}/${action}`;
      const bodyLimit = 1024;
      app.post(
        url,
        { bodyLimit },
        (request: OfTorrent): Promise<TorrentInfo> => torrents[action](hashOf(request)),
      );
      refuseOthers(app, url, ['POST']);
    }
    app.get(
      `${one}/files`,
      async (request: OfTorrent): Promise<FileList> => ({
        files: await torrents.files(hashOf(request)),
      }),
    );
    app.get(
      `${one}/peers`,
      (request: OfTorrent): PeerList => ({ peers: torrents.peers(hashOf(request)) }),
    );
    app.get(
      `${one}/trackers`,
      (request: OfTorrent): TrackerList => ({ trackers: torrents.trackers(hashOf(request)) }),
    );
    for (const part of ['files', 'peers', 'trackers']) refuseOthers(app, `${one}/${part}`, ['GET']);
  }

  #admit(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(safetyHeaders);
    const { headers, raw } = request;
    const address = parseIp(raw.socket.remoteAddress?.split('%')[0] ?? '') ?? unknownAddress;
    const asked = {
      address: unmapIpv4(address),
      authorization: headers.authorization,
      hosts: [headers.host, authorityOf(raw.url ?? '')] as const,
      origin: headers.origin,
      fetchSite: headers['sec-fetch-site']?.toString(),
      session: undefined,
    };
    const { access } = this.#deps;
    access.requireOwnSite(asked);
    if (request.routeOptions.url === healthPath && request.method !== 'POST') return;
    access.requireKnown(asked);
  }

  async #add(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const torrent = await this.#torrents.add(addedBy(request));
    return reply.code(201).header('location', `${torrentsPath}/${torrent.hash}`).send(torrent);
  }
}

function addedBy({ body, query }: FastifyRequest) {
  if (!(body instanceof Uint8Array)) return parseAddBody(body);
  if (body.length === 0) {
    throw new DaemonRefusal('BAD_REQUEST', 'The body is empty. Send the .torrent as the body');
  }
  return { source: new Uint8Array(body), ...parseAddQuery(query) };
}

function hashOf(request: OfTorrent): string {
  return parseHash(request.params.hash);
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof methods)[number];

/** HEAD comes with GET. */
function refuseOthers(app: FastifyInstance, url: string, allowed: readonly Method[]): void {
  const words = allowed.join(', ');
  app.route({
    method: methods.filter((method) => !allowed.includes(method)),
    url,
    handler: (_request, reply) => {
      reply.header('allow', words);
      throw new DaemonRefusal('METHOD_NOT_ALLOWED', `Here one can use ${words}`);
    },
  });
}
