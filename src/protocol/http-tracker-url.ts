/**
 * The URLs a client asks an HTTP tracker with (BEP 3 "Trackers", BEP 7 `key`, BEP 23 `compact`, BEP 48).
 * Invariant: whatever query the announce URL carries, a passkey for instance, stays in front.
 */
import type { AnnounceFields } from './announce-fields.ts';
import { percentEncode } from './percent-encoding.ts';

/** The key goes out as 8 hex digits. */
export function buildAnnounceUrl(announceUrl: string, parameters: AnnounceFields): string {
  const fields = [
    `info_hash=${percentEncode(parameters.infoHash)}`,
    `peer_id=${percentEncode(parameters.peerId)}`,
    `port=${parameters.port}`,
    `uploaded=${Math.trunc(parameters.uploadedBytes)}`,
    `downloaded=${Math.trunc(parameters.downloadedBytes)}`,
    `left=${Math.trunc(parameters.leftBytes)}`,
    `numwant=${parameters.numWant}`,
    `key=${(parameters.key >>> 0).toString(16).padStart(8, '0').toUpperCase()}`,
    'compact=1',
    'no_peer_id=1',
  ];
  if (parameters.event !== 'none') fields.push(`event=${parameters.event}`);
  if (parameters.trackerId !== undefined) {
    const bytes = Uint8Array.from(parameters.trackerId, (character) => character.charCodeAt(0));
    fields.push(`trackerid=${percentEncode(bytes)}`);
  }
  return appendQuery(announceUrl, fields);
}

/** `scrapeUrl` is what `scrapeUrlOf` gave. */
export function buildScrapeUrl(scrapeUrl: string, infoHashes: readonly Uint8Array[]): string {
  return appendQuery(
    scrapeUrl,
    infoHashes.map((infoHash) => `info_hash=${percentEncode(infoHash)}`),
  );
}

/**
 * The scrape URL that belongs to an announce URL: the last part of the path must begin with
 * `announce`, which becomes `scrape`; the query stays. Undefined when the tracker offers no scrape.
 */
export function scrapeUrlOf(announceUrl: string): string | undefined {
  const withoutFragment = announceUrl.split('#', 1)[0]!;
  const queryAt = withoutFragment.indexOf('?');
  const path = queryAt === -1 ? withoutFragment : withoutFragment.slice(0, queryAt);
  const query = queryAt === -1 ? '' : withoutFragment.slice(queryAt);
  const lastSlash = path.lastIndexOf('/');
  if (lastSlash === -1 || !path.startsWith('announce', lastSlash + 1)) return undefined;
  // The slashes of `http://announce.example` belong to no path.
  if (path.slice(0, lastSlash + 1).endsWith('//') && path.indexOf('//') === lastSlash - 1) {
    return undefined;
  }
  return `${path.slice(0, lastSlash + 1)}scrape${path.slice(lastSlash + 1 + 'announce'.length)}${query}`;
}

/** True when the query of a tracker's URL already names an info-hash, which only a trap does. */
export function hasPresetInfoHash(url: string): boolean {
  return /[?&]info_hash=/i.test(url);
}

function appendQuery(url: string, fields: readonly string[]): string {
  const base = url.split('#', 1)[0]!;
  let joint = '?';
  if (base.includes('?')) joint = base.endsWith('?') || base.endsWith('&') ? '' : '&';
  return `${base}${joint}${fields.join('&')}`;
}
