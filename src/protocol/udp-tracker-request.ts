/**
 * What a client sends to a UDP tracker (BEP 15, with the options of BEP 41): connect, announce, scrape.
 * Invariant: a decoded request holds views of the packet, so it is used before the buffer is.
 * Packets may be longer than these layouts; BEP 15 asks readers to ignore what follows.
 */
import {
  readUint16,
  readUint32,
  readUint64,
  writeUint16,
  writeUint32,
  writeUint64,
} from '../base/bytes.ts';
import { type TrackerEvent, trackerEvents } from './tracker-event.ts';
import { decodeUrlDataOption, encodeUrlDataOption } from './udp-tracker-options.ts';

/** The constant that opens a connect request. */
export const udpTrackerProtocolId = 0x417_2710_1980n;

export const udpAction = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;

/** More info-hashes than this do not fit an unfragmented packet (BEP 15, "Scrape"). */
export const maxUdpScrapeHashes = 74;

const connectLength = 16;
const announceLength = 98;
const scrapeHeaderLength = 16;

export interface UdpConnectRequest {
  readonly action: 'connect';
  /** Unsigned 32 bits. */
  readonly transactionId: number;
}

export interface UdpAnnounceRequest {
  readonly action: 'announce';
  readonly connectionId: bigint;
  readonly transactionId: number;
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly downloadedBytes: number;
  readonly leftBytes: number;
  readonly uploadedBytes: number;
  readonly event: TrackerEvent;
  /** IPv4 address the client asks to be listed under, as a number; 0 means its source address. */
  readonly ipv4: number;
  /** Unsigned 32 bits. */
  readonly key: number;
  /** −1 leaves the number to the tracker. */
  readonly numWant: number;
  readonly port: number;
  /** Path and query of the tracker's URL (BEP 41). */
  readonly urlData?: Uint8Array;
}

export interface UdpScrapeRequest {
  readonly action: 'scrape';
  readonly connectionId: bigint;
  readonly transactionId: number;
  /** 20 bytes each. */
  readonly infoHashes: readonly Uint8Array[];
}

export type UdpTrackerRequest = UdpConnectRequest | UdpAnnounceRequest | UdpScrapeRequest;

export function encodeUdpConnectRequest(transactionId: number): Uint8Array {
  const packet = new Uint8Array(connectLength);
  writeUint64(packet, 0, udpTrackerProtocolId);
  writeUint32(packet, 8, udpAction.connect);
  writeUint32(packet, 12, transactionId);
  return packet;
}

export function encodeUdpAnnounceRequest(request: Omit<UdpAnnounceRequest, 'action'>): Uint8Array {
  const options = request.urlData === undefined ? undefined : encodeUrlDataOption(request.urlData);
  const packet = new Uint8Array(announceLength + (options?.length ?? 0));
  writeHeader(packet, request.connectionId, udpAction.announce, request.transactionId);
  packet.set(request.infoHash.subarray(0, 20), 16);
  packet.set(request.peerId.subarray(0, 20), 36);
  writeUint64(packet, 56, countToUint64(request.downloadedBytes));
  writeUint64(packet, 64, countToUint64(request.leftBytes));
  writeUint64(packet, 72, countToUint64(request.uploadedBytes));
  writeUint32(packet, 80, trackerEvents.indexOf(request.event));
  writeUint32(packet, 84, request.ipv4);
  writeUint32(packet, 88, request.key);
  writeUint32(packet, 92, request.numWant);
  writeUint16(packet, 96, request.port);
  if (options !== undefined) packet.set(options, announceLength);
  return packet;
}

export function encodeUdpScrapeRequest(request: Omit<UdpScrapeRequest, 'action'>): Uint8Array {
  const packet = new Uint8Array(scrapeHeaderLength + 20 * request.infoHashes.length);
  writeHeader(packet, request.connectionId, udpAction.scrape, request.transactionId);
  for (const [index, infoHash] of request.infoHashes.entries()) {
    packet.set(infoHash.subarray(0, 20), scrapeHeaderLength + 20 * index);
  }
  return packet;
}

/**
 * Undefined when the packet is no request of this protocol. A server answers that with silence:
 * the sender's address is not proven, and an answer could be aimed at a third party.
 */
export function decodeUdpTrackerRequest(packet: Uint8Array): UdpTrackerRequest | undefined {
  if (packet.length < connectLength) return undefined;
  const connectionId = readUint64(packet, 0);
  const transactionId = readUint32(packet, 12);
  switch (readUint32(packet, 8)) {
    case udpAction.connect:
      if (connectionId !== udpTrackerProtocolId) return undefined;
      return { action: 'connect', transactionId };
    case udpAction.announce:
      return decodeAnnounce(packet, connectionId, transactionId);
    case udpAction.scrape:
      return decodeScrape(packet, connectionId, transactionId);
    default:
      return undefined;
  }
}

function decodeAnnounce(
  packet: Uint8Array,
  connectionId: bigint,
  transactionId: number,
): UdpAnnounceRequest | undefined {
  if (packet.length < announceLength) return undefined;
  const event = trackerEvents[readUint32(packet, 80)];
  if (event === undefined) return undefined;
  const urlData = decodeUrlDataOption(packet, announceLength);
  return {
    action: 'announce',
    connectionId,
    transactionId,
    infoHash: packet.subarray(16, 36),
    peerId: packet.subarray(36, 56),
    downloadedBytes: Number(readUint64(packet, 56)),
    leftBytes: Number(readUint64(packet, 64)),
    uploadedBytes: Number(readUint64(packet, 72)),
    event,
    ipv4: readUint32(packet, 84),
    key: readUint32(packet, 88),
    numWant: readUint32(packet, 92) | 0,
    port: readUint16(packet, 96),
    ...(urlData === undefined ? {} : { urlData }),
  };
}

function decodeScrape(
  packet: Uint8Array,
  connectionId: bigint,
  transactionId: number,
): UdpScrapeRequest | undefined {
  const count = Math.floor((packet.length - scrapeHeaderLength) / 20);
  if (count === 0) return undefined;
  const infoHashes: Uint8Array[] = [];
  for (let i = 0; i < Math.min(count, maxUdpScrapeHashes); i++) {
    const start = scrapeHeaderLength + 20 * i;
    infoHashes.push(packet.subarray(start, start + 20));
  }
  return { action: 'scrape', connectionId, transactionId, infoHashes };
}

/** Byte counts are numbers here and 64 bits on the wire; what is no count becomes the nearest one. */
function countToUint64(count: number): bigint {
  if (!(count > 0)) return 0n;
  return BigInt(Math.min(Math.trunc(count), Number.MAX_SAFE_INTEGER));
}

function writeHeader(
  packet: Uint8Array,
  connectionId: bigint,
  action: number,
  transactionId: number,
): void {
  writeUint64(packet, 0, connectionId);
  writeUint32(packet, 8, action);
  writeUint32(packet, 12, transactionId);
}
