/**
 * One pass over bencoded bytes (BEP 3 and BEP 52, "bencoding"), building values or only stepping over
 * them. Invariants: `position` never leaves the input; nothing is allocated from a declared length
 * before the bytes are known to be there; nesting and the number of values are bounded.
 */
import { assert } from '../base/assert.ts';
import { DecodeError } from '../base/decode-error.ts';
import { decodeLatin1 } from '../base/text.ts';
import type { BencodeDictionary, BencodeOptions, BencodeValue } from './bencode.ts';

const LETTER_D = 0x64;
const LETTER_E = 0x65;
const LETTER_I = 0x69;
const LETTER_L = 0x6c;
const MINUS = 0x2d;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;

/** Longer integers are refused: no format has them, and converting decimal digits costs more than linear time. */
const maxIntegerDigits = 1000;
/** Recursion stays far from the end of any JavaScript stack. */
const maxDepthAllowed = 500;
const defaultMaxDepth = 100;
const defaultMaxNodes = 1_000_000;

export class BencodeReader {
  readonly bytes: Uint8Array;
  /** Offset of the next unread byte. */
  position: number;
  readonly #canonical: boolean;
  readonly #maxDepth: number;
  #nodesLeft: number;
  #depth = 0;

  constructor(bytes: Uint8Array, position: number, options: BencodeOptions) {
    this.bytes = bytes;
    this.position = position;
    this.#canonical = options.canonical ?? false;
    this.#maxDepth = options.maxDepth ?? defaultMaxDepth;
    this.#nodesLeft = options.maxNodes ?? defaultMaxNodes;
    assert(this.#maxDepth <= maxDepthAllowed, `maxDepth is at most ${maxDepthAllowed}`);
  }

  readValue(): BencodeValue {
    if (this.#nodesLeft-- <= 0) throw this.#error('BENCODE_NODES', 'too many values');
    const type = this.bytes[this.position];
    if (type === LETTER_I) return this.#readInteger();
    if (type === LETTER_L) return this.#readList();
    if (type === LETTER_D) return this.#readDictionary();
    if (isDigit(type)) return this.#readString();
    throw this.unexpected('a value');
  }

  /** Steps over one value, checking its syntax; duplicate keys are noticed only where they are neighbours. */
  skipValue(): void {
    const type = this.bytes[this.position];
    if (type === LETTER_I) this.#skipInteger();
    else if (type === LETTER_L) {
      this.enterList();
      while (!this.leaveAtEnd()) this.skipValue();
    } else if (type === LETTER_D) this.#skipDictionary();
    else if (isDigit(type)) this.position = this.#stringEnd();
    else throw this.unexpected('a value');
  }

  enterDictionary(): void {
    if (this.bytes[this.position] !== LETTER_D) throw this.unexpected('a dictionary');
    this.#enter();
  }

  enterList(): void {
    if (this.bytes[this.position] !== LETTER_L) throw this.unexpected('a list');
    this.#enter();
  }

  /** Whether the list or dictionary entered last ends here; its end is then consumed. */
  leaveAtEnd(): boolean {
    if (this.bytes[this.position] !== LETTER_E) return false;
    this.position++;
    this.#depth--;
    return true;
  }

  /** Reads a key. `previous` is the dictionary's key before it; order matters in canonical mode only. */
  readKey(previous: string | undefined): string {
    const start = this.position;
    if (!isDigit(this.bytes[start])) throw this.unexpected('a key (a string) or the end "e"');
    const end = this.#stringEnd();
    const key = decodeLatin1(this.bytes, this.#stringStart, end);
    this.position = end;
    if (previous !== undefined && key <= previous) this.#checkOrder(key === previous, key, start);
    return key;
  }

  duplicateKey(key: string, offset: number): DecodeError {
    return new DecodeError('BENCODE_DUPLICATE_KEY', `the key ${quote(key)} occurs twice`, offset);
  }

  /** What a person who opened the wrong file needs to know: what was expected, and what is there. */
  unexpected(wanted: string): DecodeError {
    const byte = this.bytes[this.position];
    if (byte === undefined)
      return this.#error('BENCODE_TRUNCATED', `expected ${wanted}, found the end`);
    return this.#error('BENCODE_SYNTAX', `expected ${wanted}, found ${describeByte(byte)}`);
  }

  #enter(): void {
    if (++this.#depth > this.#maxDepth) {
      throw this.#error('BENCODE_DEPTH', `nested deeper than ${this.#maxDepth} levels`);
    }
    this.position++;
  }

  #readList(): BencodeValue[] {
    this.enterList();
    const items: BencodeValue[] = [];
    while (!this.leaveAtEnd()) items.push(this.readValue());
    return items;
  }

  #readDictionary(): BencodeDictionary {
    this.enterDictionary();
    const entries: BencodeDictionary = new Map();
    let previous: string | undefined;
    while (!this.leaveAtEnd()) {
      const start = this.position;
      const key = this.readKey(previous);
      if (entries.has(key)) throw this.duplicateKey(key, start);
      entries.set(key, this.readValue());
      previous = key;
    }
    return entries;
  }

