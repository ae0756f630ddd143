import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lastAndPeak, roundTop, seriesOf } from './speed-series.ts';

const endsAt = '2026-01-01T00:01:00.000Z';
const end = Date.parse(endsAt) / 1000;

describe('series of speed', () => {
  it('fill the span where the history is shorter', () => {
    const series = seriesOf({ intervalSeconds: 10, endsAt, down: [1, 2], up: [3, 4] }, 40);
    assert.deepEqual(series, [
      [end - 30, end - 20, end - 10, end],
      [null, null, 1, 2],
      [null, null, 3, 4],
    ]);
  });

  it('are cut where it is longer', () => {
    const down = Array.from({ length: 100 }, (_, i) => i);
    const [times, shown] = seriesOf({ intervalSeconds: 1, endsAt, down, up: down }, 60);
    assert.equal(times.length, 61);
    assert.deepEqual([shown[0], shown.at(-1), times.at(-1)], [39, 99, end]);
  });

  it('end on a round figure', () => {
    const kib = 1024;
    assert.deepEqual(
      [0, 1000, 1900, 5000, 290 * kib, 999 * kib, 1.7 * kib * kib, 95 * kib * kib].map(roundTop),
      [kib, kib, 2 * kib, 5 * kib, 300 * kib, 1000 * kib, 2 * kib * kib, 100 * kib * kib],
    );
  });

  it('tell the last and the highest', () => {
    assert.deepEqual(lastAndPeak([null, 5, 9, 2]), { last: 2, peak: 9 });
    assert.deepEqual(lastAndPeak([]), { last: 0, peak: 0 });
  });
});
