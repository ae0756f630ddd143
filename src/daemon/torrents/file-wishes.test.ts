import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priorityOf, priorityWordsOf, withoutFiles, withRanges } from './file-wishes.ts';

test('ranges change files and leave others; all normal is nothing to keep', () => {
  const some = withRanges(undefined, [{ first: 1, last: 2, priority: 'skip' }], 4);
  assert.deepEqual(priorityWordsOf(some), ['normal', 'skip', 'skip', 'normal']);
  const more = withRanges(
    some,
    [
      { first: 0, last: 3, priority: 'low' },
      { first: 2, last: 2, priority: 'high' },
    ],
    4,
  );
  assert.deepEqual(priorityWordsOf(more), ['low', 'low', 'high', 'low']);
  assert.equal(withRanges(more, [{ first: 0, last: 3, priority: 'normal' }], 4), undefined);
  assert.equal(priorityOf(undefined, 3), 'normal');
  assert.equal(priorityOf(more, 2), 'high');
});

test('what was chosen before the files were known grows to them', () => {
  const early = withoutFiles([1], 2);
  assert.equal(priorityOf(early, 5), 'normal');
  const grown = withRanges(early, [{ first: 3, last: 3, priority: 'high' }], 4);
  assert.deepEqual(priorityWordsOf(grown), ['normal', 'skip', 'normal', 'high']);
});

test('files that there are not are refused', () => {
  for (const range of [
    { first: 0, last: 4 },
    { first: 3, last: 2 },
  ]) {
    assert.throws(() => withRanges(undefined, [{ ...range, priority: 'low' }], 4), {
      code: 'BAD_REQUEST',
    });
  }
  assert.throws(() => withoutFiles([4], 4), { code: 'BAD_REQUEST' });
  assert.equal(withoutFiles(undefined, 4), undefined);
});
