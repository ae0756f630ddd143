/**
 * What an HTTP tracker is asked, read from the raw bytes of the query (BEP 3, 7, 23, 48). Values are
 * decoded byte by byte, no text is made of them; the first of a repeated parameter counts, except for
 * a scrape's info-hashes. A request that cannot be answered yields a problem: the failure reason to
 * send back, a sentence for the client's user.
 */
import { decodeLatin1 } from '../base/text.ts';
import { equalsText } from './ascii-bytes.ts';
import { percentDecodeInto } from './percent-encoding.ts';
import { type TrackerEvent, trackerEvents } from './tracker-event.ts';

/** Parameters that matter here; where each lies in the query is kept under its index. */
const names = [
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
] as const;
type Name = (typeof names)[number];

const indexOf = Object.fromEntries(names.map((name, index) => [name, index])) as Record<
  Name,
  number
>;
/** By length and the sum of first and last letter, in which no two of them agree. */
const indexByShape = new Int8Array(16 * 256).fill(-1);
for (const [index, name] of names.entries()) {
  indexByShape[shapeOf(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1))] = index;
}
const claims = [indexOf.ip, indexOf.ipv4, indexOf.ipv6] as const;
const noClaims: readonly string[] = [];
const absent = -1;
const mostDigits = 20;
const longestName = 15;

/** One is made and used again: reading the common query allocates nothing. */
export class HttpAnnounceQuery {
  /** 20 bytes, overwritten by the next query. */
  readonly infoHash = new Uint8Array(20);
  readonly peerId = new Uint8Array(20);
  /** 1 to 65535. */
  port = 0;
  uploadedBytes = 0;
  downloadedBytes = 0;
  /** Undefined when the client did not say. */
  leftBytes: number | undefined;
  event: TrackerEvent = 'none';
  /** Undefined when not said or not a whole number from 0. */
  numWant: number | undefined;
  /** True unless `compact=0` (BEP 23). */
  isCompact = true;
  omitsPeerIds = false;
  /** Addresses the client claims (BEP 3 `ip`, BEP 7 `ipv4`, `ipv6`); untrusted text. */
  claimedAddresses: readonly string[] = noClaims;
  /** Start and end of each value. */
  readonly #ranges = new Int32Array(2 * names.length);

  /** The problem, when there is one; the fields are then of no use. */
  read(query: Uint8Array, start = 0, end = query.length): string | undefined {
    this.#findValues(query, start, end);
    const problem =
      this.#readTwenty(query, indexOf.info_hash, this.infoHash) ??
      this.#readTwenty(query, indexOf.peer_id, this.peerId);
    if (problem !== undefined) return problem;
    const port = this.#number(query, indexOf.port);
    if (port === undefined || port < 1 || port > 65_535) {
      return 'port must be a number from 1 to 65535';
    }
    this.port = port;
    // Some clients say −1 while they do not know the size yet.
    const leftIsUnknown = this.#isEmpty(indexOf.left) || this.#is(query, indexOf.left, '-1');
    this.leftBytes = leftIsUnknown ? undefined : this.#number(query, indexOf.left);
    if (!leftIsUnknown && this.leftBytes === undefined) {
      return 'left must be a whole number of bytes';
    }
    this.#readOptional(query);
    return undefined;
  }

