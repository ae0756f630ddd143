import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDays, parseHours } from './schedule-text.ts';

test('hours and days as people write them', () => {
  assert.deepEqual(parseHours('8:00 - 18:30'), { enabled: true, from: '08:00', to: '18:30' });
  assert.deepEqual(parseHours('off'), { enabled: false });
  for (const text of ['8-18', '24:00-1:00', '08:60-09:00', '']) {
    assert.throws(() => parseHours(text), /Write hours as/, text);
  }
  assert.deepEqual(parseDays('mon-fri'), [1, 2, 3, 4, 5]);
  assert.deepEqual(parseDays('Saturday,sun'), [0, 6]);
  assert.deepEqual(parseDays('fri-mon'), [0, 1, 5, 6]);
  assert.deepEqual(parseDays('all').length, 7);
  for (const text of ['', 'mon-', 'moon,tue,x'])
    assert.throws(() => parseDays(text), /Write days/, text);
});
