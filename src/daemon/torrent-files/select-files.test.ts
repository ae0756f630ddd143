import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetainfoFile } from '../../protocol/metainfo-types.ts';
import { selectFiles } from './select-files.ts';

function file(path: string, padding = false): MetainfoFile {
  const rest = { offsetBytes: 0, executable: false, hidden: false, symlink: false };
  return { path: path.split('/'), lengthBytes: 1, padding, ...rest };
}

const files = [
  file('a.jpg'),
  file('.pad/1', true),
  file('b/c.jpg'),
  file('b/d[1].txt'),
  file('e.txt'),
];
const metainfo = { name: 'holiday', files };

function chosen(...selections: string[]): string[] {
  const wanted = selectFiles(metainfo, selections);
  return files.flatMap(({ path }, index) => (wanted[index] === true ? [path.join('/')] : []));
}

test('numbers are those that show prints: from 1, without padding', () => {
  assert.deepEqual(chosen('2'), ['b/c.jpg']);
  assert.deepEqual(chosen('1,3-4'), ['a.jpg', 'b/d[1].txt', 'e.txt']);
  assert.deepEqual(chosen('4', '1'), ['a.jpg', 'e.txt']);
});

test('globs match the whole path, or the name where they have no slash', () => {
  assert.deepEqual(chosen('*.jpg'), ['a.jpg', 'b/c.jpg']);
  assert.deepEqual(chosen('b/**'), ['b/c.jpg', 'b/d[1].txt']);
  assert.deepEqual(chosen('*.txt', '1'), ['a.jpg', 'b/d[1].txt', 'e.txt']);
  assert.deepEqual(chosen('b/d[1].txt'), ['b/d[1].txt']);
});

test('a selection that fits nothing is refused', () => {
  for (const numbers of ['0', '5', '3-9', '4-2']) {
    assert.throws(() => chosen(numbers), { code: 'SELECT_NUMBER' }, numbers);
  }
  for (const glob of ['*.iso', '1;2', '-1', '']) {
    assert.throws(() => chosen(glob), { code: 'SELECT_NOTHING' }, glob);
  }
  assert.throws(() => chosen('1', '*.iso'), { code: 'SELECT_NOTHING' });
});

test('a glob whose braces would multiply without end is refused', () => {
  assert.deepEqual(chosen('{a,x}.{jpg,png}'), ['a.jpg']);
  for (const glob of ['{a,b}'.repeat(40), 'a{1..9999999}b', '+(a|+(a|+(a|+(a|b))))']) {
    assert.throws(() => chosen(glob), { code: 'SELECT_BRACES' }, glob);
  }
});
