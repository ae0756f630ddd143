/**
 * Who gets hashes of piece layers from us, and how fast (BEP 52, "hash request"). An honest peer asks
 * for each layer once, so each may have them twice at once and then only at a trickle; the work of proving
 * counts as much as what is sent.
 * Invariant: a peer never costs more than its bucket, whatever it asks.
 */
import type { Hashes } from '../base/hashes.ts';
import { toHex } from '../base/hex.ts';
import { type HashRange, uncleCount } from '../protocol/hash-message.ts';
import { LayerTree } from '../protocol/layer-tree.ts';
import { merkleHashBytes, pieceLayerLevel } from '../protocol/merkle.ts';
import { TokenBucket } from './rate.ts';

/** After its two copies; some ranges of 512 a second. */
const trickleBytesPerSecond = 64 * 1024;
/**
 * Bytes of hashes that fetching a layer once costs, to the bytes of the layer, at worst: padding to a
 * power of two, and the proof of a last short range.
 */
const worstCost = 4;
const leastBurstBytes = 64 * 1024;

/** What a torrent has to serve. */
export interface PieceLayers {
  readonly pieceLength: number;
  /** By pieces root in lower-case hex, 32 bytes a piece; of files larger than a piece. */
  readonly layers: ReadonlyMap<string, Uint8Array>;
}

export class HashServe {
  readonly #hashes: Hashes;
  readonly #trees = new Map<string, LayerTree>();
  readonly #buckets = new Map<number, TokenBucket>();
  #source: PieceLayers | undefined;
  #burstBytes = 0;

  constructor(hashes: Hashes) {
    this.#hashes = hashes;
  }

  setLayers(source: PieceLayers): void {
    this.#source = source;
    this.#trees.clear();
    this.#buckets.clear();
    let layerBytes = 0;
    for (const layer of source.layers.values()) layerBytes += layer.length;
    this.#burstBytes = 2 * Math.max(worstCost * layerBytes, leastBurstBytes);
  }

  /** The hashes and their uncles; undefined is to be answered with a hash reject. */
  onRequest(peer: number, range: HashRange, nowMs: number): Uint8Array | undefined {
    const tree = this.#treeOf(range);
    if (tree === undefined) return undefined;
    const { index, length, proofLayers } = range;
    const bucket = this.#bucketOf(peer, nowMs);
    if (bucket.available(nowMs) <= 0) return undefined;
    const proven = tree.prove(index, length, proofLayers);
    if (proven === undefined) return undefined;
    const work = LayerTree.workOf(length, proofLayers);
    const cost = length + uncleCount(length, proofLayers) + work;
    bucket.take(cost * merkleHashBytes, nowMs);
    return proven;
  }

  onPeerGone(peer: number): void {
    this.#buckets.delete(peer);
  }

  #treeOf({ piecesRoot, baseLayer }: HashRange): LayerTree | undefined {
    const source = this.#source;
    if (source === undefined || baseLayer !== pieceLayerLevel(source.pieceLength)) return undefined;
    const root = toHex(piecesRoot);
    const known = this.#trees.get(root);
    if (known !== undefined) return known;
    const layer = source.layers.get(root);
    if (layer === undefined) return undefined;
    const tree = new LayerTree(layer, baseLayer, this.#hashes);
    this.#trees.set(root, tree);
    return tree;
  }

  #bucketOf(peer: number, nowMs: number): TokenBucket {
    let bucket = this.#buckets.get(peer);
    if (bucket === undefined) {
      bucket = new TokenBucket(trickleBytesPerSecond, nowMs, this.#burstBytes);
      this.#buckets.set(peer, bucket);
    }
    return bucket;
  }
}
