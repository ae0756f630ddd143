/** Against a vector of the reference implementation (veorq/SipHash, vectors.h, hsip64, 8 bytes). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HalfSipHash } from './half-sip-hash.ts';

test('the reference vector', () => {
  const hash = new HalfSipHash([0x0302_0100, 0x0706_0504]);
  hash.hash(0x0302_0100, 0x0706_0504);
  assert.deepEqual([hash.first >>> 0, hash.second >>> 0], [0x20e8_feed, 0x8c85_e4bc]);
});

test('key and either word change the result', () => {
  const seen = new Set<string>();
  for (const [key, a, b] of [
    [1, 1, 1],
    [2, 1, 1],
    [1, 2, 1],
    [1, 1, 2],
  ] as const) {
    const hash = new HalfSipHash([key, 0]);
    hash.hash(a, b);
    seen.add(`${hash.first} ${hash.second}`);
  }
  assert.equal(seen.size, 4);
});
