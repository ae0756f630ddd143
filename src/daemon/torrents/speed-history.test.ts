import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daemonTiers, SpeedHistory } from './speed-history.ts';

const tiers = [
  { intervalSeconds: 1, intervals: 5 },
  { intervalSeconds: 10, intervals: 6 },
];
const startMs = 1_790_000_000_000;

test('the finest resolution that reaches far enough answers, without the interval under way', () => {
  const history = new SpeedHistory(tiers);
  for (let second = 0; second <= 40; second++) {
    history.add(startMs + second * 1000, 100 + second, 10);
  }
  const near = history.answer(startMs + 40_000, 3);
  assert.deepEqual(near.down, [137, 138, 139]);
  assert.deepEqual(near.up, [10, 10, 10]);
  assert.deepEqual(
    [near.intervalSeconds, near.endsAt],
    [1, new Date(startMs + 40_000).toISOString()],
  );
  const far = history.answer(startMs + 40_000, 40);
  assert.deepEqual(far.down, [104.5, 114.5, 124.5, 134.5].map(Math.round));
  assert.equal(far.intervalSeconds, 10);
});

test('time without a sample is standing still, however long', () => {
  const history = new SpeedHistory(tiers);
  history.add(startMs, 50, 5);
  assert.deepEqual(history.answer(startMs + 3000, 4).down, [0, 50, 0, 0]);
  assert.deepEqual(history.answer(startMs + 1e9, 4).down, [0, 0, 0, 0]);
  history.add(startMs + 1e9, 7, 0);
  assert.deepEqual(history.answer(startMs + 1e9 + 1000, 2).down, [0, 7]);
});

test('a clock that goes back loses nothing', () => {
  const history = new SpeedHistory(tiers);
  history.add(startMs, 50, 0);
  history.add(startMs - 3600_000, 25, 0);
  assert.deepEqual(history.answer(startMs + 1000, 1).down, [75]);
});

test('a history that never saw anything answers zeros', () => {
  const { down, up } = new SpeedHistory(tiers).answer(startMs, 4);
  assert.deepEqual(
    [down, up],
    [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  );
});

test('a later run goes on with what was kept, and with nothing that does not fit', () => {
  const history = new SpeedHistory(tiers);
  for (let second = 0; second < 5; second++) history.add(startMs + second * 1000, second, 1);
  const kept = history.snapshot();
  const next = new SpeedHistory(tiers);
  next.restore(kept);
  assert.deepEqual(next.answer(startMs + 5000, 4), history.answer(startMs + 5000, 4));
  const other = new SpeedHistory(tiers);
  for (const bytes of [kept.subarray(8), new Uint8Array(3), new Uint8Array(kept.length + 8)]) {
    other.restore(bytes);
  }
  assert.deepEqual(other.answer(startMs + 5000, 4).down, [0, 0, 0, 0]);
  const wild = new Uint8Array(kept.length).fill(0xff);
  other.restore(wild);
  other.add(startMs + 5000, 5, 5);
  assert.deepEqual(other.answer(startMs + 6000, 1).down, [5]);
});

test('a week at falling resolution takes little memory', () => {
  const history = new SpeedHistory(daemonTiers);
  assert.ok(history.snapshot().length < 100_000);
  for (const seconds of [60, 3600, 86_400, 604_800]) {
    const { down, intervalSeconds } = history.answer(startMs, seconds);
    assert.ok(down.length * intervalSeconds >= seconds, String(seconds));
    assert.ok(down.length <= 1440, 'too many to draw');
  }
});
