import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { progressBar } from './progress-bar.ts';

test('a bar has full cells, one half cell and a rest', () => {
  assert.deepEqual(progressBar(0.675, 20), { done: '━━━━━━━━━━━━━╸', rest: '──────' });
  assert.deepEqual(progressBar(0, 4), { done: '', rest: '────' });
  assert.deepEqual(progressBar(1, 4), { done: '━━━━', rest: '' });
  assert.deepEqual(progressBar(0.9999, 4), { done: '━━━╸', rest: '' });
});

test('a bar is as wide as asked and full only at the end', () => {
  fc.assert(
    fc.property(fc.double({ min: -1, max: 2, noNaN: true }), fc.nat(50), (fraction, columns) => {
      const { done, rest } = progressBar(fraction, columns);
      assert.equal(done.length + rest.length, columns);
      if (columns > 0 && fraction < 1) assert.notEqual(done, '━'.repeat(columns));
    }),
  );
});
