import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesInWords, durationInWords } from './amounts.ts';

test('sizes in words', () => {
  const cases: [number, string][] = [
    [0, '0 bytes'],
    [1, '1 byte'],
    [1023, '1023 bytes'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [9.96 * 1024, '10 KiB'],
    [1024 * 1024 - 1, '1 MiB'],
    [2 * 1024 * 1024, '2 MiB'],
    [340.2 * 1024 * 1024, '340 MiB'],
    [1.2 * 1024 ** 3, '1.2 GiB'],
    [3000 * 1024 ** 5, '3000 PiB'],
  ];
  for (const [bytes, words] of cases) assert.equal(bytesInWords(bytes), words);
});

test('durations in words', () => {
  const cases: [number, string][] = [
    [0, '0 s'],
    [1, '1 s'],
    [39_001, '40 s'],
    [60_000, '1 min'],
    [192_000, '3 min 12 s'],
    [3_600_000, '1 h'],
    [3_600_001, '1 h 1 min'],
    [7_500_000, '2 h 5 min'],
    [3 * 86_400_000, '3 days'],
  ];
  for (const [ms, words] of cases) assert.equal(durationInWords(ms), words);
});
