import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from './crc32c.ts';
import { encodeLatin1 } from './text.ts';

test('CRC-32C matches the published values', () => {
  assert.equal(crc32c(new Uint8Array(0)), 0);
  assert.equal(crc32c(encodeLatin1('123456789')), 0xe306_9283);
  // RFC 3720, B.4: 32 bytes of zeros, of ones.
  assert.equal(crc32c(new Uint8Array(32)), 0x8a91_36aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8_ab43);
});

test('CRC-32C of any length is that of its definition, bit by bit', () => {
  const bytes = Uint8Array.from({ length: 70 }, (_, i) => (i * 37 + 11) & 255);
  for (let length = 0; length <= bytes.length; length++) {
    let remainder = 0xffff_ffff;
    for (const byte of bytes.subarray(0, length)) {
      remainder ^= byte;
      for (let bit = 0; bit < 8; bit++) {
        remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f6_3b78 : remainder >>> 1;
      }
    }
    assert.equal(crc32c(bytes.subarray(0, length)), ~remainder >>> 0);
  }
});
