import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberIn, rateAsTyped, rateIn } from './amount-text.ts';

test('rates are read as people write them', () => {
  assert.equal(rateIn('2 MiB/s'), 2 * 1024 ** 2);
  assert.equal(rateIn('500'), 500 * 1024);
  assert.equal(rateIn('1,5 m'), 1.5 * 1024 ** 2);
  assert.equal(rateIn('900 B'), 900);
  assert.equal(rateIn('  '), null);
  for (const wrong of ['0', 'fast', '-1', '1 parsec', '1 2'])
    assert.equal(rateIn(wrong), undefined);
});

test('a rate that was set is typed as it is read', () => {
  for (const rate of [1024, 500 * 1024, 1.5 * 1024 ** 2])
    assert.equal(rateIn(rateAsTyped(rate)), rate);
  assert.equal(rateAsTyped(undefined), '');
});

test('numbers may have a comma', () => {
  assert.equal(numberIn('1,5'), 1.5);
  assert.equal(numberIn('two'), undefined);
});
