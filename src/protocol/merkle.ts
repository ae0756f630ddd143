/**
 * The SHA-256 trees of BEP 52 ("pieces root", "piece layers"). Hashes are 32 bytes, held one after the
 * other in one array. Leaves are the hashes of 16 KiB blocks; leaves past the end of a file are zero,
 * and a node that covers only such leaves has the padding hash of its level.
 */
import { assert } from '../base/assert.ts';
import type { Hashes } from '../base/hashes.ts';

export const merkleHashBytes = 32;
export const merkleBlockBytes = 16 * 1024;

/** The hash of a subtree of 2^level zero leaves; level 0 is the zero leaf itself. */
export function merklePadding(level: number, hashes: Hashes): Uint8Array {
  let node: Uint8Array = new Uint8Array(merkleHashBytes);
  const pair = new Uint8Array(2 * merkleHashBytes);
  for (let i = 0; i < level; i++) {
    pair.set(node);
    pair.set(node, merkleHashBytes);
    node = hashes.sha256(pair);
  }
  return node;
}

/**
 * The root over `nodes`, which are hashes `level` levels above the leaves, padded with the padding
 * hash of that level up to `width` nodes, a power of two (by default the next one). At least one node.
 */
export function merkleRoot(
  nodes: Uint8Array,
  hashes: Hashes,
  level = 0,
  width = nextPowerOfTwo(nodes.length / merkleHashBytes),
): Uint8Array {
  return foldMerkleLayer(nodes, Math.log2(width), hashes, level).slice(0, merkleHashBytes);
}

/**
 * The layer `levels` above `nodes`: each of its hashes covers 2^levels of them. Nodes that would cover
 * padding only are left out, as in `piece layers`.
 */
export function foldMerkleLayer(
  nodes: Uint8Array,
  levels: number,
  hashes: Hashes,
  level = 0,
): Uint8Array {
  let count = nodes.length / merkleHashBytes;
  assert(count >= 1 && Number.isInteger(count) && Number.isInteger(levels), 'no whole tree');
  let layer = nodes;
  let padding = merklePadding(level, hashes);
  for (let i = 0; i < levels; i++) {
    const above = new Uint8Array(Math.ceil(count / 2) * merkleHashBytes);
    const pair = new Uint8Array(2 * merkleHashBytes);
    for (let node = 0; node < count; node += 2) {
      const start = node * merkleHashBytes;
      pair.set(layer.subarray(start, start + 2 * merkleHashBytes));
      if (node + 1 === count) pair.set(padding, merkleHashBytes);
      above.set(hashes.sha256(pair), (node / 2) * merkleHashBytes);
    }
    pair.set(padding);
    pair.set(padding, merkleHashBytes);
    padding = hashes.sha256(pair);
    layer = above;
    count = Math.ceil(count / 2);
  }
  return layer;
}

/** Leaves of a file or piece of so many bytes, before padding. */
export function merkleLeafCount(lengthBytes: number): number {
  return Math.ceil(lengthBytes / merkleBlockBytes);
}

export function nextPowerOfTwo(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}

/** Levels between the leaves and the hashes that cover one piece each. */
export function pieceLayerLevel(pieceLength: number): number {
  return Math.log2(pieceLength / merkleBlockBytes);
}

/** Whether a file's piece layer belongs under its root. The layer has one hash for each piece of the file. */
export function isLayerOfRoot(
  layer: Uint8Array,
  root: Uint8Array,
  pieceLength: number,
  hashes: Hashes,
): boolean {
  const computed = merkleRoot(layer, hashes, pieceLayerLevel(pieceLength));
  return computed.every((byte, i) => byte === root[i]);
}

/**
 * A file's root and piece layer from the hashes of its 16 KiB blocks, as a hasher collects them.
 * The layer is absent for a file of at most one piece, whose root says all (BEP 52).
 */
export function hashFileV2(
  leaves: Uint8Array,
  pieceLength: number,
  hashes: Hashes,
): { root: Uint8Array; layer?: Uint8Array } {
  const level = pieceLayerLevel(pieceLength);
  if (leaves.length / merkleHashBytes <= 2 ** level) return { root: merkleRoot(leaves, hashes) };
  const layer = foldMerkleLayer(leaves, level, hashes);
  return { root: merkleRoot(layer, hashes, level), layer };
}
