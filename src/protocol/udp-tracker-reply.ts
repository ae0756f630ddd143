/**
 * What a UDP tracker answers (BEP 15): connection id, announce, scrape, error. Peers stay packed,
 * 6 bytes each over IPv4 and 18 over IPv6; the packet does not say which, the socket's family does.
 * Invariant: a decoded reply holds views of the packet.
 */
import { readUint32, readUint64, writeUint32, writeUint64 } from '../base/bytes.ts';
import { decodeUtf8Lossy, encodeUtf8 } from '../base/text.ts';
import type { SwarmCounts } from './swarm-counts.ts';
import { udpAction } from './udp-tracker-request.ts';

export interface UdpConnectReply {
  readonly action: 'connect';
  readonly transactionId: number;
  readonly connectionId: bigint;
}

export interface UdpAnnounceReply {
  readonly action: 'announce';
  readonly transactionId: number;
  readonly intervalSeconds: number;
  readonly leechers: number;
  readonly seeders: number;
  /** Packed addresses; a trailing part of one is left for the reader to drop. */
  readonly peers: Uint8Array;
}

export interface UdpScrapeReply {
  readonly action: 'scrape';
  readonly transactionId: number;
  /** In the order of the request; a tracker may answer fewer. */
  readonly swarms: readonly SwarmCounts[];
}

export interface UdpErrorReply {
  readonly action: 'error';
  readonly transactionId: number;
  /** Untrusted text for people. */
  readonly message: string;
}

export type UdpTrackerReply = UdpConnectReply | UdpAnnounceReply | UdpScrapeReply | UdpErrorReply;

export function encodeUdpConnectReply(transactionId: number, connectionId: bigint): Uint8Array {
  const packet = new Uint8Array(16);
  writeHeader(packet, udpAction.connect, transactionId);
  writeUint64(packet, 8, connectionId);
  return packet;
}

export function encodeUdpAnnounceReply(reply: Omit<UdpAnnounceReply, 'action'>): Uint8Array {
  const packet = new Uint8Array(20 + reply.peers.length);
  writeHeader(packet, udpAction.announce, reply.transactionId);
  writeUint32(packet, 8, reply.intervalSeconds);
  writeUint32(packet, 12, reply.leechers);
  writeUint32(packet, 16, reply.seeders);
  packet.set(reply.peers, 20);
  return packet;
}

export function encodeUdpScrapeReply(reply: Omit<UdpScrapeReply, 'action'>): Uint8Array {
  const packet = new Uint8Array(8 + 12 * reply.swarms.length);
  writeHeader(packet, udpAction.scrape, reply.transactionId);
  for (const [index, swarm] of reply.swarms.entries()) {
    const start = 8 + 12 * index;
    writeUint32(packet, start, swarm.seeders);
    writeUint32(packet, start + 4, swarm.downloads);
    writeUint32(packet, start + 8, swarm.leechers);
  }
  return packet;
}

export function encodeUdpErrorReply(transactionId: number, message: string): Uint8Array {
  const text = encodeUtf8(message);
  const packet = new Uint8Array(8 + text.length);
  writeHeader(packet, udpAction.error, transactionId);
  packet.set(text, 8);
  return packet;
}

/** Undefined when the packet is too short for its action or the action is unknown. */
export function decodeUdpTrackerReply(packet: Uint8Array): UdpTrackerReply | undefined {
  if (packet.length < 8) return undefined;
  const transactionId = readUint32(packet, 4);
  switch (readUint32(packet, 0)) {
    case udpAction.connect:
      if (packet.length < 16) return undefined;
      return { action: 'connect', transactionId, connectionId: readUint64(packet, 8) };
    case udpAction.announce:
      if (packet.length < 20) return undefined;
      return {
        action: 'announce',
        transactionId,
        intervalSeconds: readUint32(packet, 8),
        leechers: readUint32(packet, 12),
        seeders: readUint32(packet, 16),
        peers: packet.subarray(20),
      };
    case udpAction.scrape:
      return { action: 'scrape', transactionId, swarms: decodeSwarms(packet) };
    case udpAction.error:
      return { action: 'error', transactionId, message: decodeUtf8Lossy(packet.subarray(8)) };
    default:
      return undefined;
  }
}

function decodeSwarms(packet: Uint8Array): SwarmCounts[] {
  const swarms: SwarmCounts[] = [];
  for (let start = 8; start + 12 <= packet.length; start += 12) {
    swarms.push({
      seeders: readUint32(packet, start),
      downloads: readUint32(packet, start + 4),
      leechers: readUint32(packet, start + 8),
    });
  }
  return swarms;
}

function writeHeader(packet: Uint8Array, action: number, transactionId: number): void {
  writeUint32(packet, 0, action);
  writeUint32(packet, 4, transactionId);
}
