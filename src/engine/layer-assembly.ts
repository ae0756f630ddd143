/**
 * One piece layer on its way here, put together from ranges that were each proven (BEP 52, "hashes").
 * Invariant: it holds nothing but proven hashes, and no more memory than came.
 */
import { concatBytes } from '../base/bytes.ts';
import type { Hashes } from '../base/hashes.ts';
import type { HashRange } from '../protocol/hash-message.ts';
import { merkleHashBytes, nextPowerOfTwo } from '../protocol/merkle.ts';
import { isRangeOfLayer, type LayerShape } from '../protocol/merkle-proof.ts';

/** BEP 52 asks for no more at once. */
const rangeHashes = 512;

export class LayerAssembly {
  readonly #shape: LayerShape;
  readonly #level: number;
  readonly #hashes: Hashes;
  /** One entry a range, undefined until it came. */
  readonly #parts: (Uint8Array | undefined)[];
  #missing: number;

  /** `level` is that of the piece layer, above the leaves. */
  constructor(shape: LayerShape, level: number, hashes: Hashes) {
    this.#shape = shape;
    this.#level = level;
    this.#hashes = hashes;
    this.#missing = Math.ceil(shape.pieceCount / rangeHashes);
    this.#parts = new Array<undefined>(this.#missing).fill(undefined);
  }

  get isWhole(): boolean {
    return this.#missing === 0;
  }

  /** What to ask for, all of it. */
  ranges(): HashRange[] {
    const { piecesRoot, pieceCount } = this.#shape;
    const height = Math.log2(nextPowerOfTwo(pieceCount));
    return this.#parts.map((_, part) => {
      const index = part * rangeHashes;
      const length = Math.min(rangeHashes, nextPowerOfTwo(Math.max(2, pieceCount - index)));
      // A range that is the whole layer needs no proof, and some clients refuse to give any.
      const proofLayers = length === 2 ** height ? 0 : height - 1;
      return { piecesRoot, baseLayer: this.#level, index, length, proofLayers };
    });
  }

  /** Hashes for one of `ranges`, and behind them its uncles; false when they are not the layer's. */
  accept(range: HashRange, proven: Uint8Array): boolean {
    const { index, length } = range;
    const nodes = proven.subarray(0, length * merkleHashBytes);
    const uncles = proven.subarray(nodes.length);
    if (!isRangeOfLayer(this.#shape, this.#level, range, nodes, uncles, this.#hashes)) return false;
    const part = index / rangeHashes;
    if (this.#parts[part] !== undefined) return true;
    const count = Math.min(length, this.#shape.pieceCount - index);
    this.#parts[part] = nodes.slice(0, count * merkleHashBytes);
    this.#missing--;
    return true;
  }

  /** The whole layer, 32 bytes a piece. */
  layer(): Uint8Array {
    return concatBytes(this.#parts.filter((part) => part !== undefined));
  }
}
