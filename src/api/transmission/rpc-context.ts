/** What the methods of the RPC work with: the daemon, and the little that the dialect itself remembers. */
import type { DaemonPorts } from '../service/daemon-ports.ts';
import type { RecentChanges } from './recent-changes.ts';
import type { TorrentIds } from './torrent-ids.ts';

export interface RpcContext {
  readonly ports: DaemonPorts;
  readonly ids: TorrentIds;
  readonly recent: RecentChanges;
  readonly sessionId: string;
  nowMs(): number;
}

/** Given the arguments of a request, gives those of the answer. Throws DaemonRefusal. */
export type RpcMethod = (args: object) => object | Promise<object>;
