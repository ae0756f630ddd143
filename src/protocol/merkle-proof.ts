/**
 * Whether a range of a file's piece layer, as a peer sends it in a hashes message, belongs under the
 * file's root (BEP 52, "hashes").
 * Invariant: ranges that are each accepted and cover a whole layer make a layer that `isLayerOfRoot`
 * accepts, because what lies past the end of the file has to be padding.
 */
import { concatBytes, equalBytes } from '../base/bytes.ts';
import type { Hashes } from '../base/hashes.ts';
import { merkleHashBytes, merklePadding, merkleRoot, nextPowerOfTwo } from './merkle.ts';

export interface LayerShape {
  /** Root of the file's tree, 32 bytes. */
  readonly piecesRoot: Uint8Array;
  /** Hashes in the layer, without padding; at least two. */
  readonly pieceCount: number;
}

/**
 * `nodes` are the `length` hashes of the layer from `index` on; `index` is a multiple of `length`, a power of two.
 * `uncles` lead from them up to the root, the lowest first; another number of them is no proof.
 */
export function isRangeOfLayer(
  { piecesRoot, pieceCount }: LayerShape,
  level: number,
  range: { readonly index: number; readonly length: number },
  nodes: Uint8Array,
  uncles: Uint8Array,
  hashes: Hashes,
): boolean {
  const { index, length } = range;
  const height = Math.log2(nextPowerOfTwo(pieceCount));
  const lowest = Math.log2(length);
  if (nodes.length !== length * merkleHashBytes) return false;
  if (uncles.length !== (height - lowest) * merkleHashBytes) return false;
  const padding = merklePadding(level, hashes);
  for (let i = Math.max(0, pieceCount - index); i < length; i++) {
    if (!equalBytes(hashAt(nodes, i), padding)) return false;
  }
  let node = merkleRoot(nodes, hashes, level);
  for (let up = lowest; up < height; up++) {
    const place = Math.floor(index / 2 ** up);
    const uncle = hashAt(uncles, up - lowest);
    const isPadding = (place ^ 1) * 2 ** up >= pieceCount;
    if (isPadding && !equalBytes(uncle, merklePadding(level + up, hashes))) return false;
    node = hashes.sha256(concatBytes(place % 2 === 0 ? [node, uncle] : [uncle, node]));
  }
  return equalBytes(node, piecesRoot);
}

function hashAt(nodes: Uint8Array, i: number): Uint8Array {
  return nodes.subarray(i * merkleHashBytes, (i + 1) * merkleHashBytes);
}
