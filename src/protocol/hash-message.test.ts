import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeUint32 } from '../base/bytes.ts';
import {
  decodeHashes,
  decodeHashRange,
  encodeHashes,
  encodeHashRequest,
  uncleCount,
} from './hash-message.ts';
import { isViolation } from './violation.ts';

const range = fc
  .record(
    {
      piecesRoot: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      baseLayer: fc.nat(50),
      index: fc.nat(1000),
      length: fc.integer({ min: 0, max: 9 }).map((power) => 2 ** power),
      proofLayers: fc.nat(50),
    },
    { noNullPrototype: true },
  )
  .map((fields) => ({ ...fields, index: fields.index * fields.length }));

test('ranges and hashes survive encoding and decoding', () => {
  fc.assert(
    fc.property(range, (fields) => {
      assert.deepEqual(decodeHashRange(encodeHashRequest(fields).subarray(5)), fields);
      const count = fields.length + uncleCount(fields.length, fields.proofLayers);
      const hashes = new Uint8Array(32 * count).fill(3);
      const decoded = decodeHashes(encodeHashes(fields, hashes).subarray(5));
      assert.deepEqual(decoded, { range: fields, hashes });
    }),
  );
});

test('ranges that BEP 52 forbids are violations', () => {
  const valid = {
    piecesRoot: new Uint8Array(32),
    baseLayer: 1,
    index: 4,
    length: 4,
    proofLayers: 1,
  };
  const wrong = [
    { length: 0 },
    { length: 3, index: 0 },
    { length: 16_384, index: 0 },
    { index: 2 },
    { baseLayer: 51 },
    { proofLayers: 51 },
    { length: 0x8000_0000, index: 0 },
  ];
  assert.ok(!isViolation(decodeHashRange(encodeHashRequest(valid).subarray(5))));
  for (const change of wrong) {
    const decoded = decodeHashRange(encodeHashRequest({ ...valid, ...change }).subarray(5));
    assert.ok(isViolation(decoded) && decoded.code === 'HASH_MALFORMED', JSON.stringify(change));
  }
});

test('the number of hashes has to fit the range', () => {
  const fields = {
    piecesRoot: new Uint8Array(32),
    baseLayer: 0,
    index: 0,
    length: 4,
    proofLayers: 2,
  };
  const decode = (bytes: number) => {
    const payload = new Uint8Array(48 + bytes);
    payload.set(encodeHashRequest(fields).subarray(5));
    return isViolation(decodeHashes(payload));
  };
  // The parents of four hashes follow from them; their grandparent's sibling does not.
  assert.deepEqual([96, 128, 160, 192, 161].map(decode), [true, true, false, true, true]);
});

test('random payloads never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(12), (payload, length) => {
      if (payload.length >= 48) writeUint32(payload, 40, length);
      decodeHashRange(payload);
      decodeHashes(payload);
    }),
  );
});
