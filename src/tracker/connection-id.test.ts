/** Connection ids: who may use one, for how long, and what a change of key does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readUint32 } from '../base/bytes.ts';
import { ConnectionIds, keyOfHour } from './connection-id.ts';

const secret = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const address = Uint8Array.of(192, 0, 2, 1);
const ipv6 = Uint8Array.from({ length: 16 }, (_, i) => 0x20 + i);
/** A second in the middle of an hour. */
const start = 3600 * 497_000 + 1800;

function issue(ids: ConnectionIds, to: Uint8Array, second: number): [number, number] {
  const packet = new Uint8Array(16);
  ids.issue(to, second, packet, 8);
  return [readUint32(packet, 8), readUint32(packet, 12)];
}

test('an id is accepted for two minutes and not longer', () => {
  const ids = new ConnectionIds(secret(1));
  for (const to of [address, ipv6]) {
    const [high, low] = issue(ids, to, start);
    for (const age of [0, 1, 60, 120]) {
      assert.ok(ids.accepts(high, low, to, start + age), `after ${age} s`);
    }
    // After 256 s the second in the id comes round again.
    for (const age of [-9, 121, 200, 247, 256, 300, 3600, 1 << 24]) {
      assert.ok(!ids.accepts(high, low, to, start + age), `after ${age} s`);
    }
  }
});

test('a machine whose clock is a little behind accepts it too', () => {
  const [high, low] = issue(new ConnectionIds(secret(1)), address, start);
  assert.ok(new ConnectionIds(secret(1)).accepts(high, low, address, start - 8));
});

test('an id is worth nothing from another address or with another secret', () => {
  const ids = new ConnectionIds(secret(1));
  const [high, low] = issue(ids, address, start);
  assert.ok(!ids.accepts(high, low, Uint8Array.of(192, 0, 2, 2), start));
  assert.ok(!ids.accepts(high, low, new Uint8Array(16), start));
  assert.ok(!ids.accepts(high, low, ipv6, start));
  const other = secret(1);
  other[31] = 2;
  assert.ok(!new ConnectionIds(other).accepts(high, low, address, start));
  assert.ok(new ConnectionIds(secret(1)).accepts(high | 0, low | 0, address, start));
});

test('guessed ids are refused', () => {
  const ids = new ConnectionIds(secret(7));
  const [issuedHigh, issuedLow] = issue(ids, address, start);
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(fc.property(word, word, (high, low) => !ids.accepts(high, low, address, start)));
  for (let bit = 0; bit < 32; bit++) {
    assert.ok(!ids.accepts(issuedHigh ^ (1 << bit), issuedLow, address, start));
    assert.ok(!ids.accepts(issuedHigh, issuedLow ^ (1 << bit), address, start));
  }
});

test('the constant of the protocol is refused at every second of its byte', () => {
  const ids = new ConnectionIds(secret(7));
  for (let second = start; second < start + 256; second++) {
    assert.ok(!ids.accepts(0x417, 0x2710_1980, address, second));
  }
});

test('ids outlive the change of the hour, forwards and back', () => {
  const ids = new ConnectionIds(secret(1));
  const hourEnd = Math.ceil(start / 3600) * 3600;
  const last = issue(ids, address, hourEnd - 1);
  const first = issue(ids, address, hourEnd);
  for (const [high, low] of [last, first, last]) {
    assert.ok(ids.accepts(high, low, address, hourEnd - 1));
    assert.ok(ids.accepts(high, low, address, hourEnd + 100));
  }
});

test('each hour and each secret has a key of its own', () => {
  const keys = [0, 1, 497_000, 497_001].flatMap((hour) =>
    [secret(1), secret(2)].map((bytes) => keyOfHour(bytes, hour).join()),
  );
  assert.equal(new Set(keys).size, keys.length);
});

test('a new secret ends the old ids', () => {
  const ids = new ConnectionIds(secret(1));
  const [high, low] = issue(ids, address, start);
  ids.replaceSecret(secret(2));
  assert.ok(!ids.accepts(high, low, address, start));
  const [newHigh, newLow] = issue(ids, address, start);
  assert.ok(ids.accepts(newHigh, newLow, address, start));
});
