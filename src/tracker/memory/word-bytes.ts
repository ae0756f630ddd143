/** Bytes of requests and answers to words and back, first byte highest. */
import { readUint32, writeUint32 } from '../../base/bytes.ts';

/** As many words as `into` has, from the beginning of `bytes`; what `bytes` lacks is 0. */
export function loadWords(bytes: Uint8Array, into: Int32Array): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = 4 * i + 4 <= bytes.length ? readUint32(bytes, 4 * i) : 0;
  }
}

/** A copy of `count` words from `at` on as bytes. */
export function wordBytes(words: Int32Array, at: number, count: number): Uint8Array {
  const bytes = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) writeUint32(bytes, 4 * i, words[at + i]!);
  return bytes;
}
