/**
 * The answer that almost every announce over HTTP gets, written into the bytes that leave (BEP 3, 7, 23,
 * 24): what `encodeHttpAnnounceReply` makes for a compact answer, without making anything.
 * The store puts peers at a place with room in front, before the counts and with them the length of
 * what stands in front of the peers are known; writing the rest moves the peers to where they belong.
 */
import { writeNumber, writeText } from './ascii-bytes.ts';
import type { SwarmCounts } from './swarm-counts.ts';

/** Room to leave in front of the IPv4 peers, and between them and the IPv6 peers. */
export const compactReplyRoom = { beforeIpv4: 256, beforeIpv6: 32, afterPeers: 1 } as const;

/** The peers are in the bytes that the reply is written to. */
export interface CompactReply extends SwarmCounts {
  readonly intervalSeconds: number;
  readonly minIntervalSeconds: number;
  /** 6 bytes each. */
  readonly ipv4At: number;
  readonly ipv4Count: number;
  /** 18 bytes each, behind those of IPv4. */
  readonly ipv6At: number;
  readonly ipv6Count: number;
}

/**
 * Writes from `start`, which is `compactReplyRoom.beforeIpv4` in front of the IPv4 peers; returns the
 * end. `externalIp` has 4 or 16 bytes.
 */
export function writeCompactReply(
  bytes: Uint8Array,
  start: number,
  reply: CompactReply,
  externalIp: Uint8Array,
): number {
  let at = writeText(bytes, start, 'd8:completei');
  at = writeNumber(bytes, at, reply.seeders);
  at = writeText(bytes, at, 'e10:downloadedi');
  at = writeNumber(bytes, at, reply.downloads);
  at = writeText(bytes, at, externalIp.length === 4 ? 'e11:external ip4:' : 'e11:external ip16:');
  for (let i = 0; i < externalIp.length; i++) bytes[at++] = externalIp[i]!;
  at = writeText(bytes, at, '10:incompletei');
  at = writeNumber(bytes, at, reply.leechers);
  at = writeText(bytes, at, 'e8:intervali');
  at = writeNumber(bytes, at, reply.intervalSeconds);
  at = writeText(bytes, at, 'e12:min intervali');
  at = writeNumber(bytes, at, reply.minIntervalSeconds);
  // Clients take an answer without `peers` for a broken one, so it is there even when empty.
  at = writeText(bytes, at, 'e5:peers');
  at = movePeers(bytes, at, reply.ipv4At, reply.ipv4Count * 6);
  if (reply.ipv6Count > 0) {
    at = writeText(bytes, at, '6:peers6');
    at = movePeers(bytes, at, reply.ipv6At, reply.ipv6Count * 18);
  }
  return writeText(bytes, at, 'e');
}

/** As a string of bencode. */
function movePeers(bytes: Uint8Array, start: number, peersAt: number, length: number): number {
  const at = writeText(bytes, writeNumber(bytes, start, length), ':');
  bytes.copyWithin(at, peersAt, peersAt + length);
  return at + length;
}
