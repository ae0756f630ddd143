/**
 * The head of an HTTP request (RFC 9112, 2 to 6), scanned in one pass over the raw bytes, in as many
 * steps as they arrive in: request line, and of the fields those that decide about the connection.
 * Nothing is copied; what is found is told as offsets.
 *
 * Invariants: the outcome depends on the bytes, never on how they were split; no byte is looked at
 * twice but in the values that matter; no more than `maxHeadBytes` are looked at. Whatever two
 * programs could read differently is malformed: bare line feeds, folded lines, control characters,
 * spaces before a colon.
 */
import { byteSet, equalsLowerCase, equalsText, isBlank, listHas } from './ascii-bytes.ts';

export const maxHeadBytes = 16 * 1024;

export type HeadState = 'incomplete' | 'complete' | 'malformed' | 'too-long';

/** What the next byte belongs to. */
const step = {
  start: 0,
  method: 1,
  target: 2,
  version: 3,
  lineFeed: 4,
  lineStart: 5,
  name: 6,
  value: 7,
  lastLineFeed: 8,
  complete: 9,
  malformed: 10,
} as const;
type Step = (typeof step)[keyof typeof step];

const isToken = byteSet("!#$%&'*+-.^_`|~", [0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]);
/** Raw bytes above ASCII are no URL, but clients send info-hashes so. */
const isTarget = byteSet('', [0x21, 0x7e], [0x80, 0xff]);
const isValue = byteSet('\t', [0x20, 0x7e], [0x80, 0xff]);

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const space = 0x20;

/** Fields that matter here; all names have different lengths. */
const fieldNames = [
  'expect',
  'upgrade',
  'connection',
  'content-length',
  'x-forwarded-for',
  'transfer-encoding',
] as const;
type FieldName = (typeof fieldNames)[number];
const fieldByLength: readonly (FieldName | undefined)[] = Array.from({ length: 18 }, (_, length) =>
  fieldNames.find((name) => name.length === length),
);

export class HttpRequestHead {
  /** Of the head as far as it is scanned, the empty line included. All offsets are from its first byte. */
  length = 0;
  method: 'GET' | 'HEAD' | 'other' = 'other';
  targetStart = 0;
  targetEnd = 0;
  minorVersion: 0 | 1 = 1;
  /** Whether the client wants the connection for further requests. */
  keepsAlive = true;
  /** A body follows, or may follow. */
  hasBody = false;
  wantsUpgrade = false;
  /** `Expect` with anything but `100-continue`. */
  hasUnknownExpectation = false;
  /** Start and end of each value of X-Forwarded-For. */
  readonly forwardedFor: number[] = [];
  #step: Step = step.start;
  #partStart = 0;
  #field: FieldName | undefined;
  #saysClose = false;

  /** Makes it ready for the next request. */
  reset(): void {
    this.length = 0;
    this.method = 'other';
    this.targetStart = 0;
    this.targetEnd = 0;
    this.minorVersion = 1;
    this.keepsAlive = true;
    this.hasBody = false;
    this.wantsUpgrade = false;
    this.hasUnknownExpectation = false;
    if (this.forwardedFor.length > 0) this.forwardedFor.length = 0;
    this.#step = step.start;
    this.#field = undefined;
    this.#saysClose = false;
  }

  /**
   * Goes on in `bytes` from `start`, where the head begins, to `end`, past which nothing has arrived.
   * Between two calls the head may move to another place.
   */
  scan(bytes: Uint8Array, start: number, end: number): HeadState {
    const limit = Math.min(end, start + maxHeadBytes);
    let at = start + this.length;
    while (at < limit && this.#step < step.complete) at = this.#advance(bytes, start, at, limit);
    this.length = at - start;
    if (this.#step === step.complete) return 'complete';
    if (this.#step === step.malformed) return 'malformed';
    return this.length >= maxHeadBytes ? 'too-long' : 'incomplete';
  }

  /** Past the last byte that belongs to the present step, or to `limit`. */
  #advance(bytes: Uint8Array, start: number, at: number, limit: number): number {
    switch (this.#step) {
      case step.start:
        return this.#skipEmptyLines(bytes, start, at, limit);
      case step.method:
        return this.#readMethod(bytes, start, at, limit);
      case step.target:
        return this.#readTarget(bytes, start, at, limit);
      case step.version:
        return this.#readVersion(bytes, start, at, limit);
      case step.lineFeed:
        return this.#expectByte(bytes, at, lineFeed, step.lineStart);
      case step.lineStart:
        return this.#startLine(bytes, start, at);
      case step.name:
        return this.#readName(bytes, start, at, limit);
      case step.value:
        return this.#readValue(bytes, start, at, limit);
      default:
        return this.#expectByte(bytes, at, lineFeed, step.complete);
    }
  }

  /** RFC 9112, 2.2: some clients send an empty line after a body. */
  #skipEmptyLines(bytes: Uint8Array, start: number, from: number, limit: number): number {
    let at = from;
    while (at < limit && (bytes[at] === carriageReturn || bytes[at] === lineFeed)) at++;
    if (at < limit) this.#begin(step.method, at - start);
    return at;
  }

  #readMethod(bytes: Uint8Array, start: number, from: number, limit: number): number {
    let at = from;
    while (at < limit && isToken[bytes[at]!] === 1) at++;
    if (at === limit) return at;
    const first = start + this.#partStart;
    if (bytes[at] !== space || at === first) return this.#refuse(at);
    if (equalsText(bytes, first, at, 'GET')) this.method = 'GET';
    else if (equalsText(bytes, first, at, 'HEAD')) this.method = 'HEAD';
    this.targetStart = at + 1 - start;
    this.#begin(step.target, this.targetStart);
    return at + 1;
  }

