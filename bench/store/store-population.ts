/**
 * Swarms and peers for the store's benchmarks. Nothing is kept for a swarm or peer but the swarm of each
 * peer, in the random order in which peers come; info-hash and address follow from their numbers.
 */
import { SeededRandom } from '../../src/base/random.ts';
import type { MemorySwarmStore } from '../../src/tracker/memory-swarm-store.ts';
import type { AnnounceOutput, StoreFailure } from '../../src/tracker/swarm-store.ts';

export type Distribution = 'uniform' | 'zipf';

export class StorePopulation {
  readonly swarms: number;
  readonly peers: number;
  readonly random = new SeededRandom(1);
  readonly #swarmOf: Uint32Array;
  readonly #output: AnnounceOutput = {
    seeders: 0,
    leechers: 0,
    downloads: 0,
    ipv4: new Uint8Array(6 * 200),
    ipv4At: 0,
    ipv4Count: 0,
    ipv6: new Uint8Array(18 * 200),
    ipv6At: 0,
    ipv6Count: 0,
  };
  readonly #request = {
    infoHash: new Uint8Array(20),
    address: new Uint8Array(4),
    port: 0,
    peerId: new TextEncoder().encode('-qB5000-abcdefghijkl'),
    event: 'none' as const,
    isSeeder: false,
    numWant: 0,
    wantsBothFamilies: false,
    wantsPeerIds: false,
  };

  constructor(distribution: Distribution, swarms: number, peers: number) {
    this.swarms = swarms;
    this.peers = peers;
    this.#swarmOf = shuffledSwarms(distribution, swarms, peers, this.random);
  }

  /** The peer of this number announces itself; returns how many peers it got, or the refusal. */
  announce(
    store: MemorySwarmStore,
    peer: number,
    numWant: number,
    nowMs: number,
  ): number | StoreFailure {
    const request = this.#request;
    const swarm = Math.imul(this.#swarmOf[peer % this.peers]! + 1, 0x9e37_79b1);
    const { infoHash, address } = request;
    for (let i = 0; i < 20; i++) infoHash[i] = Math.imul(swarm, 2 * i + 3) >>> 13;
    infoHash[0] = swarm;
    infoHash[1] = swarm >>> 8;
    infoHash[2] = swarm >>> 16;
    infoHash[3] = swarm >>> 24;
    const mixed = Math.imul(peer + 1, 0x85eb_ca6b);
    // The first byte is of no private network.
    address[0] = 128 + (mixed & 31);
    address[1] = mixed >>> 24;
    address[2] = mixed >>> 16;
    address[3] = mixed >>> 8;
    request.port = 1024 + ((mixed >>> 5) & 0x7fff);
    request.isSeeder = (mixed & 3) === 0;
    request.numWant = numWant;
    const failure = store.announceNow(request, nowMs, this.#output);
    return failure ?? this.#output.ipv4Count;
  }
}

function shuffledSwarms(
  distribution: Distribution,
  swarms: number,
  peers: number,
  random: SeededRandom,
): Uint32Array {
  const order = new Uint32Array(peers);
  let filled = 0;
  if (distribution === 'zipf') {
    // One peer for each, and of the rest as many as 1 over the rank says.
    let harmonic = 0;
    for (let rank = 1; rank <= swarms; rank++) harmonic += 1 / rank;
    for (let swarm = 0; swarm < swarms && filled < peers; swarm++) {
      const more = Math.round((peers - swarms) / harmonic / (swarm + 1));
      for (let i = 0; i <= more && filled < peers; i++) order[filled++] = swarm;
    }
  }
  for (; filled < peers; filled++) order[filled] = filled % swarms;
  for (let i = peers - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
