/**
 * The catalog over HTTP/JSON, as a Fastify plugin; see the contract for what is asked and answered.
 * Invariant: a request that changes something is judged before its body is read.
 */
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { parseIp, unmapIpv4 } from '../../base/ip-address.ts';
import {
  type CatalogStore,
  maxListedFiles,
  type StoredDetail,
  type TorrentFacts,
} from '../../node/catalog/catalog-store.ts';
import { type CatalogDetail, catalogPath, torrentMediaType } from '../contract/catalog.ts';
import { authorityOf } from '../service/own-host.ts';
import { TokenAttempts } from '../service/token-attempts.ts';
import { attachmentOf } from './attachment-name.ts';
import { type CatalogAccess, requireWriteAccess } from './catalog-access.ts';
import { CatalogRefusal, sendFailure, tooManyFiles } from './catalog-failure.ts';
import { type CountsOf, listPage, withCounts } from './catalog-listing.ts';
import { parseListQuery } from './catalog-query.ts';
import { PublishSlots } from './publish-slots.ts';

export interface CatalogLimitsOfRequests {
  /** Of one .torrent; 10 MiB unless told. */
  readonly maxTorrentBytes?: number;
  /** 100,000 unless told. */
  readonly maxFiles?: number;
  /** Also list torrents that say they are private (BEP 27); no unless told. */
  readonly allowsPrivate?: boolean;
}

export interface CatalogDeps {
  readonly store: CatalogStore;
  /** `TorrentReader.read`. Rejects with DecodeError. */
  readonly readTorrent: (bytes: Uint8Array) => Promise<TorrentFacts>;
  /** Live, in the order asked; info-hashes as 40 hex digits. Where it rejects, zeros are shown. */
  readonly counts: CountsOf;
  /** `host:port` of at most `limit` seeders; undefined where they are not shown. */
  readonly seeders: (infoHash: string, limit: number) => Promise<readonly string[] | undefined>;
  readonly access: CatalogAccess;
  /** The client's, through trusted proxies; 4 or 16 bytes. */
  readonly clientAddress: (request: FastifyRequest) => Uint8Array;
  /** Whether this address may ask once more. */
  readonly rateLimit: (address: Uint8Array) => boolean;
  readonly limits?: CatalogLimitsOfRequests;
  /** Told of errors that are the tracker's own, or its catalog's. */
  readonly onFailure?: (error: Error, target: string) => void;
  /** `Date.now` unless told. */
  readonly nowMs?: () => number;
}

const defaultMaxTorrentBytes = 10 * 1024 ** 2;
const defaultMaxFiles = 100_000;
const maxSeederAddresses = 50;
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;
const torrentSuffix = '/torrent';
const entryRoute = `${catalogPath}/*`;

export function catalogRoutes(deps: CatalogDeps): FastifyPluginCallback {
  const routes = new CatalogRoutes(deps);
  return (app, _options, done) => {
    routes.register(app);
    done();
  };
}

class CatalogRoutes {
  readonly #deps: CatalogDeps;
  readonly #attempts = new TokenAttempts();
  readonly #slots = new PublishSlots();

  constructor(deps: CatalogDeps) {
    this.#deps = deps;
  }

