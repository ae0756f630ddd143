import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeStamps, encodeStamps, sameStamp } from './file-stamp.ts';

test('stamps make the round trip to the last bit', () => {
  const stamps = [
    { lengthBytes: Number.MAX_SAFE_INTEGER, mtimeMs: 1_700_000_000_123.456_8 },
    undefined,
    { lengthBytes: 0, mtimeMs: -1 },
  ];
  assert.deepEqual(decodeStamps(encodeStamps(stamps), 3), stamps);
  // The bytes may lie anywhere in a larger buffer.
  const padded = new Uint8Array(3 + 48);
  padded.set(encodeStamps(stamps), 3);
  assert.deepEqual(decodeStamps(padded.subarray(3), 3), stamps);
});

test('what is no list of that many stamps is refused', () => {
  assert.equal(decodeStamps(encodeStamps([undefined]), 2), undefined);
  assert.equal(decodeStamps('text', 0), undefined);
  assert.equal(decodeStamps(undefined, 0), undefined);
  const tooLong = encodeStamps([undefined]);
  tooLong[7] = 0;
  assert.equal(decodeStamps(tooLong, 1), undefined);
  const notANumber = encodeStamps([{ lengthBytes: 1, mtimeMs: Number.NaN }]);
  assert.equal(decodeStamps(notANumber, 1), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      for (const stamp of decodeStamps(bytes, 2) ?? []) {
        if (stamp !== undefined) assert.ok(Number.isSafeInteger(stamp.lengthBytes));
      }
    }),
  );
});

test('a stamp is the same only if both halves are', () => {
  const stamp = { lengthBytes: 1, mtimeMs: 2 };
  assert.ok(sameStamp(stamp, { ...stamp }));
  assert.ok(sameStamp(undefined, undefined));
  assert.ok(!sameStamp(stamp, { ...stamp, lengthBytes: 2 }));
  assert.ok(!sameStamp(stamp, { ...stamp, mtimeMs: 2.000_001 }));
  assert.ok(!sameStamp(stamp, undefined));
});
