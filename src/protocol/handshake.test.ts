import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeHandshake, encodeHandshake, handshakePrefixViolation } from './handshake.ts';
import { isViolation } from './violation.ts';

const twenty = fc.uint8Array({ minLength: 20, maxLength: 20 });
const features = fc.record(
  { fast: fc.boolean(), extension: fc.boolean(), dht: fc.boolean(), v2: fc.boolean() },
  { noNullPrototype: true },
);

test('a handshake survives encoding and decoding', () => {
  fc.assert(
    fc.property(twenty, twenty, features, (infoHash, peerId, reserved) => {
      const decoded = decodeHandshake(encodeHandshake({ infoHash, peerId, reserved }));
      assert.ok(!isViolation(decoded));
      const { fast, extension, dht, v2 } = decoded;
      assert.deepEqual({ fast, extension, dht, v2 }, reserved);
      assert.deepEqual(decoded.infoHashBytes, infoHash);
      assert.deepEqual(decoded.peerIdBytes, peerId);
    }),
  );
});

test('the reserved bits are where the BEPs put them', () => {
  const reserved = { fast: true, extension: true, dht: true, v2: true };
  const ids = { infoHash: new Uint8Array(20), peerId: new Uint8Array(20) };
  const bytes = encodeHandshake({ ...ids, reserved });
  assert.deepEqual([...bytes.subarray(20, 28)], [0, 0, 0, 0, 0, 0x10, 0, 0x15]);
});

test('what is decoded does not refer to the input', () => {
  const reserved = { fast: false, extension: false, dht: false, v2: false };
  const bytes = encodeHandshake({
    infoHash: new Uint8Array(20).fill(1),
    peerId: new Uint8Array(20).fill(2),
    reserved,
  });
  const decoded = decodeHandshake(Buffer.from(bytes.buffer));
  bytes.fill(0xff);
  assert.ok(!isViolation(decoded));
  assert.equal(decoded.infoHashBytes[0], 1);
  assert.equal(decoded.peerId, '02'.repeat(20));
});

test('a foreign stream is refused at its first wrong byte', () => {
  const valid = Buffer.from('\x13BitTorrent protocol', 'latin1');
  for (let length = 0; length <= valid.length; length++) {
    assert.equal(handshakePrefixViolation(valid.subarray(0, length)), undefined);
  }
  for (let i = 0; i < valid.length; i++) {
    const wrong = Uint8Array.from(valid.subarray(0, i + 1));
    wrong[i]! ^= 0x20;
    assert.equal(handshakePrefixViolation(wrong)?.code, 'HANDSHAKE_NOT_BITTORRENT');
  }
  const http = decodeHandshake(Buffer.from('GET / HTTP/1.1\r\n'));
  assert.ok(isViolation(http) && http.code === 'HANDSHAKE_NOT_BITTORRENT');
});

test('a handshake cut short is a violation', () => {
  const valid = Buffer.from(`\x13BitTorrent protocol${'\0'.repeat(47)}`, 'latin1');
  const decoded = decodeHandshake(valid);
  assert.ok(isViolation(decoded) && decoded.code === 'HANDSHAKE_TRUNCATED');
});
