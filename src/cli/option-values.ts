/**
 * What people write behind a flag, as values. Each parser throws commander's InvalidArgumentError
 * with a sentence on what is possible; commander puts the flag and the value before it.
 */
import { InvalidArgumentError } from 'commander';
import { nearestName } from './nearest-name.ts';

export function parsePort(text: string): number {
  const port = wholeNumber(text);
  if (port === undefined || port > 65_535) {
    throw new InvalidArgumentError('A port is a number from 0 to 65535; 0 takes any free one.');
  }
  return port;
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  kib: 2 ** 10,
  m: 2 ** 20,
  mib: 2 ** 20,
  g: 2 ** 30,
  gib: 2 ** 30,
  t: 2 ** 40,
  tib: 2 ** 40,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
};

/** Bytes per second: `2MiB`, `500k`, `1.5 MB/s`, `800000`. */
export function parseRate(text: string): number {
  const bytes = bytesOf(text.replace(/\/s$/i, ''));
  if (bytes === undefined || bytes < 1) {
    throw new InvalidArgumentError(
      'Write a rate as 2MiB, 500KiB or bytes per second; leave it out for no limit.',
    );
  }
  return Math.round(bytes);
}

/** `512MiB`, `2g`, `1000000`. */
export function parseBytes(text: string): number {
  const bytes = bytesOf(text);
  if (bytes === undefined || bytes < 1) {
    throw new InvalidArgumentError('Write a size as 512MiB, 2GiB or a number of bytes.');
  }
  return Math.round(bytes);
}

/** 0 or more. */
export function parseCount(text: string): number {
  const count = wholeNumber(text);
  if (count === undefined) throw new InvalidArgumentError('It is a whole number.');
  return count;
}

const timeUnits: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
};

/** Milliseconds: `90`, `90s`, `10min`, `2h`, `1d`; seconds without a unit. */
export function parseTime(text: string): number {
  const match = /^(\d{1,15}(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = timeUnits[match?.[2]?.toLowerCase() ?? 'none'];
  if (match === null || unit === undefined) {
    throw new InvalidArgumentError('Write a time as 90s, 10min, 2h or 1d.');
  }
  return Math.round(Number(match[1]) * unit * 1000);
}

export function parseRatio(text: string): number {
  const ratio = /^\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(ratio)) {
    throw new InvalidArgumentError('Write a ratio as 1.5: uploaded bytes over the size.');
  }
  return ratio;
}

export const smallestPiece = 2 ** 14;
export const largestPiece = 2 ** 30;

/** Bytes: `256KiB`, `262144`, an exponent of two as mktorrent takes it (18), or `auto`. */
export function parsePieceLength(text: string): number | 'auto' {
  if (text.toLowerCase() === 'auto') return 'auto';
  const number = bytesOf(text);
  const bytes = number !== undefined && number <= 40 && /^\d+$/.test(text) ? 2 ** number : number;
  if (bytes === undefined || bytes < smallestPiece || bytes > largestPiece) {
    throw new InvalidArgumentError(
      'A piece has 16KiB to 1GiB; write 256KiB, 18 for 2 to the power of 18, or auto.',
    );
  }
  if (!Number.isInteger(Math.log2(bytes))) {
    const below = 2 ** Math.floor(Math.log2(bytes));
    throw new InvalidArgumentError(
      `A piece length is a power of two; the nearest are ${below} and ${below * 2} bytes.`,
    );
  }
  return bytes;
}

const trackerSchemes = ['http', 'https', 'udp'];

/** One tier: a URL, or several separated by commas. */
export function parseTier(text: string): string[] {
  const urls = text.split(',').map((url) => url.trim());
  for (const url of urls) requireUrl(url, trackerSchemes, 'http://tracker.example:6969/announce');
  return urls;
}

/** A single announce URL, or the address of the tracker's page. */
export function parseTrackerUrl(text: string): string {
  requireUrl(text, trackerSchemes, 'http://10.0.0.5:6969/announce');
  return text;
}

export function parseWebUrl(text: string): string {
  requireUrl(text, ['http', 'https'], 'https://files.example/holiday/');
  return text;
}

/** Where a daemon answers. */
export function parseDaemonUrl(text: string): string {
  requireUrl(text, ['http', 'https'], 'http://10.0.0.5:6880');
  return text;
}

/** A file or folder name: one component of a path. */
export function parseName(text: string): string {
  if (text === '' || text === '.' || text === '..' || /[/\0]/.test(text)) {
    throw new InvalidArgumentError('A name is a single file or folder name, without slashes.');
  }
  return text;
}

export interface Repeated<T> {
  (text: string, before?: T[]): T[];
  /** Tells that a list of values is possible, for a file of settings. */
  readonly repeatable: true;
}

/** For a flag that may be given several times; later ones follow earlier ones. */
export function repeated<T>(parse: (text: string) => T): Repeated<T> {
  const append = (text: string, before: T[] = []): T[] => [...before, parse(text)];
  return Object.assign(append, { repeatable: true as const });
}

/** Whether `parse` was made by `repeated`. */
export function isRepeated(parse: unknown): boolean {
  return typeof parse === 'function' && 'repeatable' in parse;
}

/** One of a few words. */
export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  const choose = (text: string): T => {
    const choice = choices.find((known) => known === text);
    if (choice !== undefined) return choice;
    const nearest = nearestName(text, choices);
    const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    throw new InvalidArgumentError(`It can be ${choices.join(', ')}.${guess}`);
  };
  return Object.assign(choose, { choices });
}

/** The words of a parser that `oneOf` made; undefined for any other. */
export function wordsOf(parse: unknown): readonly string[] | undefined {
  if (typeof parse !== 'function' || !('choices' in parse)) return undefined;
  return Array.isArray(parse.choices) ? parse.choices.map(String) : undefined;
}

export interface PeerAddress {
  /** A name or a numeric address. */
  readonly host: string;
  readonly port: number;
}

/** `10.0.0.7:6881`, `box.local:6881`, `[::1]:6881`. */
export function parsePeer(text: string): PeerAddress {
  const match = /^(?:\[([0-9a-f:.%\w]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new InvalidArgumentError('Write a peer as HOST:PORT, an IPv6 address as [::1]:6881.');
  }
  return { host, port };
}

function requireUrl(text: string, schemes: readonly string[], example: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && schemes.includes(scheme) && URL.canParse(text)) return;
  const nearest = scheme === undefined ? undefined : nearestName(scheme, schemes);
  const guess =
    nearest === undefined || nearest === scheme
      ? ''
      : ` Did you mean ${nearest} instead of ${scheme}?`;
  throw new InvalidArgumentError(`Write a URL such as ${example}.${guess}`);
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function bytesOf(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = byteUnits[match?.[2]?.toLowerCase() ?? 'none'];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}
