import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberIn, rateAsTyped, rateIn, timeAsTyped, timeIn, wholeIn } from './amount-text.ts';

test('rates are read as people write them', () => {
  assert.equal(rateIn('2 MiB/s'), 2 * 1024 ** 2);
  assert.equal(rateIn('500'), 500 * 1024);
  assert.equal(rateIn('1,5 m'), 1.5 * 1024 ** 2);
  assert.equal(rateIn('900 B'), 900);
  assert.equal(rateIn('1.5 MB/s'), 1_500_000);
  assert.equal(rateIn('  '), null);
  for (const wrong of ['0', 'fast', '-1', '1 parsec', '1 2', '1 constructor', 'k']) {
    assert.equal(rateIn(wrong), undefined, wrong);
  }
});

test('times are read as people write them', () => {
  assert.deepEqual(['90 min', '2 h 5 min', '3d', '1.5 h', ''].map(timeIn), [
    5400,
    7500,
    259_200,
    5400,
    null,
  ]);
  for (const wrong of ['90', 'soon', '2 h x', '1 h 30']) assert.equal(timeIn(wrong), undefined);
});

test('what was set is typed as it is read', () => {
  for (const rate of [1, 1000, 1024, 123_457, 500 * 1024, 1.5 * 1024 ** 2, 99_999_999]) {
    assert.equal(rateIn(rateAsTyped(rate)), rate, rateAsTyped(rate));
  }
  for (const time of [0, 1, 90, 5400, 100_000, 259_200]) {
    assert.equal(timeIn(timeAsTyped(time)), time, timeAsTyped(time));
  }
  assert.deepEqual([rateAsTyped(2 ** 21), timeAsTyped(5400)], ['2 MiB/s', '1 h 30 min']);
  assert.deepEqual([rateAsTyped(undefined), timeAsTyped(null)], ['', '']);
});

test('numbers may have a comma', () => {
  assert.deepEqual([numberIn('1,5'), numberIn('two'), numberIn('1.')], [1.5, undefined, undefined]);
  assert.deepEqual([wholeIn('12'), wholeIn('1.5'), wholeIn('')], [12, undefined, undefined]);
});