  #readOptional(query: Uint8Array): void {
    this.uploadedBytes = this.#number(query, indexOf.uploaded) ?? 0;
    this.downloadedBytes = this.#number(query, indexOf.downloaded) ?? 0;
    this.event = this.#readEvent(query);
    const numWant = this.#has(indexOf.numwant) ? indexOf.numwant : indexOf.num_want;
    this.numWant = this.#number(query, numWant);
    this.isCompact = !this.#is(query, indexOf.compact, '0');
    this.omitsPeerIds = this.#is(query, indexOf.no_peer_id, '1');
    this.claimedAddresses = this.#readClaims(query);
  }

  #findValues(query: Uint8Array, start: number, end: number): void {
    this.#ranges.fill(absent);
    for (let at = start; at < end; at++) {
      const nameStart = at;
      while (at < end && query[at] !== 0x3d && query[at] !== 0x26) at++;
      const name = nameIn(query, nameStart, at);
      const valueStart = Math.min(at + (query[at] === 0x3d ? 1 : 0), end);
      while (at < end && query[at] !== 0x26) at++;
      if (name === absent || this.#has(name)) continue;
      this.#ranges[2 * name] = Math.min(valueStart, at);
      this.#ranges[2 * name + 1] = at;
    }
  }

  #has(name: number): boolean {
    return this.#ranges[2 * name] !== absent;
  }

  #isEmpty(name: number): boolean {
    return this.#ranges[2 * name] === this.#ranges[2 * name + 1];
  }

  #is(query: Uint8Array, name: number, text: string): boolean {
    return equalsText(query, this.#ranges[2 * name]!, this.#ranges[2 * name + 1]!, text);
  }

  #readTwenty(query: Uint8Array, name: number, target: Uint8Array): string | undefined {
    if (!this.#has(name)) return `${names[name]} is missing`;
    const start = this.#ranges[2 * name]!;
    const length = percentDecodeInto(query, start, this.#ranges[2 * name + 1]!, target);
    if (length === -1) return `${names[name]} is not percent-encoded correctly`;
    if (length !== 20) return `${names[name]} must be 20 bytes, not ${length}`;
    return undefined;
  }

  /** Undefined for anything but decimal digits. Beyond 2^53 a number nearby is good enough. */
  #number(query: Uint8Array, name: number): number | undefined {
    const start = this.#ranges[2 * name]!;
    const end = this.#ranges[2 * name + 1]!;
    if (start === end || end - start > mostDigits) return undefined;
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = query[at]! - 0x30;
      if (digit < 0 || digit > 9) return undefined;
      value = value * 10 + digit;
    }
    return value;
  }

  #readEvent(query: Uint8Array): TrackerEvent {
    if (this.#isEmpty(indexOf.event)) return 'none';
    for (const event of trackerEvents) if (this.#is(query, indexOf.event, event)) return event;
    return 'none';
  }

  #readClaims(query: Uint8Array): readonly string[] {
    let claimed: string[] | undefined;
    for (const name of claims) {
      const start = this.#ranges[2 * name]!;
      const end = this.#ranges[2 * name + 1]!;
      if (start === end) continue;
      const bytes = new Uint8Array(end - start);
      const length = percentDecodeInto(query, start, end, bytes);
      if (length < 1) continue;
      claimed ??= [];
      claimed.push(decodeLatin1(bytes, 0, length));
    }
    return claimed ?? noClaims;
  }
}

export interface RequestProblem {
  /** A sentence for the client's user. */
  readonly problem: string;
}

/** 20 bytes each, at least one. */
export function parseHttpScrape(
  query: Uint8Array,
  start = 0,
  end = query.length,
): { infoHashes: Uint8Array[] } | RequestProblem {
  const infoHashes: Uint8Array[] = [];
  for (let at = start; at < end; at++) {
    const nameStart = at;
    while (at < end && query[at] !== 0x3d && query[at] !== 0x26) at++;
    const isHash = equalsText(query, nameStart, at, names[indexOf.info_hash]!);
    const valueStart = query[at] === 0x3d ? at + 1 : at;
    while (at < end && query[at] !== 0x26) at++;
    if (!isHash) continue;
    const infoHash = new Uint8Array(20);
    if (percentDecodeInto(query, valueStart, at, infoHash) !== 20) {
      return { problem: 'info_hash must be 20 bytes' };
    }
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

/** Its index, −1 for a name that does not matter. */
function nameIn(query: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || length > longestName) return absent;
  const name = indexByShape[shapeOf(length, query[start]!, query[end - 1]!)]!;
  return name !== absent && equalsText(query, start, end, names[name]!) ? name : absent;
}

function shapeOf(length: number, first: number, last: number): number {
  return (length << 8) | ((first + last) & 0xff);
}
