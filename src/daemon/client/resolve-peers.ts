/** Peers as people name them, `host:port`, as numeric endpoints that can be dialled. */
import { lookup } from 'node:dns/promises';
import type { Endpoint } from '../../base/endpoint.ts';
import { ClientError } from './client-error.ts';

/** All addresses of every name. Rejects with ClientError PEER_UNRESOLVED. */
export async function resolvePeers(
  peers: readonly { readonly host: string; readonly port: number }[],
): Promise<Endpoint[]> {
  const resolved = await Promise.all(peers.map(resolvePeer));
  return resolved.flat();
}

async function resolvePeer(peer: { host: string; port: number }): Promise<Endpoint[]> {
  try {
    const found = await lookup(peer.host, { all: true });
    return found.map(({ address }) => ({ host: address, port: peer.port }));
  } catch {
    throw new ClientError(
      'PEER_UNRESOLVED',
      `no address is known for the peer ${peer.host}. Is the name spelled right, and does this machine have a network?`,
    );
  }
}
