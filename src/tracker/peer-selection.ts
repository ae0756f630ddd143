/**
 * Which peers an asker gets, written into buffers that every announce uses again. Uniformly random
 * among those that qualify; never the asker itself; leechers only for a seeder.
 */
import type { Random } from '../base/random.ts';
import type { PeerPool } from './peer-pool.ts';
import { sampleIndices } from './sample.ts';
import type { PackedPeers } from './swarm-store.ts';

export interface Asker {
  readonly pool: PeerPool | undefined;
  /** The asker's slot in `pool`; −1 when it is not listed. */
  readonly slot: number;
  readonly isSeeder: boolean;
}

export class PeerSelection {
  readonly #recordLength: number;
  readonly #random: Random;
  readonly #addresses: Uint8Array;
  readonly #peerIds: Uint8Array;
  readonly #drawn: Uint32Array;
  readonly #capacity: number;
  #count = 0;

  /** `capacity` bounds the peers of one reply; `recordLength` is 6 or 18. */
  constructor(recordLength: number, capacity: number, random: Random) {
    this.#recordLength = recordLength;
    this.#capacity = capacity;
    this.#random = random;
    this.#addresses = new Uint8Array(recordLength * capacity);
    this.#peerIds = new Uint8Array(20 * capacity);
    this.#drawn = new Uint32Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds at most `wanted` peers of `pool`. */
  draw(pool: PeerPool, wanted: number, asker: Asker): void {
    const first = asker.isSeeder ? pool.seeders : 0;
    const skipped = pool === asker.pool && asker.slot >= first ? asker.slot : -1;
    const eligible = pool.size - first - (skipped === -1 ? 0 : 1);
    const count = Math.min(wanted, eligible, this.#capacity - this.#count);
    if (count < eligible) sampleIndices(count, eligible, this.#random, this.#drawn);
    for (let i = 0; i < count; i++) {
      const slot = first + (count < eligible ? this.#drawn[i]! : i);
      this.#add(pool, skipped !== -1 && slot >= skipped ? slot + 1 : slot);
    }
  }

  /** Valid until the next `clear`. */
  packed(withPeerIds: boolean): PackedPeers {
    return {
      addresses: this.#addresses.subarray(0, this.#count * this.#recordLength),
      peerIds: this.#peerIds.subarray(0, withPeerIds ? this.#count * 20 : 0),
    };
  }

  #add(pool: PeerPool, slot: number): void {
    pool.copyRecord(slot, this.#addresses, this.#count * this.#recordLength);
    pool.copyPeerId(slot, this.#peerIds, this.#count * 20);
    this.#count++;
  }
}
