/**
 * qBittorrent's Web API, version 2.11, under /api/v2, as a Fastify plugin: a translation onto the
 * daemon's ports. The token is the password, with any user name; a login gives the cookie `SID`. Source:
 * qBittorrent's wiki, "WebUI API (qBittorrent 5.0)", and what the clients named in
 * docs/compatibility.md send.
 * Invariant: everything but login needs a login, a bearer token or HTTP Basic, and is judged before its
 * body is read; what changes something is taken by POST only.
 */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { askedWith } from '../service/asked-with.ts';
import { basicPassword } from '../service/basic-password.ts';
import type { DaemonAccess } from '../service/daemon-access.ts';
import type { DaemonPorts } from '../service/daemon-ports.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { daemonReads, daemonWrites } from './daemon-endpoints.ts';
import type { Answer, Asked, Endpoints } from './endpoints.ts';
import { sendFailure } from './failure.ts';
import { MainData } from './main-data.ts';
import { NoticeLog } from './notice-log.ts';
import { formOf, maxBodyBytes, multipartLimits } from './read-form.ts';
import { torrentReads } from './torrent-reads.ts';
import { torrentWrites } from './torrent-writes.ts';

export interface QbittorrentOptions {
  readonly ports: DaemonPorts;
  readonly access: DaemonAccess;
  nowMs(): number;
  /** Told of errors that are the daemon's own. */
  readonly onFailure?: (error: Error, target: string) => void;
}

const prefix = '/api/v2';
const cookieName = 'SID';
const safetyHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export function qbittorrentRoutes(options: QbittorrentOptions): FastifyPluginCallback {
  return (app, _options, done) => {
    new QbittorrentRoutes(options).register(app);
    done();
  };
}

class QbittorrentRoutes {
  readonly #options: QbittorrentOptions;
  readonly #mainData: MainData;
  readonly #log = new NoticeLog();

  constructor(options: QbittorrentOptions) {
    this.#options = options;
    const { ports, nowMs } = options;
    this.#mainData = new MainData(ports, 1 + (Math.floor(nowMs()) % 900_000));
  }

  register(app: FastifyInstance): void {
    const { ports, nowMs } = this.#options;
    const stop = this.#log.follow(ports.torrents, nowMs);
    app.addHook('onClose', async () => stop());
    app.setErrorHandler((error, request, reply) => {
      const isOwn = sendFailure(error, reply.headers(safetyHeaders));
      if (isOwn && error instanceof Error) this.#options.onFailure?.(error, request.url);
    });
    app.addHook('onRequest', async (request, reply) => this.#admit(request, reply));
    this.#readBodies(app);
    app.post(`${prefix}/auth/login`, (request, reply) => this.#login(request, reply));
    app.post(`${prefix}/auth/logout`, (request, reply) => this.#logout(request, reply));
    for (const [path, read] of Object.entries(this.#reads())) {
      app.route({
        method: ['GET', 'POST'],
        url: `${prefix}/${path}`,
        handler: this.#handler(read),
      });
    }
    for (const [path, write] of Object.entries({ ...torrentWrites, ...daemonWrites })) {
      app.post(`${prefix}/${path}`, this.#handler(write));
      app.get(`${prefix}/${path}`, refuseGet);
    }
    app.all(`${prefix}/*`, () => {
      throw new DaemonRefusal('NOT_FOUND', 'Shoal has no such method');
    });
  }

  #reads(): Endpoints['reads'] {
    return {
      ...torrentReads,
      ...daemonReads,
      'sync/maindata': ({ form }) => this.#mainData.answer(form.number('rid') ?? 0),
      'log/main': ({ form }) => this.#log.after(form.number('last_known_id') ?? -1),
    };
  }

  #readBodies(app: FastifyInstance): void {
    app.removeAllContentTypeParsers();
    const asText = { parseAs: 'string', bodyLimit: maxBodyBytes } as const;
    // Flood sends forms with no type at all, and an empty body as JSON null.
    app.addContentTypeParser('*', asText, (_request, body, done) => done(null, body));
    app.register(multipart, { limits: multipartLimits });
  }

  #handler(endpoint: (asked: Asked) => Answer) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const answer = await endpoint({ form: await formOf(request), ports: this.#options.ports });
      if (Buffer.isBuffer(answer)) return reply.type('application/x-bittorrent').send(answer);
      if (typeof answer === 'string') return reply.type('text/plain; charset=utf-8').send(answer);
      if (answer === undefined) return reply.type('text/plain; charset=utf-8').send('');
      return reply.type('application/json').send(JSON.stringify(answer));
    };
  }

  #admit(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(safetyHeaders);
    const { access } = this.#options;
    const asked = { ...askedWith(request.raw), session: sessionOf(request) };
    access.requireOwnSite(asked);
    if (request.routeOptions.url === `${prefix}/auth/login`) return;
    const { session, authorization, address } = asked;
    if (session !== undefined && access.isOpen(session)) return;
    const password = basicPassword(authorization);
    if (password !== undefined) access.requireSecret(password, address);
    else access.requireKnown({ ...asked, session: undefined });
  }

  async #login(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { access } = this.#options;
    const { address } = askedWith(request.raw);
    reply.type('text/plain; charset=utf-8');
    const password = (await formOf(request)).text('password') ?? '';
    try {
      const session = access.login(password, address);
      reply.header('set-cookie', `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`);
      return reply.send('Ok.');
    } catch (error) {
      if (error instanceof DaemonRefusal && error.code === 'TOKEN_WRONG')
        return reply.send('Fails.');
      throw error;
    }
  }

  async #logout(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const session = sessionOf(request);
    if (session !== undefined) this.#options.access.logout(session);
    const gone = `${cookieName}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`;
    return reply.header('set-cookie', gone).type('text/plain; charset=utf-8').send('');
  }
}

function refuseGet(): never {
  throw new DaemonRefusal('METHOD_NOT_ALLOWED', 'This changes something: send it with POST');
}

function sessionOf({ headers }: FastifyRequest): string | undefined {
  return /(?:^|;\s*)SID=([0-9a-f]{16,128})(?:;|$)/i.exec(headers.cookie ?? '')?.[1];
}
