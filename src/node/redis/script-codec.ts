/**
 * The bytes that go to and come from the scripts of `swarm-scripts.ts`: one argument, one reply.
 * Integers are big-endian and unsigned. Invariant: what is read out of a reply lies inside it.
 */
import { isLinkLocal, isLoopback, isPrivate } from '../../base/ip-network.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import type { PeerSnapshot, StoreAnnounce } from '../../tracker/swarm-store.ts';

/** What every call tells about time; seconds. */
export interface ScriptTimes {
  /** 0 for the clock of Redis. */
  readonly now: number;
  readonly peerTimeout: number;
  /** How long the number of downloads of a torrent without peers is remembered. */
  readonly keepDownloads: number;
}

const seederFlag = 1;
const goneFlag = 2;
const completedFlag = 4;
const startedFlag = 8;
const bothFamiliesFlag = 16;
const privateFlag = 32;
const ipv6Flag = 64;

const clientBytes = 8;
const announceHeadBytes = 27;
const announceReplyHeadBytes = 25;
const countsBytes = 12;

/** `seed` is 32 random bits: the choice of peers inside Redis is drawn from it. */
export function packAnnounce(request: StoreAnnounce, times: ScriptTimes, seed: number): Buffer {
  const { address, port, peerId } = request;
  const packed = Buffer.allocUnsafe(announceHeadBytes + address.length + 2);
  packed[0] = announceFlags(request);
  packed.writeUInt16BE(Math.min(request.numWant, 0xffff), 1);
  packed.writeUInt32BE(seed, 3);
  packed.writeUInt32BE(times.peerTimeout, 7);
  packed.writeUInt32BE(times.keepDownloads, 11);
  packed.writeUInt32BE(times.now, 15);
  for (let i = 0; i < clientBytes; i++) packed[19 + i] = peerId[i] ?? 0;
  packed.set(address, announceHeadBytes);
  packed.writeUInt16BE(port, announceHeadBytes + address.length);
  return packed;
}

function announceFlags(request: StoreAnnounce): number {
  return (
    (request.isSeeder ? seederFlag : 0) |
    (request.event === 'stopped' ? goneFlag : 0) |
    (request.event === 'completed' ? completedFlag : 0) |
    (request.event === 'started' ? startedFlag : 0) |
    (request.wantsBothFamilies ? bothFamiliesFlag : 0) |
    networkFlag(request.address)
  );
}

function networkFlag(address: Uint8Array): number {
  return isPrivate(address) || isLoopback(address) || isLinkLocal(address) ? privateFlag : 0;
}

export interface AnnounceReply extends SwarmCounts {
  /** Seconds of the clock used. */
  readonly now: number;
  /** The swarm has to be put into the index again. */
  readonly isIndexDue: boolean;
  /** Packed addresses, the first `seeders4` and `seeders6` of which are seeders. */
  readonly ipv4: Uint8Array;
  readonly seeders4: number;
  readonly ipv6: Uint8Array;
  readonly seeders6: number;
}

/** Views into `reply`; undefined when that is no such reply. */
export function readAnnounceReply(reply: Buffer): AnnounceReply | undefined {
  if (reply.length < announceReplyHeadBytes) return undefined;
  const seeders4 = reply.readUInt16BE(17);
  const count4 = seeders4 + reply.readUInt16BE(19);
  const seeders6 = reply.readUInt16BE(21);
  const count6 = seeders6 + reply.readUInt16BE(23);
  const ipv6At = announceReplyHeadBytes + count4 * 6;
  if (reply.length !== ipv6At + count6 * 18) return undefined;
  return {
    seeders: reply.readUInt32BE(0),
    leechers: reply.readUInt32BE(4),
    downloads: reply.readUInt32BE(8),
    now: reply.readUInt32BE(12),
    isIndexDue: reply[16] === 1,
    ipv4: reply.subarray(announceReplyHeadBytes, ipv6At),
    seeders4,
    ipv6: reply.subarray(ipv6At),
    seeders6,
  };
}

/** Counts of a swarm, with at most `limit` of its peers. */
export function packLook(times: ScriptTimes, limit: number): Buffer {
  const packed = Buffer.allocUnsafe(12);
  packed.writeUInt32BE(times.now, 0);
  packed.writeUInt32BE(times.peerTimeout, 4);
  packed.writeUInt32BE(limit, 8);
  return packed;
}

export interface SwarmLook extends SwarmCounts {
  readonly peers: readonly PeerSnapshot[];
}

export function readLookReply(reply: Buffer): SwarmLook | undefined {
  if (reply.length < countsBytes) return undefined;
  const peers: PeerSnapshot[] = [];
  let at = countsBytes;
  while (at < reply.length) {
    const set = reply[at]!;
    const portAt = at + 5 + clientBytes + ((set & 2) === 0 ? 4 : 16);
    if (portAt + 2 > reply.length) return undefined;
    peers.push({
      address: new Uint8Array(reply.subarray(at + 5 + clientBytes, portAt)),
      port: reply.readUInt16BE(portAt),
      client: new Uint8Array(reply.subarray(at + 5, at + 5 + clientBytes)),
      isSeeder: (set & 1) === 0,
      ageMs: reply.readUInt32BE(at + 1) * 1000,
    });
    at = portAt + 2;
  }
  const [seeders, leechers] = [reply.readUInt32BE(0), reply.readUInt32BE(4)];
  return { seeders, leechers, downloads: reply.readUInt32BE(8), peers };
}

/** A peer heard of while Redis could not be told. */
export interface LearntPeer {
  readonly address: Uint8Array;
  readonly port: number;
  /** 8 bytes. */
  readonly client: Uint8Array;
  readonly isSeeder: boolean;
  readonly isGone: boolean;
  readonly hasCompleted: boolean;
  readonly ageSeconds: number;
}

/** `downloads` is what the number of downloads was at least. */
export function packLearn(
  peers: readonly LearntPeer[],
  times: ScriptTimes,
  downloads: number,
): Buffer {
  const head = Buffer.allocUnsafe(16);
  head.writeUInt32BE(times.now, 0);
  head.writeUInt32BE(times.peerTimeout, 4);
  head.writeUInt32BE(times.keepDownloads, 8);
  head.writeUInt32BE(downloads, 12);
  return Buffer.concat([head, ...peers.map(packLearntPeer)]);
}

function packLearntPeer(peer: LearntPeer): Buffer {
  const { address } = peer;
  const packed = Buffer.alloc(5 + clientBytes + address.length + 2);
  packed[0] =
    (peer.isSeeder ? seederFlag : 0) |
    (peer.isGone ? goneFlag : 0) |
    (peer.hasCompleted ? completedFlag : 0) |
    networkFlag(address) |
    (address.length === 16 ? ipv6Flag : 0);
  packed.writeUInt32BE(Math.max(0, Math.floor(peer.ageSeconds)), 1);
  packed.set(peer.client.subarray(0, clientBytes), 5);
  packed.set(address, 5 + clientBytes);
  packed.writeUInt16BE(peer.port, 5 + clientBytes + address.length);
  return packed;
}
