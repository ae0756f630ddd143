import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FilePriority } from '../contract/torrents.ts';
import { fakeFiles } from './fake-daemon-fixture.test.ts';
import { chosenFiles, type FileWishes, wishedPriorities } from './file-choice.ts';

test('positions become the numbers of the daemon, neighbours one range', () => {
  assert.deepEqual(wishedPriorities({ 'files-unwanted': [1, 2] }, fakeFiles()), [
    { first: 2, last: 3, priority: 'skip' },
  ]);
  assert.deepEqual(wishedPriorities({ 'priority-high': [0, 1] }, fakeFiles()), [
    { first: 0, last: 0, priority: 'high' },
    { first: 2, last: 2, priority: 'high' },
  ]);
});

test('an empty list means all files', () => {
  const all = wishedPriorities({ 'files-unwanted': [] }, fakeFiles());
  assert.deepEqual(
    all.map(({ priority }) => priority),
    ['skip', 'skip'],
  );
});

test('what is not wanted stays so, whatever its priority', () => {
  const wishes = { 'files-unwanted': [0], 'priority-normal': [0] };
  assert.deepEqual(wishedPriorities(wishes, fakeFiles('skip')), []);
  assert.deepEqual(wishedPriorities({ 'priority-high': [0] }, fakeFiles('skip')), []);
  assert.deepEqual(
    wishedPriorities({ 'files-wanted': [0], 'priority-high': [0] }, fakeFiles('skip')),
    [{ first: 0, last: 0, priority: 'high' }],
  );
  assert.deepEqual(wishedPriorities({ 'files-wanted': [0] }, fakeFiles('skip', 'low')), [
    { first: 0, last: 0, priority: 'normal' },
  ]);
});

test('a position beyond the last file is refused', () => {
  assert.throws(
    () => wishedPriorities({ 'files-wanted': [3] }, fakeFiles()),
    /files-wanted: there is no file 3, only 3/,
  );
});

test('an empty list of torrent-add says nothing', () => {
  assert.equal(chosenFiles({}), undefined);
  assert.equal(chosenFiles({ 'files-wanted': [], 'files-unwanted': [] }), undefined);
  assert.deepEqual(chosenFiles({ 'files-wanted': [], 'files-unwanted': [1] }), {
    'files-unwanted': [1],
  });
});

test('doing it twice changes nothing more', () => {
  const priority = fc.constantFrom<FilePriority>('skip', 'low', 'normal', 'high');
  const positions = fc.option(fc.array(fc.integer({ min: 0, max: 2 })), { nil: undefined });
  const wishes: fc.Arbitrary<FileWishes> = fc.record({
    'files-wanted': positions,
    'files-unwanted': positions,
    'priority-high': positions,
    'priority-low': positions,
    'priority-normal': positions,
  });
  fc.assert(
    fc.property(fc.tuple(priority, priority, priority), wishes, (priorities, wish) => {
      const files = fakeFiles(...priorities);
      for (const { first, last, priority: to } of wishedPriorities(wish, files)) {
        for (const file of files) {
          if (file.index >= first && file.index <= last) Object.assign(file, { priority: to });
        }
      }
      assert.deepEqual(wishedPriorities(wish, files), []);
    }),
  );
});
