/** The daemon's routes on a port of 127.0.0.1, in front of torrents that only remember what was asked. */
import { type IncomingMessage, request } from 'node:http';
import type { TestContext } from 'node:test';
import type { TorrentInfo } from '../contract/torrents.ts';
import { torrentStates, torrentsPath } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { AddTorrent, TorrentsPort } from '../service/torrents-port.ts';
import { listenDaemonServer } from './daemon-server.ts';
import type { DaemonRouteDeps } from './torrents-routes.ts';

export const token = 'a-token-of-a-test-0123456789';
export const knownHash = 'ab'.repeat(20);

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly json: Record<string, unknown> | undefined;
  readonly code: string | undefined;
  readonly field: string | undefined;
}

export interface Ask {
  readonly method?: string;
  /** A whole path, or a whole URL for the request line. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Without the token. */
  readonly bare?: boolean;
}

export interface RoutesRig {
  readonly port: number;
  readonly calls: readonly unknown[][];
  readonly added: readonly AddTorrent[];
  readonly failures: readonly Error[];
  ask(ask?: Ask): Promise<Answer>;
  /** POST of JSON to the list. */
  add(body: unknown): Promise<Answer>;
}

const info: TorrentInfo = {
  hash: knownHash,
  name: '<img src=x onerror=alert(1)>',
  state: 'stopped',
  lengthBytes: 10,
  doneBytes: 0,
  progress: 0,
  downRate: 0,
  upRate: 0,
  uploadedBytes: 0,
  downloadedBytes: 0,
  ratio: 0,
  peers: 0,
  seeds: 0,
  addedAt: '2026-01-01T00:00:00.000Z',
  dir: '/d',
};

export async function startRoutes(
  t: TestContext,
  change: Partial<DaemonRouteDeps> = {},
): Promise<RoutesRig> {
  const calls: unknown[][] = [];
  const added: AddTorrent[] = [];
  const failures: Error[] = [];
  const server = await listenDaemonServer({
    host: '127.0.0.1',
    port: 0,
    torrents: recordingTorrents(calls, added),
    access: { tokens: [token], hostNames: ['shoal.lan'] },
    onFailure: (error) => failures.push(error),
    ...change,
  });
  t.after(() => server.close());
  const ask = (what: Ask = {}) => askPort(server.port, what);
  const add = (body: unknown) =>
    ask({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { port: server.port, calls, added, failures, ask, add };
}

function recordingTorrents(calls: unknown[][], added: AddTorrent[]): TorrentsPort {
  const one = (name: string, hash: string): TorrentInfo => {
    calls.push([name, hash]);
    if (hash === knownHash) return info;
    throw new DaemonRefusal('NOT_FOUND', `There is no torrent ${hash}`);
  };
  return {
    session: () => ({
      version: '1',
      pid: 1,
      startedAt: '',
      downRate: 0,
      upRate: 0,
      torrents: 1,
      counts: Object.fromEntries(torrentStates.map((state) => [state, 0])) as never,
      peerPort: 1,
      dir: '/d',
      dataDir: '/s',
    }),
    list: () => [info],
    get: (hash) => one('get', hash),
    add: async (torrent) => {
      if (torrent.dir === 'bug') throw new Error('the secret inside');
      added.push(torrent);
      return info;
    },
    remove: async (hash, withData) => {
      one('remove', hash);
      calls.push(['data', withData]);
    },
    start: async (hash) => one('start', hash),
    stop: async (hash) => one('stop', hash),
    verify: async (hash) => one('verify', hash),
    reannounce: async (hash) => one('reannounce', hash),
    files: async (hash) => [{ index: 0, path: one('files', hash).name, lengthBytes: 10 }],
    peers: (hash) => {
      one('peers', hash);
      return [];
    },
    trackers: (hash) => {
      one('trackers', hash);
      return [];
    },
  };
}

function askPort(
  port: number,
  { method = 'GET', path = torrentsPath, headers = {}, body, bare = false }: Ask,
): Promise<Answer> {
  const all = bare ? headers : { authorization: `Bearer ${token}`, ...headers };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers: all, agent: false };
    const asking = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(answerOf(response, Buffer.concat(chunks).toString())));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

function answerOf(response: IncomingMessage, text: string): Answer {
  const { statusCode: status = 0, headers } = response;
  const isJson = headers['content-type']?.startsWith('application/json') === true && text !== '';
  const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  const error = json?.error as { code?: string; field?: string } | undefined;
  return { status, headers, text, json, code: error?.code, field: error?.field };
}
