/** The methods that do one thing to several torrents: run, check, move, rename, remove, order them. */
import { z } from 'zod';
import { dir, innerPath } from '../contract/schema/values.ts';
import type { QueueMove, TorrentAction } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { flag, ids, parseArguments } from './rpc-arguments.ts';
import type { RpcContext } from './rpc-context.ts';
import { selectHashes, selectTorrents } from './selected-torrents.ts';

const idsOnly = z.object({ ids });
const removal = z.object({ ids, 'delete-local-data': flag.default(false) });
const relocation = z.object({ ids, location: dir, move: flag.default(false) });
const renaming = z.object({
  ids,
  path: innerPath,
  name: z
    .string({ error: 'is a name' })
    .min(1, 'is empty')
    .max(255, 'is longer than a name can be'),
});

/** What does not apply to a torrent, and what is gone meanwhile, is passed over. */
const harmless: readonly string[] = ['NOT_FOUND', 'TORRENT_STOPPED'];

export async function torrentAction(
  context: RpcContext,
  action: TorrentAction,
  args: object,
): Promise<object> {
  const { ids: asked } = parseArguments(idsOnly, args);
  await act(context, action, selectHashes(context, asked));
  return {};
}

export async function torrentRemove(context: RpcContext, args: object): Promise<object> {
  const { ids: asked, 'delete-local-data': withData } = parseArguments(removal, args);
  const hashes = selectHashes(context, asked);
  try {
    await act(context, withData ? 'remove-with-data' : 'remove', hashes);
  } finally {
    context.ids.sync(context.ports.torrents.list(), context.nowMs());
  }
  return {};
}

async function act(
  { ports }: RpcContext,
  action: TorrentAction,
  hashes: readonly string[],
): Promise<void> {
  if (hashes.length === 0) return;
  const { failed } = await ports.torrents.actOnMany(action, hashes);
  const [first] = failed.filter(({ error }) => !harmless.includes(error.code));
  // The daemon's own words; which code it was is of no use to these clients.
  if (first !== undefined) throw new DaemonRefusal('BAD_REQUEST', first.error.message);
}

export async function torrentSetLocation(context: RpcContext, args: object): Promise<object> {
  const { ids: asked, location, move } = parseArguments(relocation, args);
  const failures: unknown[] = [];
  for (const hash of selectHashes(context, asked)) {
    try {
      await context.ports.torrents.move(hash, { dir: location, data: move });
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return {};
}

export async function torrentRenamePath(context: RpcContext, args: object): Promise<object> {
  const { ids: asked, path, name } = parseArguments(renaming, args);
  const [torrent, another] = selectTorrents(context, asked);
  if (torrent === undefined || another !== undefined) {
    throw new DaemonRefusal('BAD_REQUEST', 'torrent-rename-path takes the id of one torrent', {
      field: 'ids',
    });
  }
  await context.ports.torrents.rename(torrent.hash, { path, name });
  return { id: context.ids.idOf(torrent.hash), path, name };
}

export async function queueMove(context: RpcContext, to: QueueMove, args: object): Promise<object> {
  const { ids: asked } = parseArguments(idsOnly, args);
  const hashes = selectHashes(context, asked);
  if (hashes.length > 0) await context.ports.torrents.moveInQueue(hashes, to);
  return {};
}
