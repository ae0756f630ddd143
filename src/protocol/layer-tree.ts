/**
 * The part of a file's merkle tree above one layer of it (BEP 52): gives any range of the layer with the
 * uncles that prove it.
 * Invariant: a tree costs little memory beside its layer; only nodes over 512 hashes or more are kept,
 * from the first time they are needed.
 */
import { assert } from '../base/assert.ts';
import { concatBytes } from '../base/bytes.ts';
import type { Hashes } from '../base/hashes.ts';
import { uncleCount } from './hash-message.ts';
import { foldMerkleLayer, merkleHashBytes, merklePadding, nextPowerOfTwo } from './merkle.ts';

/** Levels above the layer below which nodes are computed when they are asked for. */
const computedLevels = 9;

export class LayerTree {
  /** Levels between the layer and the root. */
  readonly height: number;
  readonly #layer: Uint8Array;
  readonly #level: number;
  readonly #hashes: Hashes;
  /** From `computedLevels` above the layer up to the root, without nodes that cover padding only. */
  #upper: readonly Uint8Array[] | undefined;

  /** `layer` holds 32 bytes a hash, without padding, at `level` above the leaves. */
  constructor(layer: Uint8Array, level: number, hashes: Hashes) {
    assert(layer.length >= 2 * merkleHashBytes, 'a file of one piece has no layer');
    this.#layer = layer;
    this.#level = level;
    this.#hashes = hashes;
    this.height = Math.log2(nextPowerOfTwo(layer.length / merkleHashBytes));
  }

  /**
   * The hashes of a range of the layer, padding included, and behind them its uncles from the lowest
   * to the one at `proofLayers`: the content of a hashes message. Undefined when the tree has no such range
   * or no such layers.
   */
  prove(index: number, length: number, proofLayers: number): Uint8Array | undefined {
    if (index + length > 2 ** this.height || proofLayers >= this.height) return undefined;
    const parts: Uint8Array[] = [];
    const end = Math.min(index + length, this.#layer.length / merkleHashBytes);
    const start = Math.min(index, end);
    parts.push(this.#layer.subarray(start * merkleHashBytes, end * merkleHashBytes));
    const padding = merklePadding(this.#level, this.#hashes);
    for (let i = end - start; i < length; i++) parts.push(padding);
    const lowest = Math.log2(length);
    for (let i = 0; i < uncleCount(length, proofLayers); i++) {
      parts.push(this.#node(lowest + i, Math.floor(index / 2 ** (lowest + i)) ^ 1));
    }
    return concatBytes(parts);
  }

  /** Hashes that `prove` computes at most; the nodes kept from earlier calls are not counted. */
  static workOf(length: number, proofLayers: number): number {
    const lowest = Math.log2(length);
    let work = 0;
    for (let up = lowest; up < computedLevels && up <= proofLayers; up++) work += 2 ** up;
    return work;
  }

  #node(up: number, index: number): Uint8Array {
    if (up >= computedLevels) {
      this.#upper ??= this.#fold();
      const start = index * merkleHashBytes;
      const node = this.#upper[up - computedLevels]?.subarray(start, start + merkleHashBytes);
      return node?.length === merkleHashBytes ? node : this.#padding(up);
    }
    const covered = 2 ** up * merkleHashBytes;
    const below = this.#layer.subarray(index * covered, (index + 1) * covered);
    if (below.length === 0) return this.#padding(up);
    return foldMerkleLayer(below, up, this.#hashes, this.#level);
  }

  #padding(up: number): Uint8Array {
    return merklePadding(this.#level + up, this.#hashes);
  }

  #fold(): Uint8Array[] {
    const levels = [foldMerkleLayer(this.#layer, computedLevels, this.#hashes, this.#level)];
    for (let up = computedLevels; up < this.height; up++) {
      levels.push(foldMerkleLayer(levels.at(-1)!, 1, this.#hashes, this.#level + up));
    }
    return levels;
  }
}
