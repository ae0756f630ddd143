import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockBytes } from './layout.ts';
import { RateMeter, TokenBucket } from './rate.ts';

test('a steady stream is measured at its rate', () => {
  const meter = new RateMeter();
  for (let nowMs = 0; nowMs < 20_000; nowMs += 10) meter.add(1000, nowMs);
  const rate = meter.rate(20_000);
  assert.ok(Math.abs(rate - 100_000) < 5000, `${rate}`);
  assert.equal(meter.totalBytes, 2_000_000);
});

test('a meter falls to zero within its window and starts afresh after a pause', () => {
  const meter = new RateMeter();
  meter.add(1_000_000, 1000);
  assert.ok(meter.rate(4000) > 0);
  assert.equal(meter.rate(6100), 0);
  assert.equal(meter.rate(1e9), 0);
  for (let ms = 0; ms <= 1000; ms += 100) meter.add(1000, 1e9 + ms);
  const rate = meter.rate(1e9 + 1000);
  assert.ok(Math.abs(rate - 11_000) < 200, `${rate}`);
});

test('a meter agrees with a plain list of what was added', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 1e6 })), {
        maxLength: 60,
      }),
      (steps) => {
        const meter = new RateMeter();
        const added: [number, number][] = [];
        let nowMs = 0;
        for (const [pauseMs, bytes] of steps) {
          nowMs += pauseMs;
          meter.add(bytes, nowMs);
          added.push([nowMs, bytes]);
        }
        const windowStartMs = (Math.floor(nowMs / 250) - 19) * 250;
        const inWindow = added.filter(([atMs]) => atMs >= windowStartMs);
        const bytes = inWindow.reduce((sum, [, b]) => sum + b, 0);
        const rate = meter.rate(nowMs);
        assert.ok(rate <= bytes * 2 + 1e-6);
        assert.ok(rate >= bytes / 5 - 1e-6);
      },
    ),
  );
});

const schedule = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: blockBytes })),
  { maxLength: 200 },
);

test('no schedule takes more than burst, rate times time and one block', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), schedule, (rate, steps) => {
      const bucket = new TokenBucket(rate, 0);
      let nowMs = 0;
      let taken = 0;
      for (const [pauseMs, bytes] of steps) {
        nowMs += pauseMs;
        while (bucket.available(nowMs) > 0) {
          bucket.take(bytes, nowMs);
          taken += bytes;
        }
        assert.ok(bucket.available(nowMs) > -blockBytes);
        assert.ok(taken <= bucket.burstBytes + (rate * nowMs) / 1000 + blockBytes);
      }
    }),
    { numRuns: 40 },
  );
});

test('msUntil is when a take becomes possible, and not much later', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e7 }),
      fc.integer({ min: 0, max: 1e6 }),
      (rate, debt) => {
        const bucket = new TokenBucket(rate, 0);
        bucket.take(debt + bucket.burstBytes, 0);
        const waitMs = bucket.msUntil(1000, 0);
        assert.ok(bucket.available(waitMs) >= 999.999);
        if (waitMs > 1) assert.ok(new TokenBucket(rate, 0).msUntil(1000, 0) === 0);
        if (waitMs > 1) {
          const early = new TokenBucket(rate, 0);
          early.take(debt + early.burstBytes, 0);
          assert.ok(early.available(waitMs - 1) < 1000);
        }
      },
    ),
  );
});

test('unlimited and zero are what they say, and a change takes effect at once', () => {
  const bucket = new TokenBucket('unlimited', 0);
  bucket.take(1e12, 0);
  assert.equal(bucket.available(0), Number.POSITIVE_INFINITY);
  assert.equal(bucket.msUntil(1e12, 0), 0);
  bucket.setRate(1000, 0);
  assert.equal(bucket.available(0), 0);
  assert.equal(bucket.available(500), 500);
  bucket.setRate(0, 500);
  assert.ok(bucket.available(1e9) <= 0);
  assert.equal(bucket.msUntil(1, 1e9), Number.POSITIVE_INFINITY);
  bucket.setRate('unlimited', 1e9);
  assert.equal(bucket.available(1e9), Number.POSITIVE_INFINITY);
});

test('a wish beyond the burst is granted at the burst', () => {
  const bucket = new TokenBucket(1000, 0, 5000);
  assert.equal(bucket.available(0), 5000);
  bucket.take(5000, 0);
  assert.equal(bucket.msUntil(1e9, 0), 5000);
});
