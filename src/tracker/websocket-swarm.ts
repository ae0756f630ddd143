/**
 * One torrent's WebRTC peers and the choice of whom to pass offers to.
 * Invariants: seeders come first in `#peers`, so that "leechers only" is a range; a peer knows its place.
 */
import type { Random } from '../base/random.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { sampleIndices } from './sample.ts';
import type { WebSocketPeer } from './websocket-peer.ts';

/** No announce brings more offers than the codec lets through. */
const mostChosen = 64;

export class WebSocketSwarm implements SwarmCounts {
  /** Binary string. */
  readonly infoHash: string;
  readonly #peers: WebSocketPeer[] = [];
  #seeders = 0;
  downloads = 0;

  constructor(infoHash: string) {
    this.infoHash = infoHash;
  }

  get size(): number {
    return this.#peers.length;
  }

  get seeders(): number {
    return this.#seeders;
  }

  get leechers(): number {
    return this.#peers.length - this.#seeders;
  }

  /** Adds it as what `isSeeder` says. */
  add(peer: WebSocketPeer): void {
    this.#put(peer, this.#peers.length);
    if (peer.isSeeder) this.#moveToSeeders(peer);
  }

  remove(peer: WebSocketPeer): void {
    if (peer.isSeeder) this.#moveToLeechers(peer);
    const last = this.#peers.pop()!;
    if (last !== peer) this.#put(last, peer.place);
  }

  setSeeder(peer: WebSocketPeer, isSeeder: boolean): void {
    if (peer.isSeeder === isSeeder) return;
    peer.isSeeder = isSeeder;
    if (isSeeder) this.#moveToSeeders(peer);
    else this.#moveToLeechers(peer);
  }

  /**
   * At most `count` others, any set of them equally likely: leechers for a seeder, which has nothing to
   * get from another seeder, all for a leecher.
   */
  chooseFor(asker: WebSocketPeer, count: number, random: Random): WebSocketPeer[] {
    const first = asker.isSeeder ? this.#seeders : 0;
    const others = this.#peers.length - first - (asker.isSeeder ? 0 : 1);
    const chosen = Math.max(0, Math.min(count, others, mostChosen));
    const indices = new Uint32Array(chosen);
    sampleIndices(chosen, others, random, indices);
    const found: WebSocketPeer[] = [];
    for (const index of indices) {
      const place = first + index;
      found.push(this.#peers[!asker.isSeeder && place >= asker.place ? place + 1 : place]!);
    }
    return found;
  }

  firstPeers(limit: number): WebSocketPeer[] {
    return this.#peers.slice(0, limit);
  }

  #moveToSeeders(peer: WebSocketPeer): void {
    this.#swap(peer, this.#seeders);
    this.#seeders++;
  }

  #moveToLeechers(peer: WebSocketPeer): void {
    this.#seeders--;
    this.#swap(peer, this.#seeders);
  }

  #swap(peer: WebSocketPeer, place: number): void {
    const other = this.#peers[place]!;
    this.#put(other, peer.place);
    this.#put(peer, place);
  }

  #put(peer: WebSocketPeer, place: number): void {
    this.#peers[place] = peer;
    peer.place = place;
  }
}
