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
