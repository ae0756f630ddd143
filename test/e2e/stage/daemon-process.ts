/** `shoal daemon` as a child process on loopback, and its API with its own token. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionInfo, TorrentInfo } from '../../../src/api/contract/torrents.ts';
import type { Stage } from './stage.ts';
import type { TransferProcess } from './transfer-process.ts';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly code: string | undefined;
}

export interface RunningDaemon {
  readonly process: TransferProcess;
  readonly url: string;
  readonly pid: number;
  ask(method: string, path: string, body?: unknown): Promise<Reply>;
  session(): Promise<SessionInfo>;
  list(): Promise<readonly TorrentInfo[]>;
  torrent(hash: string): Promise<TorrentInfo>;
  /** A .torrent's bytes, or what goes into JSON. Fails unless it is taken. */
  add(source: Uint8Array | string, more?: Readonly<Record<string, string>>): Promise<TorrentInfo>;
  /** Asks until `holds`, at most 30 s. */
  until(hash: string, holds: (torrent: TorrentInfo) => boolean): Promise<TorrentInfo>;
}

const longestWaitMs = 30_000;

export async function startDaemon(
  stage: Stage,
  place: { readonly data: string; readonly dir: string },
  ...args: readonly string[]
): Promise<RunningDaemon> {
  const where = ['--data', place.data, '--dir', place.dir, '--peer-host', '127.0.0.1'];
  const process = stage.start(['daemon', '--port', '0', ...where, ...args]);
  const { url, pid } = (await process.until('listening')) as { url: string; pid: number };
  const token = (await readFile(join(place.data, 'token'), 'utf8')).trim();
  const ask = (method: string, path: string, body?: unknown): Promise<Reply> =>
    askApi(`${url}/api/v1${path}`, token, method, body);
  const good = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const reply = await ask(method, path, body);
    if (reply.status < 300) return reply.body;
    throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  };
  const torrent = async (hash: string) => (await good('GET', `/torrents/${hash}`)) as TorrentInfo;
  return {
    process,
    url,
    pid,
    ask,
    torrent,
    session: async () => (await good('GET', '/session')) as SessionInfo,
    list: async () =>
      ((await good('GET', '/torrents')) as { torrents: readonly TorrentInfo[] }).torrents,
    add: async (source, more = {}) => {
      if (typeof source === 'string') {
        return (await good('POST', '/torrents', { source, ...more })) as TorrentInfo;
      }
      const query = new URLSearchParams(more).toString();
      return (await good('POST', `/torrents?${query}`, source)) as TorrentInfo;
    },
    until: (hash, holds) => untilHolds(() => torrent(hash), holds),
  };
}

async function askApi(url: string, token: string, method: string, body: unknown): Promise<Reply> {
  const isBytes = body instanceof Uint8Array;
  const type = isBytes ? 'application/x-bittorrent' : 'application/json';
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body: isBytes ? Buffer.from(body) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === '' ? undefined : JSON.parse(text);
  const failure = parsed as { error?: { code?: string } } | undefined;
  return { status: response.status, body: parsed, code: failure?.error?.code };
}

async function untilHolds(
  look: () => Promise<TorrentInfo>,
  holds: (torrent: TorrentInfo) => boolean,
): Promise<TorrentInfo> {
  const endMs = performance.now() + longestWaitMs;
  for (;;) {
    const torrent = await look();
    if (holds(torrent)) return torrent;
    if (performance.now() > endMs) throw new Error(`in vain: ${JSON.stringify(torrent)}`);
    await sleep(50);
  }
}