  register(app: FastifyInstance): void {
    const bodyLimit = this.#deps.limits?.maxTorrentBytes ?? defaultMaxTorrentBytes;
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      torrentMediaType,
      { parseAs: 'buffer', bodyLimit },
      (_request, body, done) => done(null, body),
    );
    app.setErrorHandler((error, request, reply) =>
      sendFailure(error, request, reply, this.#deps.onFailure),
    );
    app.addHook('onRequest', async (request, reply) => this.#admit(request, reply));
    const guard = async (request: FastifyRequest) => this.#requireWrite(request);
    const slot = async (_request: FastifyRequest, reply: FastifyReply) => this.#takeSlot(reply);
    app.get(catalogPath, (request) => this.#list(request));
    app.get(entryRoute, (request, reply) => this.#get(request, reply));
    app.post(catalogPath, { onRequest: [guard, slot], bodyLimit }, (request, reply) =>
      this.#publish(request, reply),
    );
    app.delete(entryRoute, { onRequest: guard }, (request, reply) => this.#remove(request, reply));
    app.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url: catalogPath,
      onRequest: refuseMethod('GET, HEAD, POST'),
      handler: () => undefined,
    });
    app.route({
      method: ['PUT', 'PATCH', 'POST'],
      url: entryRoute,
      onRequest: refuseMethod('GET, HEAD, DELETE'),
      handler: () => undefined,
    });
  }

  #admit(request: FastifyRequest, reply: FastifyReply): void {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    if (this.#deps.rateLimit(this.#deps.clientAddress(request))) return;
    throw new CatalogRefusal(
      'TOO_MANY_REQUESTS',
      'Too many requests came from your network. Wait a moment, then ask again, less often',
      { retryAfterSeconds: 1 },
    );
  }

  #requireWrite(request: FastifyRequest): void {
    const { headers } = request;
    const address = unmapIpv4(this.#deps.clientAddress(request));
    const direct = parseIp(request.raw.socket.remoteAddress?.split('%')[0] ?? '');
    const isDirect = direct !== undefined && sameBytes(unmapIpv4(direct), address);
    requireWriteAccess(
      {
        deletes: request.method === 'DELETE',
        address,
        isThisMachine: isDirect && isOwnAddress(request.raw.socket),
        isProxied: isDirect && forwardingHeaders.some((name) => headers[name] !== undefined),
        authorization: headers.authorization,
        hosts: [headers.host, authorityOf(request.raw.url ?? '')],
        origin: headers.origin,
        fetchSite: headers['sec-fetch-site']?.toString(),
      },
      this.#deps.access,
      this.#attempts,
      performance.now(),
    );
  }

  async #takeSlot(reply: FastifyReply): Promise<void> {
    const giveBack = await this.#slots.take();
    if (giveBack === undefined) {
      throw new CatalogRefusal(
        'TOO_MANY_REQUESTS',
        'Too many torrents are being published at once. Try again in a few seconds',
        { retryAfterSeconds: 3 },
      );
    }
    if (reply.raw.destroyed) giveBack();
    else reply.raw.once('close', giveBack);
  }

  async #list(request: FastifyRequest): Promise<unknown> {
    return listPage(this.#deps.store, this.#counts(request), parseListQuery(request.query));
  }