  #readTarget(bytes: Uint8Array, start: number, from: number, limit: number): number {
    let at = from;
    while (at < limit && isTarget[bytes[at]!] === 1) at++;
    if (at === limit) return at;
    this.targetEnd = at - start;
    if (bytes[at] !== space || this.targetEnd === this.targetStart) return this.#refuse(at);
    this.#begin(step.version, at + 1 - start);
    return at + 1;
  }

  #readVersion(bytes: Uint8Array, start: number, from: number, limit: number): number {
    let at = from;
    while (at < limit && isTarget[bytes[at]!] === 1) at++;
    if (at === limit) return at;
    const first = start + this.#partStart;
    const is10 = equalsText(bytes, first, at, 'HTTP/1.0');
    if (bytes[at] !== carriageReturn || !(is10 || equalsText(bytes, first, at, 'HTTP/1.1'))) {
      return this.#refuse(at);
    }
    this.minorVersion = is10 ? 0 : 1;
    this.keepsAlive = !is10;
    this.#begin(step.lineFeed, 0);
    return at + 1;
  }

  #startLine(bytes: Uint8Array, start: number, at: number): number {
    if (bytes[at] === carriageReturn) {
      this.#begin(step.lastLineFeed, 0);
      return at + 1;
    }
    this.#begin(step.name, at - start);
    return at;
  }

  #readName(bytes: Uint8Array, start: number, from: number, limit: number): number {
    let at = from;
    while (at < limit && isToken[bytes[at]!] === 1) at++;
    if (at === limit) return at;
    const first = start + this.#partStart;
    if (bytes[at] !== 0x3a || at === first) return this.#refuse(at);
    const field = fieldByLength[at - first];
    const isKnown = field !== undefined && equalsLowerCase(bytes, first, at, field);
    this.#field = isKnown ? field : undefined;
    this.#begin(step.value, at + 1 - start);
    return at + 1;
  }

  #readValue(bytes: Uint8Array, start: number, from: number, limit: number): number {
    let at = from;
    while (at < limit && isValue[bytes[at]!] === 1) at++;
    if (at === limit) return at;
    if (bytes[at] !== carriageReturn) return this.#refuse(at);
    if (this.#field !== undefined) {
      let first = start + this.#partStart;
      let last = at;
      while (first < last && isBlank(bytes[first])) first++;
      while (first < last && isBlank(bytes[last - 1])) last--;
      this.#takeField(this.#field, bytes, start, first, last);
    }
    this.#begin(step.lineFeed, 0);
    return at + 1;
  }

  #takeField(
    field: FieldName,
    bytes: Uint8Array,
    start: number,
    first: number,
    last: number,
  ): void {
    switch (field) {
      case 'connection':
        if (listHas(bytes, first, last, 'close')) this.#saysClose = true;
        if (listHas(bytes, first, last, 'keep-alive')) this.keepsAlive = true;
        if (this.#saysClose) this.keepsAlive = false;
        break;
      case 'content-length':
        if (!equalsText(bytes, first, last, '0')) this.hasBody = true;
        break;
      case 'transfer-encoding':
        this.hasBody = true;
        break;
      case 'upgrade':
        this.wantsUpgrade = true;
        break;
      case 'expect':
        if (!equalsLowerCase(bytes, first, last, '100-continue')) this.hasUnknownExpectation = true;
        break;
      default:
        this.forwardedFor.push(first - start, last - start);
    }
  }

  #expectByte(bytes: Uint8Array, at: number, byte: number, next: Step): number {
    if (bytes[at] !== byte) return this.#refuse(at);
    this.#step = next;
    return at + 1;
  }

  #begin(next: Step, partStart: number): void {
    this.#step = next;
    this.#partStart = partStart;
  }

  #refuse(at: number): number {
    this.#step = step.malformed;
    return at;
  }
}
