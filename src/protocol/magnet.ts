/**
 * Magnet links (BEP 9 "magnet URI format", BEP 53 `so`; `ws` and `xl` by common use). A link is text
 * from strangers: parameters that are not understood or not usable are left out, and only the
 * info-hash has to be sound.
 *
 * Codes of DecodeError: MAGNET_SCHEME (no magnet link), MAGNET_TOO_LONG, MAGNET_NO_TOPIC (no BitTorrent
 * info-hash in it), MAGNET_BAD_HASH.
 */
import { decodeBase32 } from '../base/base32.ts';
import { DecodeError } from '../base/decode-error.ts';
import { fromHex } from '../base/hex.ts';
import { type InfoHash, infoHashFromBytes } from '../base/ids.ts';
import { decodeLatin1, decodeUtf8Lossy, encodeUtf8 } from '../base/text.ts';
import { isTrackerUrl, isWebUrl } from './metainfo-trackers.ts';
import { percentDecode, percentEncode } from './percent-encoding.ts';

export interface Magnet {
  /** The id on the wire: v1 where the link has it, else the first 20 bytes of v2. */
  readonly infoHash: InfoHash;
  readonly infoHashV1?: InfoHash;
  /** SHA-256 as 64 lower-case hex digits. */
  readonly infoHashV2?: string;
  /** Advisory, for display until the metadata is there; not a safe file name. */
  readonly name?: string;
  readonly trackers: readonly string[];
  readonly webSeeds: readonly string[];
  readonly peers: readonly MagnetPeer[];
  /** Files to download, by index; all when absent (BEP 53). Indices may exceed the torrent's files. */
  readonly select?: readonly IndexRange[];
  readonly lengthBytes?: number;
}

/** `host` is a name, or a numeric address without brackets. */
export interface MagnetPeer {
  readonly host: string;
  readonly port: number;
}

/** Both ends belong to the range. */
export interface IndexRange {
  readonly first: number;
  readonly last: number;
}

const maxTextLength = 1 << 20;
/** Trackers, web seeds, peers and ranges kept, each. */
const maxKept = 1000;

/**
 * Parses a magnet link. A bare info-hash (40 hex digits, 32 of base32, or a v2 multihash) is taken as
 * the link it stands for, as people paste it. Throws DecodeError.
 */
export function parseMagnet(text: string): Magnet {
  if (text.length > maxTextLength) {
    throw new DecodeError('MAGNET_TOO_LONG', `a magnet link of ${text.length} characters`);
  }
  const link = text.trim();
  const bare = parseBareHash(link);
  if (bare) return { ...bare, trackers: [], webSeeds: [], peers: [] };
  if (!/^magnet:\?/i.test(link)) {
    throw new DecodeError('MAGNET_SCHEME', 'a magnet link begins with "magnet:?"');
  }
  const parameters = parseParameters(link.slice('magnet:?'.length));
  const hashes = parseTopics(parameters.get('xt') ?? []);
  const name = parameters.get('dn')?.[0]?.replaceAll('+', ' ');
  const select = parseSelection(parameters.get('so') ?? []);
  const lengthText = parameters.get('xl')?.[0] ?? '';
  const lengthBytes = /^\d{1,16}$/.test(lengthText) ? Number(lengthText) : 0;
  return {
    ...hashes,
    ...(name ? { name: decodeText(name) } : {}),
    trackers: keepUrls(parameters.get('tr') ?? [], isTrackerUrl),
    webSeeds: keepUrls(parameters.get('ws') ?? [], isWebUrl),
    peers: parsePeers(parameters.get('x.pe') ?? []),
    ...(select.length > 0 ? { select } : {}),
    ...(Number.isSafeInteger(lengthBytes) && lengthBytes > 0 ? { lengthBytes } : {}),
  };
}

/** What a link is made of; the id on the wire follows from the hashes. */
export type MagnetInput = Pick<
  Magnet,
  'infoHashV1' | 'infoHashV2' | 'name' | 'lengthBytes' | 'select'
> &
  Partial<Pick<Magnet, 'trackers' | 'webSeeds' | 'peers'>>;

/** `parseMagnet` of the result gives the same again. At least one of the hashes is there. */
export function formatMagnet(magnet: MagnetInput): string {
  const parts: string[] = [];
  if (magnet.infoHashV1) parts.push(`xt=urn:btih:${magnet.infoHashV1}`);
  if (magnet.infoHashV2) parts.push(`xt=urn:btmh:1220${magnet.infoHashV2}`);
  if (magnet.name) parts.push(`dn=${encodeText(magnet.name)}`);
  if (magnet.lengthBytes) parts.push(`xl=${magnet.lengthBytes}`);
  for (const url of magnet.trackers ?? []) parts.push(`tr=${encodeText(url)}`);
  for (const url of magnet.webSeeds ?? []) parts.push(`ws=${encodeText(url)}`);
  for (const { host, port } of magnet.peers ?? []) {
    parts.push(`x.pe=${host.includes(':') ? `[${host}]` : host}:${port}`);
  }
  const ranges = (magnet.select ?? []).map(({ first, last }) =>
    first === last ? `${first}` : `${first}-${last}`,
  );
  if (ranges.length > 0) parts.push(`so=${ranges.join(',')}`);
  return `magnet:?${parts.join('&')}`;
}

