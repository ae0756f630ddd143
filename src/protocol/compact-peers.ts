/**
 * Compact peer lists: 4 (BEP 23) or 16 (BEP 7) bytes of address and 2 of port for each peer, as
 * trackers, peer exchange (BEP 11) and the DHT send them.
 * Invariant: what is decoded has a port from 1 to 65535 and a canonical host.
 */
import { assert } from '../base/assert.ts';
import { concatBytes, readUint16, writeUint16 } from '../base/bytes.ts';
import type { Endpoint } from '../base/endpoint.ts';
import { formatIp, parseIp } from '../base/ip-address.ts';

export const COMPACT_PEER_V4_BYTES = 6;
export const COMPACT_PEER_V6_BYTES = 18;

/** Leaves out peers with port 0 and an incomplete last entry. */
export function decodeCompactPeersV4(bytes: Uint8Array): Endpoint[] {
  return decodeAll(bytes, COMPACT_PEER_V4_BYTES);
}

/** Leaves out peers with port 0 and an incomplete last entry. */
export function decodeCompactPeersV6(bytes: Uint8Array): Endpoint[] {
  return decodeAll(bytes, COMPACT_PEER_V6_BYTES);
}

function decodeAll(bytes: Uint8Array, entryBytes: number): Endpoint[] {
  const peers: Endpoint[] = [];
  for (let offset = 0; offset + entryBytes <= bytes.length; offset += entryBytes) {
    const peer = decodeCompactPeer(bytes.subarray(offset, offset + entryBytes));
    if (peer !== undefined) peers.push(peer);
  }
  return peers;
}

/** One entry of 6 or 18 bytes; undefined for any other size and for port 0. */
export function decodeCompactPeer(entry: Uint8Array): Endpoint | undefined {
  const addressBytes = entry.length - 2;
  const host = formatIp(entry.subarray(0, Math.max(0, addressBytes)));
  if (host === undefined) return undefined;
  const port = readUint16(entry, addressBytes);
  return port === 0 ? undefined : { host, port };
}

/** 6 or 18 bytes, by the family of the host. */
export function encodeCompactPeer(peer: Endpoint): Uint8Array {
  const address = parseIp(peer.host);
  assert(address !== undefined, `${peer.host} is not a numeric address`);
  const entry = new Uint8Array(address.length + 2);
  entry.set(address);
  writeUint16(entry, address.length, peer.port);
  return entry;
}

/** Both lists, each in the order of `peers`; one is empty when no peer is of its family. */
export function encodeCompactPeers(peers: readonly Endpoint[]): {
  v4: Uint8Array;
  v6: Uint8Array;
} {
  const entries = peers.map(encodeCompactPeer);
  return {
    v4: concatBytes(entries.filter((entry) => entry.length === COMPACT_PEER_V4_BYTES)),
    v6: concatBytes(entries.filter((entry) => entry.length === COMPACT_PEER_V6_BYTES)),
  };
}