  #readString(): Uint8Array {
    const end = this.#stringEnd();
    this.position = end;
    return this.bytes.subarray(this.#stringStart, end);
  }

  /** Start of the string whose header `#stringEnd` read last. */
  #stringStart = 0;

  /** Reads the length at `position` without moving, checks that so many bytes follow, and returns their end. */
  #stringEnd(): number {
    const { bytes } = this;
    let at = this.position;
    let length = 0;
    for (let byte = bytes[at]; byte !== COLON; byte = bytes[++at]) {
      if (byte === undefined) throw this.#error('BENCODE_TRUNCATED', 'a string length is cut off');
      if (!isDigit(byte))
        throw this.#error('BENCODE_LENGTH', 'a string length holds no digit or ":"');
      length = length * 10 + (byte - ZERO);
      if (length > bytes.length)
        throw this.#error('BENCODE_TRUNCATED', 'a string is longer than the input');
    }
    if (bytes[this.position] === ZERO && at - this.position > 1) {
      throw this.#error('BENCODE_LENGTH', 'a string length has a leading zero');
    }
    this.#stringStart = at + 1;
    if (length > bytes.length - this.#stringStart) {
      throw this.#error('BENCODE_TRUNCATED', `a string of ${length} bytes is cut off`);
    }
    return this.#stringStart + length;
  }

  #skipDictionary(): void {
    this.enterDictionary();
    const { bytes } = this;
    let previousStart = -1;
    let previousEnd = -1;
    while (!this.leaveAtEnd()) {
      const offset = this.position;
      if (!isDigit(bytes[offset])) throw this.unexpected('a key (a string) or the end "e"');
      const end = this.#stringEnd();
      const start = this.#stringStart;
      if (previousStart >= 0) {
        const order = compareRanges(bytes, previousStart, previousEnd, start, end);
        if (order >= 0) this.#checkOrder(order === 0, decodeLatin1(bytes, start, end), offset);
      }
      previousStart = start;
      previousEnd = end;
      this.position = end;
      this.skipValue();
    }
  }

  #readInteger(): number | bigint {
    const start = this.position + 1;
    this.#skipInteger();
    const text = decodeLatin1(this.bytes, start, this.position - 1);
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text);
  }

  #skipInteger(): void {
    const { bytes } = this;
    const negative = bytes[this.position + 1] === MINUS;
    const start = this.position + (negative ? 2 : 1);
    let at = start;
    while (isDigit(bytes[at])) at++;
    const digits = at - start;
    if (bytes[at] === undefined) throw this.#error('BENCODE_TRUNCATED', 'an integer is cut off');
    if (bytes[at] !== LETTER_E || digits === 0) {
      throw this.#error('BENCODE_INTEGER', 'an integer is not of the form i<digits>e');
    }
    if (bytes[start] === ZERO && (negative || digits > 1)) {
      throw this.#error('BENCODE_INTEGER', 'an integer has a leading zero or is minus zero');
    }
    if (digits > maxIntegerDigits) {
      throw this.#error('BENCODE_INTEGER', `an integer has more than ${maxIntegerDigits} digits`);
    }
    this.position = at + 1;
  }

  #checkOrder(same: boolean, key: string, offset: number): void {
    if (same) throw this.duplicateKey(key, offset);
    if (this.#canonical) {
      throw new DecodeError('BENCODE_KEY_ORDER', `the key ${quote(key)} is out of order`, offset);
    }
  }

  #error(code: string, message: string): DecodeError {
    return new DecodeError(code, message, this.position);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function compareRanges(
  bytes: Uint8Array,
  aStart: number,
  aEnd: number,
  bStart: number,
  bEnd: number,
): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < shared; i++) {
    const difference = bytes[aStart + i]! - bytes[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

function describeByte(byte: number): string {
  if (byte > 0x20 && byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
  return `byte 0x${byte.toString(16).padStart(2, '0')}`;
}

/** Keys come from strangers: printable ASCII only, and not much of it. */
function quote(key: string): string {
  const shown = key.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
  return `"${shown}${key.length > 40 ? '…' : ''}"`;
}
