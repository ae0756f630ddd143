import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeFileTree, visibleNodes } from './file-tree.ts';
import { treeMove } from './tree-keys.ts';

const tree = makeFileTree(
  ['top/a/x', 'top/a/y', 'top/b'].map((path) => ({ path, lengthBytes: 1 })),
);
const rows = visibleNodes(tree, new Uint8Array(tree.size).fill(1));
const press = (key: string, at: number, isOpen = true, page = 3) =>
  treeMove({ key }, { tree, rows, at, page, isOpen, priority: 'normal' });
const go = (row: number) => ({ do: 'go', row });

it('arrows walk, open and close', () => {
  assert.deepEqual(press('ArrowDown', 0), go(1));
  assert.deepEqual(press('ArrowUp', 0), go(0));
  assert.deepEqual(press('ArrowDown', 4), go(4));
  assert.deepEqual(press('End', 0), go(4));
  assert.deepEqual(press('PageDown', 0), go(3));
  assert.deepEqual(press('ArrowRight', 1), go(2));
  assert.deepEqual(press('ArrowRight', 1, false), { do: 'open', isOpen: true });
  assert.deepEqual(press('ArrowLeft', 1), { do: 'open', isOpen: false });
  assert.deepEqual(press('ArrowLeft', 1, false), go(0));
  assert.deepEqual(press('ArrowLeft', 3), go(1));
  assert.deepEqual(press('ArrowLeft', 0, false), go(0));
});

it('space ticks, plus and minus change the priority, the rest is for others', () => {
  assert.deepEqual(press(' ', 2), { do: 'tick' });
  assert.deepEqual(press('Enter', 2), { do: 'show' });
  assert.deepEqual(press('Enter', 1), { do: 'open', isOpen: false });
  assert.deepEqual(press('+', 2), { do: 'priority', priority: 'high' });
  assert.deepEqual(press('-', 2), { do: 'priority', priority: 'low' });
  assert.equal(press('a', 2), undefined);
  assert.equal(
    treeMove(
      { key: 'End', ctrlKey: true },
      { tree, rows, at: 0, page: 1, isOpen: true, priority: undefined },
    ),
    undefined,
  );
});
