/**
 * Writing bencoding (BEP 3, "bencoding"). The output is canonical: keys are in ascending order of
 * their bytes, integers without leading zeros.
 */
import { assert } from '../base/assert.ts';
import { concatBytes } from '../base/bytes.ts';
import { encodeLatin1, encodeUtf8 } from '../base/text.ts';

/**
 * What can be encoded. Text becomes UTF-8. Numbers must be safe integers. Map keys are Latin-1 text,
 * one character per byte, as decoding yields them. `RawBencode` is written as it is.
 */
export type BencodeInput =
  | bigint
  | number
  | string
  | Uint8Array
  | RawBencode
  | readonly BencodeInput[]
  | ReadonlyMap<string, BencodeInput>;

/** An already encoded value, kept byte for byte: the way to carry an info dictionary whose hash must not change. */
export class RawBencode {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

export function encodeBencode(value: BencodeInput): Uint8Array {
  const parts: Uint8Array[] = [];
  append(parts, value);
  return concatBytes(parts);
}

const listStart = encodeLatin1('l');
const dictionaryStart = encodeLatin1('d');
const end = encodeLatin1('e');

function append(parts: Uint8Array[], value: BencodeInput): void {
  if (value instanceof Uint8Array) {
    parts.push(encodeLatin1(`${value.length}:`), value);
  } else if (typeof value === 'string') {
    const bytes = encodeUtf8(value);
    parts.push(encodeLatin1(`${bytes.length}:`), bytes);
  } else if (typeof value === 'number' || typeof value === 'bigint') {
    assert(typeof value === 'bigint' || Number.isSafeInteger(value), `${value} is no safe integer`);
    parts.push(encodeLatin1(`i${value}e`));
  } else if (value instanceof RawBencode) {
    parts.push(value.bytes);
  } else if (isMap(value)) {
    appendDictionary(parts, value);
  } else {
    parts.push(listStart);
    for (const item of value) append(parts, item);
    parts.push(end);
  }
}

function appendDictionary(parts: Uint8Array[], entries: ReadonlyMap<string, BencodeInput>): void {
  parts.push(dictionaryStart);
  // The default order compares UTF-16 units, which for Latin-1 text are the bytes.
  for (const key of [...entries.keys()].sort()) {
    for (let i = 0; i < key.length; i++) {
      assert(key.charCodeAt(i) <= 0xff, `the key ${key} is no Latin-1 text; see bencodeKey`);
    }
    parts.push(encodeLatin1(`${key.length}:${key}`));
    append(parts, entries.get(key)!);
  }
  parts.push(end);
}

function isMap(
  value: readonly BencodeInput[] | ReadonlyMap<string, BencodeInput>,
): value is ReadonlyMap<string, BencodeInput> {
  return value instanceof Map;
}
