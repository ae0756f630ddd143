/**
 * The SHA-256 trees of BEP 52: leaves are 16 KiB blocks, a tree is padded with leaves of 32 zero bytes
 * to a power of two, and a padding subtree's root depends on its height alone.
 */
import { hash } from 'node:crypto';
import { assert } from '../../base/assert.ts';
import { blockBytes } from '../../engine/layout.ts';

const digestBytes = 32;

/** Roots of all-padding subtrees by height; 2^40 leaves are beyond any torrent. */
const paddingRoots: readonly Uint8Array[] = (() => {
  const roots: Uint8Array[] = [new Uint8Array(digestBytes)];
  for (let height = 1; height <= 40; height++) {
    const child = roots[height - 1]!;
    const pair = new Uint8Array(2 * digestBytes);
    pair.set(child);
    pair.set(child, digestBytes);
    roots.push(hash('sha256', pair, 'buffer'));
  }
  return roots;
})();

/** SHA-256 of each 16 KiB block, 32 bytes each; only the last block may be short. */
export function leafHashes(data: Uint8Array): Uint8Array {
  const count = Math.ceil(data.length / blockBytes);
  const leaves = new Uint8Array(count * digestBytes);
  for (let i = 0; i < count; i++) {
    const block = data.subarray(i * blockBytes, (i + 1) * blockBytes);
    leaves.set(hash('sha256', block, 'buffer'), i * digestBytes);
  }
  return leaves;
}

/**
 * Root over `nodes` (32 bytes each) padded to `width` nodes, a power of two. `height` is the nodes'
 * height above the leaves: 0 for leaf hashes, log2(blocks a piece) for a piece layer.
 */
export function merkleRoot(nodes: Uint8Array, width: number, height = 0): Uint8Array {
  assert(nodes.length >= digestBytes && nodes.length <= width * digestBytes, 'nodes fit the tree');
  let row = nodes.slice();
  let level = height;
  for (let rowWidth = width; rowWidth > 1; rowWidth /= 2) {
    const count = row.length / digestBytes;
    const parents = new Uint8Array(Math.ceil(count / 2) * digestBytes);
    const pair = new Uint8Array(2 * digestBytes);
    for (let i = 0; i < count; i += 2) {
      pair.set(row.subarray(i * digestBytes, (i + 1) * digestBytes));
      const right =
        i + 1 < count
          ? row.subarray((i + 1) * digestBytes, (i + 2) * digestBytes)
          : paddingRoots[level]!;
      pair.set(right, digestBytes);
      parents.set(hash('sha256', pair, 'buffer'), (i / 2) * digestBytes);
    }
    row = parents;
    level++;
  }
  return row;
}

/** Smallest power of two that is at least `count`. */
export function treeWidth(count: number): number {
  let width = 1;
  while (width < count) width *= 2;
  return width;
}
