/** The methods of the RPC by name. */
import { DaemonRefusal } from '../service/refusal.ts';
import { blocklistUpdate, freeSpace, portTest } from './network-checks.ts';
import type { RpcContext, RpcMethod } from './rpc-context.ts';
import { sessionGet } from './session-get.ts';
import { sessionSet } from './session-set.ts';
import { sessionStats } from './session-stats.ts';
import {
  queueMove,
  torrentAction,
  torrentRemove,
  torrentRenamePath,
  torrentSetLocation,
} from './torrent-actions.ts';
import { torrentAdd } from './torrent-add.ts';
import { torrentGet } from './torrent-get.ts';
import { torrentSet } from './torrent-set.ts';

/** All but session-close, which is about the server itself. */
export function rpcMethods(context: RpcContext): ReadonlyMap<string, RpcMethod> {
  return new Map<string, RpcMethod>([
    ['torrent-get', (args) => torrentGet(context, args)],
    ['torrent-add', (args) => torrentAdd(context, args)],
    ['torrent-set', (args) => torrentSet(context, args)],
    ['torrent-remove', (args) => torrentRemove(context, args)],
    ['torrent-start', (args) => torrentAction(context, 'start', args)],
    ['torrent-start-now', (args) => torrentAction(context, 'force-start', args)],
    ['torrent-stop', (args) => torrentAction(context, 'stop', args)],
    ['torrent-verify', (args) => torrentAction(context, 'verify', args)],
    ['torrent-reannounce', (args) => torrentAction(context, 'reannounce', args)],
    ['torrent-set-location', (args) => torrentSetLocation(context, args)],
    ['torrent-rename-path', (args) => torrentRenamePath(context, args)],
    ['queue-move-top', (args) => queueMove(context, 'top', args)],
    ['queue-move-up', (args) => queueMove(context, 'up', args)],
    ['queue-move-down', (args) => queueMove(context, 'down', args)],
    ['queue-move-bottom', (args) => queueMove(context, 'bottom', args)],
    ['session-get', (args) => sessionGet(context, args)],
    ['session-set', (args) => sessionSet(context, args)],
    ['session-stats', () => sessionStats(context)],
    ['free-space', (args) => freeSpace(context, args)],
    ['port-test', () => portTest(context)],
    ['blocklist-update', () => blocklistUpdate()],
    ['group-get', () => ({ group: [] })],
    ['group-set', () => refuseGroups()],
  ]);
}

function refuseGroups(): never {
  throw new DaemonRefusal('BAD_REQUEST', 'There are no bandwidth groups here');
}
