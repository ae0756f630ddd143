/**
 * A walk through the index of swarms, shard by shard and page by page.
 * Invariant: a swarm that is in the index all the while is passed on exactly once, though Redis may
 * name a member twice; what is held is bounded by one shard.
 */
import { fromHex, toHex } from '../../base/hex.ts';

export interface IndexPage {
  /** `0` when there is no more. */
  readonly cursor: string;
  readonly infoHashes: readonly Buffer[];
}

export class IndexWalk {
  readonly #page: (shard: number, cursor: string) => Promise<IndexPage>;
  readonly #shards: number;
  #shard = 0;
  #cursor = '0';
  #seen = new Set<string>();
  readonly #ready: Uint8Array[] = [];

  constructor(page: (shard: number, cursor: string) => Promise<IndexPage>, shards: number) {
    this.#page = page;
    this.#shards = shards;
  }

  /** At most `limit` info-hashes; empty at the end. */
  async next(limit: number): Promise<Uint8Array[]> {
    while (this.#ready.length < limit && this.#shard < this.#shards) {
      const { cursor, infoHashes } = await this.#page(this.#shard, this.#cursor);
      for (const infoHash of infoHashes) {
        const hex = toHex(infoHash);
        if (this.#seen.has(hex)) continue;
        this.#seen.add(hex);
        this.#ready.push(fromHex(hex)!);
      }
      this.#cursor = cursor;
      if (cursor !== '0') continue;
      this.#shard++;
      this.#seen = new Set();
    }
    return this.#ready.splice(0, limit);
  }
}
