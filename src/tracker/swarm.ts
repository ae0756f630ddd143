/**
 * One torrent's peers: a pool for each address family and kind of network, made when first needed.
 * Invariant: a peer's address alone decides its pool.
 */
import { isLinkLocal, isLoopback, isPrivate } from '../base/ip-network.ts';
import { PeerPool } from './peer-pool.ts';
import type { PeerSnapshot } from './swarm-store.ts';

export interface PoolSettings {
  readonly keepsPeerIds: boolean;
  /** 32 random bits, so that nobody can choose addresses that collide. */
  readonly hashSeed: number;
}

const publicPool = 0;
const privatePool = 1;

export class Swarm {
  /** The 20 bytes as text, one character a byte. */
  readonly key: string;
  readonly #settings: PoolSettings;
  readonly #ipv4: (PeerPool | undefined)[] = [];
  readonly #ipv6: (PeerPool | undefined)[] = [];
  downloads = 0;

  constructor(key: string, settings: PoolSettings) {
    this.key = key;
    this.#settings = settings;
  }

  get seeders(): number {
    return this.#sum((pool) => pool.seeders);
  }

  get leechers(): number {
    return this.#sum((pool) => pool.leechers);
  }

  get size(): number {
    return this.#sum((pool) => pool.size);
  }

  /** The pool in which a peer of this address belongs; undefined when it does not exist yet. */
  findPool(address: Uint8Array): PeerPool | undefined {
    return this.#family(address.length)[poolOf(address)];
  }

  pool(address: Uint8Array): PeerPool {
    const family = this.#family(address.length);
    const which = poolOf(address);
    let pool = family[which];
    if (pool === undefined) {
      pool = new PeerPool(address.length + 2, this.#settings.keepsPeerIds, this.#settings.hashSeed);
      family[which] = pool;
    }
    return pool;
  }

  /** Pools of the family with the given address length, the asker's own kind of network first. */
  *poolsFor(addressLength: number, asker: Uint8Array): Generator<PeerPool> {
    const family = this.#family(addressLength);
    const own = poolOf(asker);
    const first = family[own];
    const second = family[own === publicPool ? privatePool : publicPool];
    if (first !== undefined) yield first;
    if (second !== undefined) yield second;
  }

  peers(limit: number, nowSeconds: number): PeerSnapshot[] {
    const found: PeerSnapshot[] = [];
    for (const pool of [...this.#ipv4, ...this.#ipv6]) {
      if (pool === undefined) continue;
      for (let slot = 0; slot < pool.size && found.length < limit; slot++) {
        found.push(snapshotPeer(pool, slot, nowSeconds));
      }
    }
    return found;
  }

  #family(addressLength: number): (PeerPool | undefined)[] {
    return addressLength === 4 ? this.#ipv4 : this.#ipv6;
  }

  #sum(part: (pool: PeerPool) => number): number {
    let sum = 0;
    for (const pool of this.#ipv4) if (pool !== undefined) sum += part(pool);
    for (const pool of this.#ipv6) if (pool !== undefined) sum += part(pool);
    return sum;
  }
}

function poolOf(address: Uint8Array): number {
  const local = isPrivate(address) || isLoopback(address) || isLinkLocal(address);
  return local ? privatePool : publicPool;
}

function snapshotPeer(pool: PeerPool, slot: number, nowSeconds: number): PeerSnapshot {
  const record = new Uint8Array(pool.recordLength);
  const peerId = new Uint8Array(20);
  pool.copyRecord(slot, record, 0);
  pool.copyPeerId(slot, peerId, 0);
  const portAt = record.length - 2;
  return {
    address: record.subarray(0, portAt),
    port: (record[portAt]! << 8) | record[portAt + 1]!,
    client: peerId.subarray(0, 8),
    isSeeder: slot < pool.seeders,
    ageMs: 1000 * Math.max(0, nowSeconds - pool.lastSeenSeconds(slot)),
  };
}
