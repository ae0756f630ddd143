import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatBytesOf, formatDuration, formatRate, formatWait } from './amounts.ts';

test('sizes use binary units, with a decimal only where it says something', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 * 1024 - 1, '1.0 MiB'],
    [1024 * 1024, '1 MiB'],
    [3.4 * 2 ** 30, '3.4 GiB'],
    [2 ** 53, '8 PiB'],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

test('a part is shown in the unit of the whole, and equals it only when it is all', () => {
  assert.equal(formatBytesOf(2.1 * 2 ** 30, 3.4 * 2 ** 30), '2.1 of 3.4 GiB');
  assert.equal(formatBytesOf(0, 2 ** 20), '0.0 of 1.0 MiB');
  assert.equal(formatBytesOf(2 ** 30 - 1, 2 ** 30), '0.9 of 1.0 GiB');
  assert.equal(formatBytesOf(2 ** 30, 2 ** 30), '1.0 of 1.0 GiB');
  assert.equal(formatBytesOf(0, 0), '0 of 0 B');
});

test('rates keep one decimal', () => {
  assert.equal(formatRate(97.3 * 2 ** 20), '97.3 MiB/s');
  assert.equal(formatRate(2 ** 20), '1.0 MiB/s');
  assert.equal(formatRate(0), '0 B/s');
  assert.equal(formatRate(12.6), '13 B/s');
});

test('durations have at most two units', () => {
  const cases: [number, string][] = [
    [0, '0 s'],
    [0.42, '0.4 s'],
    [13.2, '13 s'],
    [59.6, '1 min'],
    [192, '3 min 12 s'],
    [7500, '2 h 5 min'],
    [86_400 * 3 + 4 * 3600 + 59, '3 d 4 h'],
  ];
  for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
});

test('a wait is never promised too short', () => {
  const cases: [number, string][] = [
    [0, '0 s'],
    [1, '1 s'],
    [39_001, '40 s'],
    [60_000, '1 min'],
    [192_000, '3 min 12 s'],
    [3_600_000, '1 h'],
  ];
  for (const [ms, words] of cases) assert.equal(formatWait(ms), words);
});