  async #get(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { ref, wantsTorrent } = parseEntryPath(request);
    const entry = await this.#find(ref);
    return wantsTorrent ? this.#torrent(entry, reply) : this.#detail(entry, request);
  }

  async #torrent(entry: StoredDetail, reply: FastifyReply): Promise<unknown> {
    const bytes = await this.#deps.store.torrent(entry.id);
    if (bytes === undefined) throw notFound(String(entry.id));
    return reply
      .type(torrentMediaType)
      .header('content-disposition', attachmentOf(entry.name))
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  }

  async #detail(entry: StoredDetail, request: FastifyRequest): Promise<CatalogDetail> {
    const [files, [counted], seeders] = await Promise.all([
      this.#deps.store.files(entry.id, maxListedFiles),
      withCounts([entry], this.#counts(request)),
      this.#deps.seeders(entry.infoHash, maxSeederAddresses).catch(() => undefined),
    ]);
    return {
      ...counted!,
      ...(entry.comment === undefined ? {} : { comment: entry.comment }),
      ...(entry.createdBy === undefined ? {} : { createdBy: entry.createdBy }),
      files,
      ...(seeders === undefined ? {} : { seederAddresses: seeders.slice(0, maxSeederAddresses) }),
    };
  }

  async #publish(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { store, readTorrent, limits = {}, nowMs = Date.now } = this.#deps;
    const bytes = request.body;
    if (!(bytes instanceof Uint8Array) || bytes.length === 0) {
      throw new CatalogRefusal('BAD_REQUEST', 'The body is empty. Send the .torrent as the body');
    }
    const facts = await readTorrent(bytes);
    const maxFiles = limits.maxFiles ?? defaultMaxFiles;
    if (facts.fileCount > maxFiles) {
      throw tooManyFiles(`${facts.fileCount}, and this catalog takes ${maxFiles}`);
    }
    if (facts.isPrivate && !limits.allowsPrivate) {
      throw new CatalogRefusal(
        'PRIVATE_TORRENT',
        'The torrent is marked private, and private torrents are not listed here. Announce it without publishing, or make it without the mark',
      );
    }
    const { entry, isNew } = await store.publish(facts, bytes, nowMs());
    const [counted] = await withCounts([entry], this.#counts(request));
    return reply
      .code(isNew ? 201 : 200)
      .header('location', `${catalogPath}/${entry.id}`)
      .send(counted);
  }

  async #remove(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { ref, wantsTorrent } = parseEntryPath(request);
    if (wantsTorrent) throw notFound(`${ref}${torrentSuffix}`);
    const entry = await this.#find(ref);
    if (!(await this.#deps.store.remove(entry.id))) throw notFound(ref);
    return reply.code(204).send();
  }

  async #find(ref: string): Promise<StoredDetail> {
    const match = await this.#deps.store.match(ref);
    if (match.kind === 'entry') return match.entry;
    if (match.kind === 'none') throw notFound(ref);
    const candidates = match.candidates.map(({ id, infoHash, name, lengthBytes }) => ({
      id,
      infoHash,
      name,
      lengthBytes,
    }));
    const ids = candidates.map(({ id }) => id).join(', ');
    throw new CatalogRefusal(
      'AMBIGUOUS_NAME',
      `Several torrents have this name. Ask for one by its id: ${ids}`,
      { candidates },
    );
  }

  /** A store of swarms that is down takes the numbers away, not the catalog. */
  #counts(request: FastifyRequest): CountsOf {
    return async (infoHashes) => {
      try {
        return await this.#deps.counts(infoHashes);
      } catch (error) {
        this.#deps.onFailure?.(asError(error), request.url);
        return infoHashes.map(() => ({ seeders: 0, leechers: 0, downloads: 0 }));
      }
    };
  }
}

/**
 * A wildcard stands in the route because Fastify limits the length of other parameters; so the path is
 * taken apart here, before it is decoded: an encoded slash belongs to the reference.
 */
function parseEntryPath(request: FastifyRequest): { ref: string; wantsTorrent: boolean } {
  const url = request.raw.url ?? '';
  const path = url.slice(url.indexOf(catalogPath) + catalogPath.length + 1).split(/[?#]/, 1)[0]!;
  const raw = path.replace(/\/$/, '');
  const wantsTorrent = raw.endsWith(torrentSuffix);
  const encoded = wantsTorrent ? raw.slice(0, -torrentSuffix.length) : raw;
  try {
    return { ref: decodeURIComponent(encoded), wantsTorrent };
  } catch {
    throw new CatalogRefusal(
      'BAD_REQUEST',
      'The path is not percent-encoded UTF-8. Encode the name as encodeURIComponent does',
    );
  }
}

function notFound(ref: string): CatalogRefusal {
  return new CatalogRefusal(
    'NOT_FOUND',
    `The catalog has no ${JSON.stringify(ref.slice(0, 100).toWellFormed())}. List or search it for ids, info-hashes and names`,
  );
}

function refuseMethod(allowed: string) {
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    reply.header('allow', allowed);
    throw new CatalogRefusal('METHOD_NOT_ALLOWED', `Here one can use ${allowed}`);
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isOwnAddress({ localAddress, remoteAddress }: FastifyRequest['raw']['socket']): boolean {
  return localAddress !== undefined && localAddress === remoteAddress;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
