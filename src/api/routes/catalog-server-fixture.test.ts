import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import Fastify from 'fastify';
import type { CatalogStore } from '../../node/catalog/catalog-store.ts';
import { openSqliteCatalog } from '../../node/catalog/sqlite-catalog-store.ts';
import { TorrentReader } from '../../node/catalog/torrent-reader.ts';
import { catalogPath, torrentMediaType } from '../contract/catalog.ts';
import { type CatalogDeps, catalogRoutes } from './catalog-routes.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
  /** The body as JSON; undefined when it is none. */
  readonly json: Json;
  /** Of a refusal. */
  readonly code: string | undefined;
}

export type Json = Readonly<Record<string, unknown>> | undefined;

export interface Ask {
  readonly method?: string;
  /** Behind the catalog's path; a whole URL or another path when it begins with `=`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: Uint8Array | string;
}

export interface CatalogServer {
  readonly port: number;
  readonly store: CatalogStore;
  ask(ask?: Ask): Promise<Answer>;
  publish(body: Uint8Array, headers?: Ask['headers']): Promise<Answer>;
}

export const loopback = new Uint8Array([127, 0, 0, 1]);

/** The catalog's routes on a port of 127.0.0.1; `change` replaces parts of what they work with. */
export async function startCatalog(
  t: TestContext,
  change: Partial<CatalogDeps> = {},
): Promise<CatalogServer> {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-catalog-'));
  const store = change.store ?? (await openSqliteCatalog(join(folder, 'catalog.db')));
  const reader = new TorrentReader();
  const app = Fastify({ forceCloseConnections: true });
  app.register(
    catalogRoutes({
      readTorrent: (bytes) => reader.read(bytes),
      counts: async (hashes) => hashes.map(() => ({ seeders: 0, leechers: 0, downloads: 0 })),
      seeders: async () => undefined,
      access: { tokens: [], publishers: 'loopback', hostNames: [] },
      clientAddress: () => loopback,
      rateLimit: () => true,
      ...change,
      store,
    }),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(async () => {
    await app.close();
    await reader.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { port } = app.server.address() as AddressInfo;
  const ask = (what: Ask = {}) => askPort(port, what);
  return {
    port,
    store,
    ask,
    publish: (body, headers = {}) =>
      ask({ method: 'POST', body, headers: { 'content-type': torrentMediaType, ...headers } }),
  };
}

function askPort(
  port: number,
  { method = 'GET', path = '', headers = {}, body }: Ask,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const target = path.startsWith('=') ? path.slice(1) : `${catalogPath}${path}`;
    const asking = request(
      { host: '127.0.0.1', port, method, path: target, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve(answerOf(response, Buffer.concat(chunks))));
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}

function answerOf(response: IncomingMessage, bytes: Buffer): Answer {
  const { statusCode: status = 0, headers } = response;
  const json = headers['content-type']?.startsWith('application/json')
    ? (JSON.parse(String(bytes)) as Json)
    : undefined;
  const error = json?.error as { code?: string } | undefined;
  return { status, headers, bytes, json, code: error?.code };
}
