/**
 * What an HTTP tracker is asked, read from the raw request target (BEP 3, 7, 23, 48). Values are
 * decoded byte by byte; the first of a repeated parameter counts, except for a scrape's info-hashes.
 * A request that cannot be answered yields a `problem`: the failure reason to send back.
 */
import { decodeLatin1 } from '../base/text.ts';
import { percentDecode } from './percent-encoding.ts';
import { type TrackerEvent, trackerEvents } from './tracker-event.ts';

export interface HttpAnnounceRequest {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** 1 to 65535. */
  readonly port: number;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  /** Undefined when the client did not say. */
  readonly leftBytes: number | undefined;
  readonly event: TrackerEvent;
  /** Undefined when not said or not a whole number from 0. */
  readonly numWant: number | undefined;
  /** True unless `compact=0` (BEP 23). */
  readonly isCompact: boolean;
  readonly omitsPeerIds: boolean;
  /** Addresses the client claims (BEP 3 `ip`, BEP 7 `ipv4`, `ipv6`); untrusted text. */
  readonly claimedAddresses: readonly string[];
}

export interface RequestProblem {
  /** A sentence for the client's user. */
  readonly problem: string;
}

export interface RequestTarget {
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
}

/** Splits origin form (`/announce?…`) and absolute form (`http://host/announce?…`) alike. */
export function splitRequestTarget(target: string): RequestTarget {
  let start = 0;
  if (!target.startsWith('/')) {
    const authority = target.indexOf('://');
    const path = authority === -1 ? -1 : target.indexOf('/', authority + 3);
    start = path === -1 ? target.length : path;
  }
  const queryAt = target.indexOf('?', start);
  if (queryAt === -1) return { path: target.slice(start) || '/', query: '' };
  return { path: target.slice(start, queryAt) || '/', query: target.slice(queryAt + 1) };
}

export function parseHttpAnnounce(query: string): HttpAnnounceRequest | RequestProblem {
  const values = firstValues(query);
  const infoHash = twentyBytes(values, 'info_hash');
  if (!(infoHash instanceof Uint8Array)) return infoHash;
  const peerId = twentyBytes(values, 'peer_id');
  if (!(peerId instanceof Uint8Array)) return peerId;
  const port = wholeNumber(values.get('port'));
  if (port === undefined || port < 1 || port > 65_535) {
    return { problem: 'port must be a number from 1 to 65535' };
  }
  const left = values.get('left');
  // Some clients say −1 while they do not know the size yet.
  const leftBytes = left === '-1' ? undefined : wholeNumber(left);
  if (left !== undefined && left !== '' && left !== '-1' && leftBytes === undefined) {
    return { problem: 'left must be a whole number of bytes' };
  }
  return {
    infoHash,
    peerId,
    port,
    uploadedBytes: wholeNumber(values.get('uploaded')) ?? 0,
    downloadedBytes: wholeNumber(values.get('downloaded')) ?? 0,
    leftBytes,
    event: trackerEvents.find((event) => event === values.get('event')) ?? 'none',
    numWant: wholeNumber(values.get('numwant') ?? values.get('num_want')),
    isCompact: values.get('compact') !== '0',
    omitsPeerIds: values.get('no_peer_id') === '1',
    claimedAddresses: claimedAddresses(values),
  };
}

/** 20 bytes each, at least one. */
export function parseHttpScrape(query: string): { infoHashes: Uint8Array[] } | RequestProblem {
  const infoHashes: Uint8Array[] = [];
  for (const [name, value] of fields(query)) {
    if (name !== 'info_hash') continue;
    const infoHash = percentDecode(value);
    if (infoHash?.length !== 20) return { problem: 'info_hash must be 20 bytes' };
    infoHashes.push(infoHash);
  }
  if (infoHashes.length === 0) {
    return { problem: 'info_hash is missing: this tracker does not list all of its torrents' };
  }
  return { infoHashes };
}

export function isProblem<T extends object>(parsed: T | RequestProblem): parsed is RequestProblem {
  return 'problem' in parsed;
}

const knownNames: ReadonlySet<string> = new Set([
  'info_hash',
  'peer_id',
  'port',
  'left',
  'uploaded',
  'downloaded',
  'event',
  'numwant',
  'num_want',
  'compact',
  'no_peer_id',
  'ip',
  'ipv4',
  'ipv6',
]);

/** Raw values of the parameters that matter here; the others are not even kept. */
function firstValues(query: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of fields(query)) {
    if (knownNames.has(name) && !values.has(name)) values.set(name, value);
  }
  return values;
}

function* fields(query: string): Generator<[name: string, value: string]> {
  for (let start = 0; start < query.length; ) {
    const ampersand = query.indexOf('&', start);
    const end = ampersand === -1 ? query.length : ampersand;
    const equals = query.indexOf('=', start);
    if (equals === -1 || equals > end) yield [query.slice(start, end), ''];
    else yield [query.slice(start, equals), query.slice(equals + 1, end)];
    start = end + 1;
  }
}

function twentyBytes(
  values: ReadonlyMap<string, string>,
  name: string,
): Uint8Array | RequestProblem {
  const text = values.get(name);
  if (text === undefined) return { problem: `${name} is missing` };
  const bytes = percentDecode(text);
  if (bytes === undefined) return { problem: `${name} is not percent-encoded correctly` };
  if (bytes.length !== 20) return { problem: `${name} must be 20 bytes, not ${bytes.length}` };
  return bytes;
}

/** Undefined for anything but decimal digits. Beyond 2^53 the nearest number is good enough. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,20}$/.test(text) ? Number(text) : undefined;
}

function claimedAddresses(values: ReadonlyMap<string, string>): string[] {
  const claimed: string[] = [];
  for (const name of ['ip', 'ipv4', 'ipv6']) {
    const bytes = percentDecode(values.get(name) ?? '');
    if (bytes !== undefined && bytes.length > 0) claimed.push(decodeLatin1(bytes));
  }
  return claimed;
}
