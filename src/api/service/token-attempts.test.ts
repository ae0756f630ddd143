import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIp } from '../../base/ip-address.ts';
import { TokenAttempts } from './token-attempts.ts';

const one = parseIp('192.0.2.1')!;
const other = parseIp('192.0.2.2')!;

test('a few wrong tokens are free, then each doubles the wait', () => {
  const attempts = new TokenAttempts();
  const waits: number[] = [];
  let nowMs = 1000;
  for (let i = 0; i < 16; i++) {
    attempts.onWrong(one, nowMs);
    const waitMs = attempts.waitMs(one, nowMs);
    waits.push(waitMs / 1000);
    nowMs += waitMs;
  }
  assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  assert.equal(attempts.waitMs(other, nowMs), 0);
  attempts.onRight(one);
  attempts.onWrong(one, nowMs);
  assert.equal(attempts.waitMs(one, nowMs), 0);
});

test('wrong tokens are forgotten after an hour', () => {
  const attempts = new TokenAttempts();
  for (let i = 0; i < 5; i++) attempts.onWrong(one, 0);
  attempts.onWrong(one, 3_600_001);
  assert.equal(attempts.waitMs(one, 3_600_001), 0);
});

test('addresses of one IPv6 link count together, and memory is bounded', () => {
  const attempts = new TokenAttempts();
  for (let i = 1; i <= 5; i++) attempts.onWrong(parseIp(`2001:db8::${i}`)!, 0);
  assert.equal(attempts.waitMs(parseIp('2001:db8::ffff')!, 0), 1000);
  assert.equal(attempts.waitMs(parseIp('2001:db8:0:1::1')!, 0), 0);
  for (let i = 0; i < 20_000; i++) {
    attempts.onWrong(new Uint8Array([10, i >> 16, (i >> 8) & 255, i & 255]), 0);
  }
  assert.equal(attempts.waitMs(parseIp('2001:db8::1')!, 0), 0, 'the quietest was forgotten');
});
