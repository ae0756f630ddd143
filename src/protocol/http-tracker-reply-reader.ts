/**
 * What an HTTP tracker answers, the client's side (BEP 3, 7, 23, 24, 31, 48). Trackers in the wild
 * are sloppy: numbers come as strings, fields are missing, bytes follow the value; all that is read.
 * Invariant: nothing read here is larger than the reply, and peers are at most `maxPeers`.
 *
 * Codes of DecodeError: TRACKER_NOT_A_DICTIONARY, and those of bencode.ts.
 */
import { DecodeError } from '../base/decode-error.ts';
import { displayText } from '../base/display-text.ts';
import { type Endpoint, endpointKey } from '../base/endpoint.ts';
import { canonicalIp, formatIp } from '../base/ip-address.ts';
import { decodeLatin1, decodeUtf8Lossy, encodeUtf8 } from '../base/text.ts';
import { type BencodeDictionary, type BencodeValue, decodeBencodePrefix } from './bencode.ts';
import { decodeCompactPeersV4, decodeCompactPeersV6 } from './compact-peers.ts';
import type { SwarmCounts } from './swarm-counts.ts';

export interface HttpTrackerFailure {
  /** The tracker's words, fit to show: one line of at most 500 characters. */
  readonly failureReason: string;
  /** `retry in` (BEP 31). */
  readonly retryMinutes?: number | 'never';
}

export interface HttpAnnounceReply {
  /** Undefined when the tracker did not say. */
  readonly intervalSeconds?: number;
  readonly minIntervalSeconds?: number;
  readonly seeders?: number;
  readonly leechers?: number;
  readonly downloads?: number;
  /** To be sent with the next announces; one character a byte. */
  readonly trackerId?: string;
  /** The tracker's words, fit to show: one line of at most 500 characters. */
  readonly warning?: string;
  /** Canonical text (BEP 24). */
  readonly externalIp?: string;
  readonly peers: readonly Endpoint[];
}

const maxPeers = 2000;
const maxTextLength = 500;
const maxTrackerIdLength = 512;
/** A week: longer intervals are taken for mistakes. */
const maxIntervalSeconds = 7 * 86_400;
const limits = { maxDepth: 16, maxNodes: 50_000 };

/** Throws DecodeError. */
export function decodeHttpAnnounceReply(bytes: Uint8Array): HttpAnnounceReply | HttpTrackerFailure {
  const reply = dictionary(bytes);
  const failure = readFailure(reply);
  if (failure !== undefined) return failure;
  const externalIp = reply.get('external ip');
  return withoutUndefined({
    intervalSeconds: seconds(reply.get('interval')),
    minIntervalSeconds: seconds(reply.get('min interval')),
    seeders: count(reply.get('complete')),
    leechers: count(reply.get('incomplete')),
    downloads: count(reply.get('downloaded')),
    trackerId: readTrackerId(reply.get('tracker id')),
    warning: text(reply.get('warning message')),
    externalIp: externalIp instanceof Uint8Array ? formatIp(externalIp) : undefined,
    peers: readPeers(reply),
  });
}

/** Counts in the order of `infoHashes`, undefined for those left out of the answer. Throws DecodeError. */
export function decodeHttpScrapeReply(
  bytes: Uint8Array,
  infoHashes: readonly Uint8Array[],
): (SwarmCounts | undefined)[] | HttpTrackerFailure {
  const reply = dictionary(bytes);
  const files = reply.get('files');
  if (!(files instanceof Map)) {
    return readFailure(reply) ?? { failureReason: 'the answer lists no torrents' };
  }
  return infoHashes.map((infoHash) => {
    const key = decodeLatin1(infoHash);
    // The npm package bittorrent-tracker encodes the raw hash once more, as if it were text.
    const swarm = files.get(key) ?? files.get(decodeLatin1(encodeUtf8(key)));
    if (!(swarm instanceof Map)) return undefined;
    return {
      seeders: count(swarm.get('complete')) ?? 0,
      leechers: count(swarm.get('incomplete')) ?? 0,
      downloads: count(swarm.get('downloaded')) ?? 0,
    };
  });
}

export function isHttpTrackerFailure<T extends object>(
  reply: T | HttpTrackerFailure,
): reply is HttpTrackerFailure {
  return 'failureReason' in reply;
}

function dictionary(bytes: Uint8Array): BencodeDictionary {
  const { value } = decodeBencodePrefix(bytes, limits);
  if (value instanceof Map) return value;
  throw new DecodeError('TRACKER_NOT_A_DICTIONARY', 'the answer is no dictionary', 0);
}

function readFailure(reply: BencodeDictionary): HttpTrackerFailure | undefined {
  const failureReason = reply.get('failure reason');
  if (failureReason === undefined) return undefined;
  return withoutUndefined({
    failureReason: text(failureReason) ?? 'refused without a reason',
    retryMinutes: readRetry(reply.get('retry in')),
  });
}

function readRetry(value: BencodeValue | undefined): number | 'never' | undefined {
  if (text(value) === 'never') return 'never';
  const minutes = count(value);
  return minutes === undefined || minutes === 0 ? undefined : Math.min(minutes, 7 * 24 * 60);
}

function readPeers(reply: BencodeDictionary): Endpoint[] {
  const listed = reply.get('peers');
  const listed6 = reply.get('peers6');
  const found: Endpoint[] = [];
  if (listed instanceof Uint8Array) {
    found.push(...decodeCompactPeersV4(listed.subarray(0, 6 * maxPeers)));
  } else if (Array.isArray(listed)) {
    for (const item of listed.slice(0, maxPeers)) {
      const peer = readPeer(item);
      if (peer !== undefined) found.push(peer);
    }
  }
  if (listed6 instanceof Uint8Array) {
    found.push(...decodeCompactPeersV6(listed6.subarray(0, 18 * maxPeers)));
  }
  const distinct = new Map(found.map((peer) => [endpointKey(peer), peer]));
  return [...distinct.values()].slice(0, maxPeers);
}

/** A dictionary of BEP 3. Peers given by a host name are left out: an endpoint is numeric. */
function readPeer(item: BencodeValue): Endpoint | undefined {
  if (!(item instanceof Map)) return undefined;
  const ip = item.get('ip');
  const port = count(item.get('port'));
  if (!(ip instanceof Uint8Array) || ip.length > 64) return undefined;
  const host = canonicalIp(decodeLatin1(ip));
  if (host === undefined || port === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port };
}

function readTrackerId(value: BencodeValue | undefined): string | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  return value.length > 0 && value.length <= maxTrackerIdLength ? decodeLatin1(value) : undefined;
}

/** A whole number from 0, also when it comes as a string of digits. */
function count(value: BencodeValue | undefined): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  if (!(value instanceof Uint8Array) || value.length > 10) return undefined;
  const digits = decodeLatin1(value);
  return /^[0-9]+$/.test(digits) ? Number(digits) : undefined;
}

function seconds(value: BencodeValue | undefined): number | undefined {
  const read = count(value);
  return read === undefined ? undefined : Math.min(read, maxIntervalSeconds);
}

function text(value: BencodeValue | undefined): string | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  return displayText(decodeUtf8Lossy(value.subarray(0, 4 * maxTextLength)), maxTextLength);
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops fields that are undefined, as exact optional properties ask. */
function withoutUndefined<T extends object>(fields: T): Defined<T> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Defined<T>;
}
