/**
 * Where a torrent says peers and content can be found: trackers (BEP 3 `announce`, BEP 12
 * `announce-list`), web seeds (BEP 19 `url-list`) and DHT nodes (BEP 5 `nodes`). None of it is part of
 * the info-hash, so nothing here makes a torrent invalid: what cannot be used is left out.
 */
import { decodeUtf8 } from '../base/text.ts';
import { type BencodeOptions, type BencodeValue, visitBencodeList } from './bencode.ts';
import type { DictionaryFields } from './metainfo-fields.ts';
import type { MetainfoNode } from './metainfo-types.ts';

/** Distinct URLs and nodes kept of each kind; real torrents have a few dozen. */
const maxKept = 1000;
const maxUrlLength = 4096;
const itemLimits: BencodeOptions = { maxNodes: 2_000_000 };

/** Tiers without empty ones; `announce` counts only where `announce-list` yields nothing (BEP 12). */
export function parseTrackers(root: DictionaryFields): string[][] {
  const seen = new Set<string>();
  const tiers: string[][] = [];
  if (root.isList('announce-list')) {
    visitBencodeList(root.bytes, root.offset('announce-list'), itemLimits, (item) => {
      // Some programs write one flat list; each of its URLs is a tier.
      const tier = keepUrls(Array.isArray(item) ? item : [item], isTrackerUrl, seen);
      if (tier.length > 0) tiers.push(tier);
      return seen.size < maxKept;
    });
  }
  if (tiers.length > 0) return tiers;
  const single = keepUrls([root.optionalBytes('announce')], isTrackerUrl, seen);
  return single.length > 0 ? [single] : [];
}

export function parseWebSeeds(root: DictionaryFields): string[] {
  const seen = new Set<string>();
  if (!root.isList('url-list')) return keepUrls([root.optionalBytes('url-list')], isWebUrl, seen);
  const seeds: string[] = [];
  visitBencodeList(root.bytes, root.offset('url-list'), itemLimits, (item) => {
    seeds.push(...keepUrls([item], isWebUrl, seen));
    return seen.size < maxKept;
  });
  return seeds;
}

export function parseNodes(root: DictionaryFields): MetainfoNode[] {
  const nodes: MetainfoNode[] = [];
  if (!root.isList('nodes')) return nodes;
  visitBencodeList(root.bytes, root.offset('nodes'), itemLimits, (item) => {
    if (!Array.isArray(item)) return true;
    const [hostBytes, port] = item;
    const host = hostBytes instanceof Uint8Array ? decodeUtf8(hostBytes) : undefined;
    if (host && host.length <= 255 && typeof port === 'number' && port > 0 && port < 65536) {
      nodes.push({ host, port });
    }
    return nodes.length < maxKept;
  });
  return nodes;
}

/** The schemes Shoal can announce to. Other text may still be no usable URL; that shows when it is used. */
export function isTrackerUrl(url: string): boolean {
  return /^(?:https?|udp|wss?):\/\/[^/?#\s]/i.test(url) && isCleanUrl(url);
}

export function isWebUrl(url: string): boolean {
  return /^https?:\/\/[^/?#\s]/i.test(url) && isCleanUrl(url);
}

/** Control characters and blanks in a URL are at best mistakes, at worst a second line in a request. */
function isCleanUrl(url: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  return url.length <= maxUrlLength && !/[\x00-\x20\x7f]/.test(url);
}

function keepUrls(
  values: readonly (BencodeValue | undefined)[],
  accept: (url: string) => boolean,
  seen: Set<string>,
): string[] {
  const kept: string[] = [];
  for (const value of values) {
    if (seen.size >= maxKept) break;
    if (!(value instanceof Uint8Array) || value.length > maxUrlLength) continue;
    // Web seeds are often written with the blanks of the file's name as they are.
    const url = decodeUtf8(value)?.trim().replaceAll(' ', '%20');
    if (url === undefined || seen.has(url) || !accept(url)) continue;
    seen.add(url);
    kept.push(url);
  }
  return kept;
}
