/** Connection ids: who may use one, for how long, and what a change of key does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConnectionIds, type KeyedHash } from './connection-id.ts';

/** Mixes well enough for a test; the real one is an HMAC. */
function keyedHash(key: number): KeyedHash {
  return {
    digest: (message) => {
      const digest = new Uint8Array(20);
      let state = key;
      for (let i = 0; i < 60; i++) {
        state = Math.imul(state ^ message[i % message.length]!, 0x0100_0193) ^ (state >>> 13);
        digest[i % 20] = state >>> 11;
      }
      return digest;
    },
  };
}

const address = Uint8Array.of(192, 0, 2, 1);
const startMs = 1_000_000;

test('an id is accepted for two minutes and not longer', () => {
  const ids = new ConnectionIds(keyedHash(1));
  const id = ids.issue(address, startMs);
  for (const ageMs of [0, 1000, 60_000, 120_000]) {
    assert.ok(ids.accepts(id, address, startMs + ageMs), `after ${ageMs} ms`);
  }
  // 256 s is when the second in the id comes round again.
  for (const ageMs of [-1000, 121_000, 200_000, 256_000, 300_000, 3_600_000]) {
    assert.ok(!ids.accepts(id, address, startMs + ageMs), `after ${ageMs} ms`);
  }
});

test('an id is worth nothing from another address or with another key', () => {
  const ids = new ConnectionIds(keyedHash(1));
  const id = ids.issue(address, startMs);
  assert.ok(!ids.accepts(id, Uint8Array.of(192, 0, 2, 2), startMs));
  assert.ok(!ids.accepts(id, new Uint8Array(16), startMs));
  assert.ok(!new ConnectionIds(keyedHash(2)).accepts(id, address, startMs));
  assert.ok(new ConnectionIds(keyedHash(1)).accepts(id, address, startMs));
});

test('guessed ids, the constant of the protocol among them, are refused', () => {
  const ids = new ConnectionIds(keyedHash(7));
  assert.ok(!ids.accepts(0x417_2710_1980n, address, startMs));
  const guess = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
  fc.assert(fc.property(guess, (id) => !ids.accepts(id, address, startMs)));
});

test('ids outlive one change of key, and not two', () => {
  const ids = new ConnectionIds(keyedHash(1));
  const id = ids.issue(address, startMs);
  ids.rotate(keyedHash(2), startMs);
  assert.ok(ids.accepts(id, address, startMs + 60_000));
  assert.ok(ids.accepts(ids.issue(address, startMs), address, startMs));
  ids.rotate(keyedHash(3), startMs + 60_000);
  assert.ok(!ids.accepts(id, address, startMs + 60_000));
});
