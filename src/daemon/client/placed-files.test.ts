import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TorrentInfo } from '../../protocol/metainfo.ts';
import { contentFiles } from './placed-files.ts';

const file = { padding: false, symlink: false, executable: false, hidden: false, lengthBytes: 1 };
const info: Pick<TorrentInfo, 'name' | 'files' | 'singleFile'> = {
  name: 'set',
  singleFile: false,
  files: [
    { ...file, path: ['a'], offsetBytes: 0 },
    { ...file, path: ['b', 'c'], offsetBytes: 1 },
  ],
};

function pathsOf(moved?: ReadonlyMap<number, readonly string[]>): string[] {
  return contentFiles(info as TorrentInfo, moved).map(({ path }) => path.join('/'));
}

test('a file lies where the metainfo says, or where it was moved', () => {
  assert.deepEqual(pathsOf(), ['set/a', 'set/b/c']);
  assert.deepEqual(pathsOf(new Map([[1, ['kept', 'x']]])), ['set/a', 'kept/x']);
});

test('a path that leaves the folder, or is taken, is refused', () => {
  for (const path of [['..', 'x'], [], ['a/b'], ['.'], ['x', '']]) {
    assert.throws(() => pathsOf(new Map([[0, path]])), { code: 'BAD_PATH' }, path.join('|'));
  }
  const sharers = [
    ['set', 'b', 'c'],
    ['set', 'b'],
    ['set', 'b', 'c', 'd'],
  ];
  for (const path of sharers) {
    assert.throws(() => pathsOf(new Map([[0, path]])), { code: 'BAD_PATH' }, path.join('|'));
  }
});
