import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCount, formatPercent } from './format.ts';

test('percent is 100 only when all is there', () => {
  assert.equal(formatPercent(0), '  0%');
  assert.equal(formatPercent(0.63), ' 63%');
  assert.equal(formatPercent(0.29), ' 29%');
  assert.equal(formatPercent(0.99999999999), ' 99%');
  assert.equal(formatPercent(1), '100%');
});

test('counts agree with their noun and group their digits', () => {
  assert.equal(formatCount(1, 'file'), '1 file');
  assert.equal(formatCount(0, 'file'), '0 files');
  assert.equal(formatCount(1234567, 'piece'), '1,234,567 pieces');
  assert.equal(formatCount(2, 'copy', 'copies'), '2 copies');
});
