/**
 * Who gets the info dictionary from us, and how fast (BEP 9). The dictionary is small and asked for
 * once by an honest peer, so each peer may have it twice at once and then only at a trickle.
 * Invariant: a peer never costs more upload than its bucket, whatever it asks.
 */
import { METADATA_PIECE_BYTES } from '../protocol/metadata-exchange.ts';
import { TokenBucket } from './rate.ts';

/** After its two copies. One piece a second. */
const trickleBytesPerSecond = METADATA_PIECE_BYTES;

export class MetadataServe {
  #info: Uint8Array | undefined;
  readonly #buckets = new Map<number, TokenBucket>();

  /** The raw info dictionary; undefined while we have none, or may not give it away. */
  setInfo(info: Uint8Array | undefined): void {
    this.#info = info;
    this.#buckets.clear();
  }

  /** Bytes of the info dictionary, for the extension handshake; undefined when none is served. */
  get sizeBytes(): number | undefined {
    return this.#info?.length;
  }

  /** The piece, as a view; undefined is to be answered with a reject. */
  onRequest(peer: number, piece: number, nowMs: number): Uint8Array | undefined {
    const info = this.#info;
    const start = piece * METADATA_PIECE_BYTES;
    if (info === undefined || !Number.isInteger(piece) || start < 0 || start >= info.length) {
      return undefined;
    }
    let bucket = this.#buckets.get(peer);
    if (bucket === undefined) {
      const burstBytes = 2 * Math.max(info.length, METADATA_PIECE_BYTES);
      bucket = new TokenBucket(trickleBytesPerSecond, nowMs, burstBytes);
      this.#buckets.set(peer, bucket);
    }
    if (bucket.available(nowMs) <= 0) return undefined;
    const bytes = info.subarray(start, start + METADATA_PIECE_BYTES);
    bucket.take(bytes.length, nowMs);
    return bytes;
  }

  onPeerGone(peer: number): void {
    this.#buckets.delete(peer);
  }
}
