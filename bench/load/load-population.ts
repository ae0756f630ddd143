/**
 * The swarms and peers that a load pretends to be. Nothing is stored but the info-hashes: who a peer is
 * follows from the number of its swarm and its number in it, so that any process can name the same ones.
 * Invariant: within a swarm no two peers have the same address and port.
 */
import { SeededRandom } from '../../src/base/random.ts';

export interface PopulationOptions {
  readonly swarms: number;
  readonly peersPerSwarm: number;
  /** Addresses that the peers are spread over: 127.0.0.2 and those after it. */
  readonly sources: number;
  /** Other numbers give other info-hashes. */
  readonly seed?: number;
}

/** Five digits, so that every request in text has the same length. */
const firstPort = 10_000;
/** A prime number of ports, so that steps through it meet each once. */
const portCount = 54_983;
const seederPart = 4;

export class LoadPopulation {
  readonly swarms: number;
  readonly sources: number;
  /** Peers of one swarm at one source; the same at each. */
  readonly peersPerSource: number;
  /** 5 words a swarm; each is 4 bytes in the order of memory. */
  readonly hashWords: Int32Array;

  constructor({ swarms, peersPerSwarm, sources, seed = 1 }: PopulationOptions) {
    this.swarms = swarms;
    this.sources = sources;
    this.peersPerSource = Math.ceil(peersPerSwarm / sources);
    const random = new SeededRandom(seed);
    this.hashWords = Int32Array.from({ length: 5 * swarms }, () => random.below(2 ** 32));
  }

  /** 20 bytes. */
  infoHash(swarm: number): Uint8Array {
    return new Uint8Array(this.hashWords.buffer, 20 * swarm, 20);
  }

  /** For a peer of one source, `peer` being its number there. */
  port(swarm: number, peer: number): number {
    return firstPort + ((swarm * 31 + peer * 1_009) % portCount);
  }

  isSeeder(peer: number): boolean {
    return peer % seederPart === 0;
  }
}

export function sourceAddress(source: number): string {
  return `127.0.${source >> 7}.${2 + (source & 127)}`;
}
