/**
 * Typed access to one dictionary of a torrent, decoding a value only when it is asked for, so that
 * keys nobody reads cost nothing. Required values of a wrong type are errors that name the key;
 * optional ones that only inform are ignored.
 */

import { DecodeError } from '../base/decode-error.ts';
import { decodeUtf8, decodeUtf8Lossy } from '../base/text.ts';
import {
  type BencodeOptions,
  type BencodeSlice,
  type BencodeValue,
  decodeBencodePrefix,
  decodeDictionarySlicesPrefix,
} from './bencode.ts';

export class DictionaryFields {
  readonly bytes: Uint8Array;
  readonly slices: ReadonlyMap<string, BencodeSlice>;
  readonly #start: number;

  /** The dictionary at `start`; `slices` where its values' extents are known already. */
  constructor(bytes: Uint8Array, start: number, slices?: ReadonlyMap<string, BencodeSlice>) {
    this.bytes = bytes;
    this.#start = start;
    this.slices = slices ?? decodeDictionarySlicesPrefix(bytes, { maxDepth: 200 }, start).slices;
  }

  has(key: string): boolean {
    return this.slices.has(key);
  }

  /** Offset of the value, or of the dictionary where the key is missing: the place to name in an error. */
  offset(key: string): number {
    return this.slices.get(key)?.start ?? this.#start;
  }

  value(key: string, options: BencodeOptions = {}): BencodeValue | undefined {
    const slice = this.slices.get(key);
    return slice && decodeBencodePrefix(this.bytes, options, slice.start).value;
  }

  /** The value's first byte tells its type without decoding it. */
  isList(key: string): boolean {
    return this.has(key) && this.bytes[this.offset(key)] === 0x6c;
  }

  isDictionary(key: string): boolean {
    return this.has(key) && this.bytes[this.offset(key)] === 0x64;
  }

  integer(key: string): number | bigint {
    const value = this.#scalar(key);
    if (typeof value === 'number' || typeof value === 'bigint') return value;
    throw this.wrong(key, 'an integer');
  }

  byteString(key: string): Uint8Array {
    const value = this.#scalar(key);
    if (value instanceof Uint8Array) return value;
    throw this.wrong(key, 'a string');
  }

  optionalBytes(key: string): Uint8Array | undefined {
    const value = this.#scalar(key);
    return value instanceof Uint8Array ? value : undefined;
  }

  optionalInteger(key: string): number | undefined {
    const value = this.#scalar(key);
    return typeof value === 'number' ? value : undefined;
  }

  /** For show: the `.utf-8` variant that some programs add is preferred, invalid bytes become U+FFFD. */
  optionalText(key: string): string | undefined {
    const preferred = this.optionalBytes(`${key}.utf-8`);
    const text = preferred && decodeUtf8(preferred);
    if (text !== undefined) return text;
    const bytes = this.optionalBytes(key);
    return bytes && decodeUtf8Lossy(bytes);
  }

  wrong(key: string, wanted: string): DecodeError {
    if (!this.has(key)) {
      return new DecodeError('METAINFO_MISSING_KEY', `the key "${key}" is missing`, this.#start);
    }
    return new DecodeError('METAINFO_WRONG_TYPE', `"${key}" is not ${wanted}`, this.offset(key));
  }

  #scalar(key: string): BencodeValue | undefined {
    return this.isList(key) || this.isDictionary(key) ? undefined : this.value(key);
  }
}

/** BEP 47 `attr`, one letter an attribute in any order; unknown letters mean nothing. */
export function fileAttributes(attr: BencodeValue | undefined): {
  padding: boolean;
  executable: boolean;
  hidden: boolean;
  symlink: boolean;
} {
  const letters = attr instanceof Uint8Array ? decodeUtf8Lossy(attr.subarray(0, 64)) : '';
  return {
    padding: letters.includes('p'),
    executable: letters.includes('x'),
    hidden: letters.includes('h'),
    symlink: letters.includes('l'),
  };
}
