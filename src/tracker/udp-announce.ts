/**
 * What is the same in every answer to a UDP announce (BEP 15): where the client is listed, how many
 * peers fit a datagram that no link has to split, and how a bad port is refused.
 */
import { cutToBytes } from '../base/text.ts';
import { listedAddress } from './client-address.ts';

/** 20 + 6 × 200 and 20 + 18 × 78 bytes. */
const maxPeersV4 = 200;
const maxPeersV6 = 78;

const maxReasonBytes = 512;

export const badPort = 'port must be a number from 1 to 65535';

/** By the family of the client's address. */
export function maxPeersFor(source: Uint8Array): number {
  return source.length === 4 ? maxPeersV4 : maxPeersV6;
}

/**
 * Where a client is listed that names an IPv4 address, in the packet's field for it, which means
 * nothing over IPv6. Datagrams do not tell where they arrived.
 */
export function claimedAddress(source: Uint8Array, ipv4: number): Uint8Array {
  if (source.length !== 4) return source;
  const claimed = [ipv4 >>> 24, (ipv4 >>> 16) & 255, (ipv4 >>> 8) & 255, ipv4 & 255].join('.');
  return listedAddress(source, undefined, [claimed]);
}

/** As much of it as an error packet carries. */
export function packetReason(reason: string): string {
  return cutToBytes(reason, maxReasonBytes);
}
