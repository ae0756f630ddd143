/**
 * Bencoding (BEP 3 and BEP 52, "bencoding"): bytes to values and back.
 *
 * Decoding is strict about syntax: leading zeros, minus zero, cut-off strings, repeated keys and bytes
 * after the value are errors. Keys out of order are tolerated unless `canonical` is asked for, because
 * documents in the wild have them; whoever hashes a part takes its raw bytes (`decodeDictionarySlices`).
 *
 * Decoded byte strings are views of the input, not copies.
 *
 * Codes of DecodeError: BENCODE_TRUNCATED (the input ends early), BENCODE_SYNTAX (another byte was due),
 * BENCODE_INTEGER, BENCODE_LENGTH (malformed numbers), BENCODE_DEPTH, BENCODE_NODES (limits),
 * BENCODE_DUPLICATE_KEY, BENCODE_KEY_ORDER, BENCODE_TRAILING_DATA.
 */

import { DecodeError } from '../base/decode-error.ts';
import { decodeLatin1, encodeUtf8 } from '../base/text.ts';
import { BencodeReader } from './bencode-reader.ts';

export { type BencodeInput, encodeBencode, RawBencode } from './bencode-encode.ts';

/** Integers are numbers within ±(2^53 − 1) and bigints beyond. */
export type BencodeValue = bigint | number | Uint8Array | BencodeValue[] | BencodeDictionary;

/**
 * Keys are byte strings, held as Latin-1 text: one character per byte, so that any key survives and
 * comparing texts compares bytes. ASCII keys read as themselves; for others see `bencodeKey`.
 * Iterates in the order of the document.
 */
export type BencodeDictionary = Map<string, BencodeValue>;

export interface BencodeOptions {
  /** Refuse keys that are not in strictly ascending order. Default false. */
  readonly canonical?: boolean;
  /** Levels of lists and dictionaries, at most 500. Default 100. */
  readonly maxDepth?: number;
  /** Number of values that may be built; keys are not counted. Default 1,000,000. */
  readonly maxNodes?: number;
  /** Allow line ends after the value, as text editors leave them. Default false. */
  readonly tolerateTrailingNewline?: boolean;
}

/** Where a value lies in its document: `bytes.subarray(start, end)` is its encoded form. */
export interface BencodeSlice {
  readonly start: number;
  readonly end: number;
}

/** Decodes exactly one value. Throws DecodeError. */
export function decodeBencode(bytes: Uint8Array, options: BencodeOptions = {}): BencodeValue {
  const { value, end } = decodeBencodePrefix(bytes, options);
  checkEnd(bytes, end, options);
  return value;
}

/** Decodes the value at `start` and tells where it ends; what follows is the caller's (BEP 9 puts payload there). */
export function decodeBencodePrefix(
  bytes: Uint8Array,
  options: BencodeOptions = {},
  start = 0,
): { value: BencodeValue; end: number } {
  const reader = new BencodeReader(bytes, start, options);
  const value = reader.readValue();
  return { value, end: reader.position };
}

/**
 * The raw extent of each value of the dictionary that is the whole document. The values' syntax is
 * checked, but nothing is built. Throws DecodeError.
 */
export function decodeDictionarySlices(
  bytes: Uint8Array,
  options: BencodeOptions = {},
): Map<string, BencodeSlice> {
  const { slices, end } = decodeDictionarySlicesPrefix(bytes, options);
  checkEnd(bytes, end, options);
  return slices;
}

/** As `decodeDictionarySlices`, for the dictionary that begins at `start`. */
export function decodeDictionarySlicesPrefix(
  bytes: Uint8Array,
  options: BencodeOptions = {},
  start = 0,
): { slices: Map<string, BencodeSlice>; end: number } {
  const reader = new BencodeReader(bytes, start, options);
  const slices = new Map<string, BencodeSlice>();
  reader.enterDictionary();
  let previous: string | undefined;
  while (!reader.leaveAtEnd()) {
    const keyStart = reader.position;
    const key = reader.readKey(previous);
    if (slices.has(key)) throw reader.duplicateKey(key, keyStart);
    const valueStart = reader.position;
    reader.skipValue();
    slices.set(key, { start: valueStart, end: reader.position });
    previous = key;
  }
  return { slices, end: reader.position };
}

/**
 * Decodes the items of the list at `start` one at a time, so that a long list costs no more memory
 * than its longest item. Stops early when `visit` returns false. `options.maxNodes` holds per item.
 */
export function visitBencodeList(
  bytes: Uint8Array,
  start: number,
  options: BencodeOptions,
  visit: (item: BencodeValue, itemStart: number) => boolean,
): void {
  const list = new BencodeReader(bytes, start, options);
  list.enterList();
  while (!list.leaveAtEnd()) {
    const item = decodeBencodePrefix(bytes, options, list.position);
    if (!visit(item.value, list.position)) return;
    list.position = item.end;
  }
}

/** The key of a decoded dictionary that stands for these bytes, or for this text in UTF-8. */
export function bencodeKey(key: string | Uint8Array): string {
  return decodeLatin1(typeof key === 'string' ? encodeUtf8(key) : key);
}

function checkEnd(bytes: Uint8Array, end: number, options: BencodeOptions): void {
  let at = end;
  if (options.tolerateTrailingNewline) while (bytes[at] === 0x0a || bytes[at] === 0x0d) at++;
  if (at === bytes.length) return;
  throw new DecodeError('BENCODE_TRAILING_DATA', 'the value has ended, but more bytes follow', at);
}
