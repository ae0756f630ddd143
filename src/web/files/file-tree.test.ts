import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FilePriority } from '../../api/contract/torrents.ts';
import {
  type FileTree,
  filesBelow,
  findNodes,
  makeFileTree,
  openAtFirst,
  visibleNodes,
} from './file-tree.ts';
import { rangesOf, requestsOf } from './priority-ranges.ts';
import { markTree, priorityOf, tickOf } from './tree-marks.ts';

const file = (path: string, lengthBytes = 1) => ({ path, lengthBytes });
const holiday = [
  file('holiday/b 10.jpg', 10),
  file('holiday/raw/z.raw', 100),
  file('holiday/b 9.jpg', 20),
  file('holiday/raw/a.raw', 200),
  file('holiday/raw/deep/c.txt', 3),
];

function lines(tree: FileTree, rows: Iterable<number>): string[] {
  return Array.from(rows, (node) => `${'-'.repeat(tree.depth[node] ?? 0)}${tree.names[node]}`);
}

describe('the tree of files', () => {
  const tree = makeFileTree(holiday);

  it('has folders first, both by name with numbers as numbers', () => {
    assert.deepEqual(lines(tree, visibleNodes(tree, openAtFirst(tree))), [
      'holiday',
      '-raw',
      '--deep',
      '---c.txt',
      '--a.raw',
      '--z.raw',
      '-b 9.jpg',
      '-b 10.jpg',
    ]);
    assert.deepEqual([tree.lengthBytes[0], tree.files[0], tree.lengthBytes[1]], [333, 5, 303]);
  });

  it('hides what is below a closed folder', () => {
    const open = openAtFirst(tree);
    open[1] = 0;
    assert.deepEqual(lines(tree, visibleNodes(tree, open)), [
      'holiday',
      '-raw',
      '-b 9.jpg',
      '-b 10.jpg',
    ]);
  });

  it('finds names with their folders, and all of a folder that has the name', () => {
    const at = (query: string) => {
      const shown = findNodes(tree, query);
      return lines(tree, visibleNodes(tree, new Uint8Array(tree.size), shown));
    };
    assert.deepEqual(at('JPG 9'), ['holiday', '-b 9.jpg']);
    assert.deepEqual(at('deep'), ['holiday', '-raw', '--deep', '---c.txt']);
    assert.deepEqual(at('nowhere'), []);
    assert.deepEqual(filesBelow(tree, 0, findNodes(tree, 'jpg')), [0, 2]);
  });

  it('shows of a folder what all of its files have', () => {
    const priorities: FilePriority[] = ['normal', 'skip', 'normal', 'high', 'skip'];
    const marks = markTree(tree, (index) => ({
      doneBytes: index,
      priority: priorities[index] ?? 'skip',
    }));
    assert.deepEqual(
      [0, 1, 2, 6].map((node) => tickOf(tree, marks, node)),
      ['mixed', 'mixed', 'off', 'on'],
    );
    assert.deepEqual(
      [0, 1, 2, 6].map((node) => priorityOf(marks, node)),
      [undefined, undefined, 'skip', 'normal'],
    );
    assert.deepEqual([marks.doneBytes[0], marks.wantedBytes[0], marks.wanted[0]], [10, 230, 3]);
  });

  it('bounds the depth, and keeps the rest of the path as the name', () => {
    const deep = makeFileTree([file(`${'a/'.repeat(5000)}end`)]);
    assert.equal(deep.size, 65);
    assert.ok(deep.names.at(-1)?.endsWith('/a/end'));
    assert.equal(makeFileTree([file('')]).names[0], '');
    assert.equal(makeFileTree([]).size, 0);
  });

  it('opens down to where there is a choice when there is much', () => {
    const many = Array.from({ length: 100 }, (_, i) => file(`top/only/${i % 3}/${i}`));
    const big = makeFileTree(many);
    assert.deepEqual(lines(big, visibleNodes(big, openAtFirst(big))), [
      'top',
      '-only',
      '--0',
      '--1',
      '--2',
    ]);
  });

  it('is quick with 100,000 files', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => file(`t/${i % 300}/${i}.bin`));
    const startMs = performance.now();
    const big = makeFileTree(many);
    const marks = markTree(big, () => ({ doneBytes: 1, priority: 'normal' }));
    assert.equal(marks.doneBytes[0], 100_000);
    assert.equal(visibleNodes(big, new Uint8Array(big.size).fill(1)).length, big.size);
    assert.ok(performance.now() - startMs < 5000);
  });
});

describe('ranges of files', () => {
  it('are as few as there can be', () => {
    assert.deepEqual(rangesOf([0, 1, 2, 5, 7, 8], 'high'), [
      { first: 0, last: 2, priority: 'high' },
      { first: 5, last: 5, priority: 'high' },
      { first: 7, last: 8, priority: 'high' },
    ]);
    assert.deepEqual(rangesOf([], 'low'), []);
  });

  it('go into several requests when there are too many for one', () => {
    const scattered = Array.from({ length: 25_000 }, (_, i) => 2 * i);
    assert.deepEqual(
      requestsOf(scattered, 'skip').map(({ ranges }) => ranges.length),
      [10_000, 10_000, 5000],
    );
  });
});
