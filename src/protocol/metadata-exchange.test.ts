import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeLatin1 } from '../base/text.ts';
import {
  decodeMetadataMessage,
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
  metadataPieceBytes,
} from './metadata-exchange.ts';
import { isViolation } from './violation.ts';

function decodeText(text: string) {
  return decodeMetadataMessage(encodeLatin1(text));
}

test('the examples of BEP 9', () => {
  assert.deepEqual(decodeText('d8:msg_typei0e5:piecei0ee'), { type: 'request', piece: 0 });
  assert.deepEqual(decodeText('d8:msg_typei2e5:piecei0ee'), { type: 'reject', piece: 0 });
  const payload = `d8:msg_typei1e5:piecei0e10:total_sizei3425ee${'x'.repeat(3425)}`;
  const data = decodeText(payload);
  assert.ok(!isViolation(data) && data.type === 'data');
  assert.equal(data.totalBytes, 3425);
  assert.equal(data.data.length, 3425);
  const encoded = encodeMetadataData(0, 3425, new Uint8Array(3425).fill(0x78));
  assert.equal(Buffer.from(encoded).toString('latin1'), payload);
});

test('messages survive encoding and decoding', () => {
  fc.assert(
    fc.property(fc.nat(2047), fc.integer({ min: 1, max: 16_384 }), (piece, lastBytes) => {
      assert.deepEqual(decodeMetadataMessage(encodeMetadataRequest(piece)), {
        type: 'request',
        piece,
      });
      assert.deepEqual(decodeMetadataMessage(encodeMetadataReject(piece)), {
        type: 'reject',
        piece,
      });
      const totalBytes = piece * 16_384 + lastBytes;
      const data = new Uint8Array(lastBytes).fill(5);
      const decoded = decodeMetadataMessage(encodeMetadataData(piece, totalBytes, data));
      assert.deepEqual(decoded, { type: 'data', piece, totalBytes, data });
      assert.equal(metadataPieceBytes(piece, totalBytes), lastBytes);
    }),
  );
});

test('data of the wrong size is a violation', () => {
  const refused = (piece: number, total: number, size: number) => {
    const result = decodeMetadataMessage(encodeMetadataData(piece, total, new Uint8Array(size)));
    return isViolation(result) && result.code === 'METADATA_MALFORMED';
  };
  assert.ok(!refused(1, 16_385, 1));
  assert.ok(refused(1, 16_385, 2));
  assert.ok(refused(0, 16_385, 16_383));
  assert.ok(refused(2, 16_385, 1));
  assert.ok(refused(1, 16_384, 0));
  assert.ok(refused(0, 40_000, 16_385));
});

test('data without a total is taken up to 16 KiB', () => {
  const head = 'd8:msg_typei1e5:piecei3ee';
  const data = decodeText(`${head}abc`);
  assert.ok(!isViolation(data) && data.type === 'data');
  assert.equal(data.totalBytes, undefined);
  assert.ok(isViolation(decodeText(head)));
  assert.ok(isViolation(decodeText(head + 'x'.repeat(16_385))));
});

test('unknown types are told apart from broken messages', () => {
  assert.deepEqual(decodeText('d8:msg_typei3ee'), { type: 'unknown' });
  const broken = [
    '',
    'le',
    'de',
    'd8:msg_type1:0e',
    'd8:msg_typei0ee',
    'd8:msg_typei0e5:piecei-1ee',
    'd8:msg_typei0e5:piecei2048ee',
    'd8:msg_typei0e5:piece1:0e',
    'd8:msg_typei0e5:piecei0e',
  ];
  for (const text of broken) {
    const result = decodeText(text);
    assert.ok(isViolation(result) && result.code === 'METADATA_MALFORMED', text);
  }
});

test('random and mutated messages never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(), fc.nat(255), (noise, at, value) => {
      decodeMetadataMessage(noise);
      const bytes = encodeMetadataData(0, noise.length, noise);
      bytes[at % bytes.length] = value;
      decodeMetadataMessage(bytes);
    }),
    { numRuns: 500 },
  );
});