/** Values by key, still percent-encoded. `tr.1` is `tr`; `&amp;` comes from links copied out of a page's source. */
function parseParameters(query: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    if (equals < 0) continue;
    const key = part
      .slice(0, equals)
      .toLowerCase()
      .replace(/^amp;/, '')
      .replace(/\.\d+$/, '');
    const values = parameters.get(key);
    if (values) values.push(part.slice(equals + 1));
    else parameters.set(key, [part.slice(equals + 1)]);
  }
  return parameters;
}

type MagnetHashes = Pick<Magnet, 'infoHash' | 'infoHashV1' | 'infoHashV2'>;

/** The first topic of each kind counts; topics of other networks are passed over. */
function parseTopics(topics: readonly string[]): MagnetHashes {
  let v1: Uint8Array | undefined;
  let v2: string | undefined;
  for (const topic of topics.map(decodeText)) {
    const match = /^urn:(btih|btmh):(.*)$/is.exec(topic);
    if (!match) continue;
    const hash = match[2]!.trim();
    if (match[1]!.toLowerCase() === 'btih') v1 ??= parseHashV1(hash) ?? badHash(hash);
    else v2 ??= parseMultihash(hash) ?? badHash(hash);
  }
  const hashes = toHashes(v1, v2);
  if (hashes) return hashes;
  throw new DecodeError(
    'MAGNET_NO_TOPIC',
    'the magnet link holds no BitTorrent info-hash (xt=urn:btih: or xt=urn:btmh:)',
  );
}

function parseBareHash(text: string): MagnetHashes | undefined {
  return toHashes(parseHashV1(text), parseMultihash(text));
}

function toHashes(v1: Uint8Array | undefined, v2: string | undefined): MagnetHashes | undefined {
  const wireBytes = v1 ?? (v2 === undefined ? undefined : fromHex(v2.slice(0, 40)));
  if (wireBytes === undefined) return undefined;
  const infoHash = infoHashFromBytes(wireBytes);
  return {
    infoHash,
    ...(v1 ? { infoHashV1: infoHash } : {}),
    ...(v2 === undefined ? {} : { infoHashV2: v2 }),
  };
}

function parseHashV1(text: string): Uint8Array | undefined {
  if (text.length === 40) return fromHex(text);
  return text.length === 32 ? decodeBase32(text) : undefined;
}

/** Multihash: 0x12 is SHA-256, 0x20 its length. */
function parseMultihash(text: string): string | undefined {
  return /^1220[0-9a-f]{64}$/i.test(text) ? text.slice(4).toLowerCase() : undefined;
}

function badHash(text: string): never {
  throw new DecodeError(
    'MAGNET_BAD_HASH',
    `the info-hash "${text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?')}" is neither 40 hex digits, 32 of base32 nor a SHA-256 multihash; was the link cut off?`,
  );
}

function keepUrls(values: readonly string[], accept: (url: string) => boolean): string[] {
  const kept = new Set<string>();
  for (const value of values) {
    if (kept.size === maxKept) break;
    const url = decodeText(value).trim().replaceAll(' ', '%20');
    if (accept(url)) kept.add(url);
  }
  return [...kept];
}

function parsePeers(values: readonly string[]): MagnetPeer[] {
  const peers: MagnetPeer[] = [];
  for (const value of values.slice(0, maxKept)) {
    const match = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253})):(\d{1,5})$/i.exec(
      decodeText(value),
    );
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3]);
    if (host !== undefined && port >= 1 && port <= 65535) peers.push({ host, port });
  }
  return peers;
}

/** Sorted and without overlaps, so that a repeated or hostile list costs nothing later. */
function parseSelection(values: readonly string[]): IndexRange[] {
  const ranges: IndexRange[] = [];
  for (const part of values.map(decodeText).join(',').split(',', maxKept)) {
    const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part.trim());
    if (!match) continue;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last >= first) ranges.push({ first, last });
  }
  ranges.sort((a, b) => a.first - b.first);
  const merged: IndexRange[] = [];
  for (const range of ranges) {
    const before = merged.at(-1);
    if (before === undefined || range.first > before.last + 1) merged.push(range);
    else merged[merged.length - 1] = { ...before, last: Math.max(before.last, range.last) };
  }
  return merged;
}

function encodeText(text: string): string {
  return percentEncode(encodeUtf8(text));
}

/** A broken escape leaves the whole value as it is: people write links by hand. */
function decodeText(text: string): string {
  const bytes = percentDecode(decodeLatin1(encodeUtf8(text)));
  return bytes ? decodeUtf8Lossy(bytes) : text;
}
