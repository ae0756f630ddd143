/** CRC-32C (Castagnoli), reflected, as iSCSI and BEP 40 use it; unsigned 32 bits. */

const REFLECTED_POLYNOMIAL = 0x82f6_3b78;

/** Four tables of 256: what a byte does to the remainder when 0, 1, 2 or 3 further bytes follow it. */
const table = makeTable();

function makeTable(): Int32Array {
  const entries = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 32; bit++) {
      remainder =
        (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ REFLECTED_POLYNOMIAL;
      if ((bit & 7) === 7) entries[256 * (bit >>> 3) + byte] = remainder;
    }
  }
  return entries;
}

export function crc32c(bytes: Uint8Array): number {
  const { length } = bytes;
  let remainder = -1;
  let at = 0;
  // Four bytes at a time, whose look-ups do not wait for each other.
  for (; at + 4 <= length; at += 4) {
    remainder ^=
      bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    remainder =
      table[768 + (remainder & 0xff)]! ^
      table[512 + ((remainder >>> 8) & 0xff)]! ^
      table[256 + ((remainder >>> 16) & 0xff)]! ^
      table[remainder >>> 24]!;
  }
  for (; at < length; at++) {
    remainder = table[(remainder ^ bytes[at]!) & 0xff]! ^ (remainder >>> 8);
  }
  return ~remainder >>> 0;
}
