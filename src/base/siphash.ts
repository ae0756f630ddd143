/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of short messages that nobody can compute or
 * predict without its 128-bit key. In 32-bit arithmetic, without big integers and without allocation.
 */

/** The 16 bytes of a key as four little-endian words, signed or unsigned. */
export type SipKey = readonly [number, number, number, number];

export class SipHash {
  readonly #key: Int32Array;
  /** Of the last message: the halves of the 64-bit result, signed 32 bits each. */
  low = 0;
  high = 0;

  constructor(key: SipKey) {
    this.#key = Int32Array.from(key);
  }

  /** Hashes the first `length` bytes of `message`, at most 2^31; the result is in `low` and `high`. */
  hash(message: Uint8Array, length = message.length): void {
    const key = this.#key;
    let v0Low = key[0]! ^ 0x7073_6575;
    let v0High = key[1]! ^ 0x736f_6d65;
    let v1Low = key[2]! ^ 0x6e64_6f6d;
    let v1High = key[3]! ^ 0x646f_7261;
    let v2Low = key[0]! ^ 0x6e65_7261;
    let v2High = key[1]! ^ 0x6c79_6765;
    let v3Low = key[2]! ^ 0x7974_6573;
    let v3High = key[3]! ^ 0x7465_6462;
    const blocks = length >>> 3;
    // Whole blocks, the last one with the length in its highest byte, then the finish.
    for (let block = 0; block <= blocks + 1; block++) {
      const isFinish = block > blocks;
      let wordLow = 0;
      let wordHigh = 0;
      if (isFinish) {
        v2Low ^= 0xff;
      } else {
        wordLow = wordAt(message, block * 8, length);
        wordHigh = wordAt(message, block * 8 + 4, length);
        if (block === blocks) wordHigh |= length << 24;
        v3Low ^= wordLow;
        v3High ^= wordHigh;
      }
      for (let round = isFinish ? 4 : 2; round > 0; round--) {
        let low = (v0Low + v1Low) | 0;
        v0High = (v0High + v1High + (low >>> 0 < v1Low >>> 0 ? 1 : 0)) | 0;
        v0Low = v0High;
        v0High = low;
        low = (v1Low << 13) | (v1High >>> 19);
        v1High = ((v1High << 13) | (v1Low >>> 19)) ^ v0Low;
        v1Low = low ^ v0High;
        low = (v2Low + v3Low) | 0;
        v2High = (v2High + v3High + (low >>> 0 < v3Low >>> 0 ? 1 : 0)) | 0;
        v2Low = low;
        low = (v3Low << 16) | (v3High >>> 16);
        v3High = ((v3High << 16) | (v3Low >>> 16)) ^ v2High;
        v3Low = low ^ v2Low;
        low = (v0Low + v3Low) | 0;
        v0High = (v0High + v3High + (low >>> 0 < v3Low >>> 0 ? 1 : 0)) | 0;
        v0Low = low;
        low = (v3Low << 21) | (v3High >>> 11);
        v3High = ((v3High << 21) | (v3Low >>> 11)) ^ v0High;
        v3Low = low ^ v0Low;
        low = (v2Low + v1Low) | 0;
        v2High = (v2High + v1High + (low >>> 0 < v1Low >>> 0 ? 1 : 0)) | 0;
        v2Low = v2High;
        v2High = low;
        low = (v1Low << 17) | (v1High >>> 15);
        v1High = ((v1High << 17) | (v1Low >>> 15)) ^ v2Low;
        v1Low = low ^ v2High;
      }
      v0Low ^= wordLow;
      v0High ^= wordHigh;
    }
    this.low = v0Low ^ v1Low ^ v2Low ^ v3Low;
    this.high = v0High ^ v1High ^ v2High ^ v3High;
  }
}

/** Four bytes of the message, little-endian; zeros past its end. */
function wordAt(message: Uint8Array, at: number, length: number): number {
  if (at + 4 <= length) {
    return (
      message[at]! | (message[at + 1]! << 8) | (message[at + 2]! << 16) | (message[at + 3]! << 24)
    );
  }
  let word = 0;
  for (let i = at; i < length; i++) word |= message[i]! << (8 * (i - at));
  return word;
}
