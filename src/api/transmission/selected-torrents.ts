/**
 * Which torrents a request means by `ids`: a number, an info-hash, a list of both, "recently-active", or
 * all when it says nothing. What is not here is passed over, as in Transmission.
 */
import type { TorrentInfo } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { RpcContext } from './rpc-context.ts';

type Id = number | string;

export type Ids = Id | readonly Id[] | undefined;

export function selectTorrents(context: RpcContext, ids: Ids): readonly TorrentInfo[] {
  const { recent, nowMs } = context;
  if (ids === 'recently-active' || ids === 'recently_active') {
    allTorrents(context);
    return recent.torrents(nowMs());
  }
  if (ids === undefined) {
    const all = allTorrents(context);
    recent.mark(nowMs());
    return all;
  }
  const found = new Map<string, TorrentInfo>();
  for (const hash of hashesOf(context, typeof ids === 'object' ? ids : [ids])) {
    const torrent = found.has(hash) ? undefined : find(context, hash);
    if (torrent !== undefined) found.set(hash, torrent);
  }
  return [...found.values()];
}

/** As `selectTorrents`, for methods that only need to know which. */
export function selectHashes(context: RpcContext, ids: Ids): readonly string[] {
  return selectTorrents(context, ids).map(({ hash }) => hash);
}

function hashesOf(context: RpcContext, ids: readonly Id[]): string[] {
  const isNumber = (id: Id) => typeof id === 'number' || /^\d{1,9}$/.test(id);
  // A number may be of a torrent that nobody has listed yet.
  const hasStranger = ids.some(
    (id) => isNumber(id) && context.ids.hashOf(Number(id)) === undefined,
  );
  if (hasStranger) allTorrents(context);
  return ids.flatMap((id) => {
    const hash = isNumber(id) ? context.ids.hashOf(Number(id)) : String(id).toLowerCase();
    return hash === undefined ? [] : [hash];
  });
}

function allTorrents({ ports, ids, nowMs }: RpcContext): readonly TorrentInfo[] {
  const all = ports.torrents.list();
  ids.sync(all, nowMs());
  return all;
}

function find({ ports }: RpcContext, hash: string): TorrentInfo | undefined {
  try {
    return ports.torrents.get(hash);
  } catch (error) {
    if (error instanceof DaemonRefusal && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
