/** Bytes of requests and answers to words and back, first byte highest. */
import { readUint32, writeUint32 } from '../../base/bytes.ts';

/** As many words as `into` has, from the beginning of `bytes`; what `bytes` lacks is 0. */
export function loadWords(bytes: Uint8Array, into: Int32Array): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = 4 * i + 4 <= bytes.length ? readUint32(bytes, 4 * i) : 0;
  }
}

/** As `loadWords` for the five words that an info-hash and a peer id have; `bytes` has 20 bytes. */
export function loadFiveWords(bytes: Uint8Array, into: Int32Array): void {
  into[0] = (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
  into[1] = (bytes[4]! << 24) | (bytes[5]! << 16) | (bytes[6]! << 8) | bytes[7]!;
  into[2] = (bytes[8]! << 24) | (bytes[9]! << 16) | (bytes[10]! << 8) | bytes[11]!;
  into[3] = (bytes[12]! << 24) | (bytes[13]! << 16) | (bytes[14]! << 8) | bytes[15]!;
  into[4] = (bytes[16]! << 24) | (bytes[17]! << 16) | (bytes[18]! << 8) | bytes[19]!;
}

/** A copy of `count` words from `at` on as bytes. */
export function wordBytes(words: Int32Array, at: number, count: number): Uint8Array {
  const bytes = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) writeUint32(bytes, 4 * i, words[at + i]!);
  return bytes;
}
