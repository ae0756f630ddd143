/** free-space, and the methods that ask the world outside in Transmission: port-test, blocklist-update. */
import { z } from 'zod';
import { parseIp } from '../../base/ip-address.ts';
import { isLoopback } from '../../base/ip-network.ts';
import { dir } from '../contract/schema/values.ts';
import type { TorrentPeer } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { parseArguments } from './rpc-arguments.ts';
import type { RpcContext } from './rpc-context.ts';

const spaceArguments = z.object({ path: dir });

export async function freeSpace({ ports }: RpcContext, args: object): Promise<object> {
  const { path } = parseArguments(spaceArguments, args);
  return { path, 'size-bytes': await ports.folders.freeBytes(path) };
}

/** No service outside is asked: a peer that came in by itself is proof, anything else is not known. */
export function portTest({ ports }: RpcContext): object {
  const { torrents } = ports;
  for (const { hash, peers } of torrents.list()) {
    if (peers > 0 && torrents.peers(hash).some(cameFromOutside)) return { 'port-is-open': true };
  }
  throw new DaemonRefusal(
    'BAD_REQUEST',
    `Not known: no peer has come in to port ${torrents.session().peerPort} yet, and this daemon asks no service outside`,
  );
}

export function blocklistUpdate(): never {
  throw new DaemonRefusal('BAD_REQUEST', 'There is no blocklist here, so none is updated');
}

function cameFromOutside({ incoming, address }: TorrentPeer): boolean {
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
  const ip = parseIp(host);
  return incoming && ip !== undefined && !isLoopback(ip);
}
