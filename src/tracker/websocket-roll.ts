/**
 * Who is there: connections, their WebRTC peers, and the swarms these make up.
 * Invariants: a peer id is held once in a swarm; every peer is in its connection, its swarm and the
 * index, or in none of them; a swarm without peers is gone, and so is what it counted.
 */
import { decodeLatin1, encodeLatin1 } from '../base/text.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import type { PeerSnapshot, SwarmScan, SwarmSnapshot, SwarmTotals } from './swarm-store.ts';
import type { WebSocketLimits } from './websocket-limits.ts';
import type { WebSocketConnection, WebSocketPeer } from './websocket-peer.ts';
import { WebSocketSwarm } from './websocket-swarm.ts';

const nothing: SwarmCounts = { seeders: 0, leechers: 0, downloads: 0 };
/** A look at every peer takes about so many ticks. */
const ticksPerRound = 10;

export class WebSocketRoll {
  readonly #limits: WebSocketLimits;
  readonly #swarms = new Map<string, WebSocketSwarm>();
  /** By info-hash and peer id, one after the other. */
  readonly #peers = new Map<string, WebSocketPeer>();
  /** A walk that goes on from tick to tick, while peers come and go. */
  #round: Iterator<WebSocketPeer>;
  #seeders = 0;
  #nextSerial = 0;

  constructor(limits: WebSocketLimits) {
    this.#limits = limits;
    this.#round = this.#peers.values();
  }

  find(infoHash: string, peerId: string): WebSocketPeer | undefined {
    return this.#peers.get(infoHash + peerId);
  }

  /** A string says why the peer cannot join. Its id must not be held in that swarm. */
  join(
    connection: WebSocketConnection,
    infoHash: string,
    peerId: string,
    nowMs: number,
  ): WebSocketPeer | string {
    const refusal = this.#noRoomFor(connection, infoHash);
    if (refusal !== undefined) return refusal;
    let swarm = this.#swarms.get(infoHash);
    if (swarm === undefined) {
      swarm = new WebSocketSwarm(infoHash);
      this.#swarms.set(infoHash, swarm);
    }
    const peer: WebSocketPeer = {
      serial: this.#nextSerial++,
      swarm,
      connection,
      peerId,
      place: 0,
      isSeeder: false,
      hasCompleted: false,
      lastSeenMs: nowMs,
      offersMade: 0,
      offersGot: 0,
    };
    swarm.add(peer);
    connection.peers.add(peer);
    this.#peers.set(infoHash + peerId, peer);
    return peer;
  }

  setSeeder(peer: WebSocketPeer, isSeeder: boolean): void {
    if (peer.isSeeder === isSeeder) return;
    this.#seeders += isSeeder ? 1 : -1;
    peer.swarm.setSeeder(peer, isSeeder);
  }

  leave(peer: WebSocketPeer): void {
    const { swarm, connection } = peer;
    if (peer.isSeeder) this.#seeders--;
    swarm.remove(peer);
    if (swarm.size === 0) this.#swarms.delete(swarm.infoHash);
    connection.peers.delete(peer);
    this.#peers.delete(swarm.infoHash + peer.peerId);
  }

  /** Does a part of a round at each call. Returns how many silent peers it forgot. */
  forgetSilent(nowMs: number): number {
    const heardByMs = nowMs - this.#limits.peerTimeoutMs;
    let forgotten = 0;
    // One more, so that the walk moves on when there is nobody: standing still, it would keep the past.
    for (let left = 1 + Math.ceil(this.#peers.size / ticksPerRound); left > 0; left--) {
      const { value: peer, done } = this.#round.next();
      if (done === true) {
        this.#round = this.#peers.values();
        break;
      }
      if (peer.lastSeenMs >= heardByMs) continue;
      this.leave(peer);
      forgotten++;
    }
    return forgotten;
  }

  /** Zeros for an unknown swarm. */
  counts(infoHash: string): SwarmCounts {
    const swarm = this.#swarms.get(infoHash);
    if (swarm === undefined) return nothing;
    const { seeders, leechers, downloads } = swarm;
    return { seeders, leechers, downloads };
  }

  totals(): SwarmTotals {
    const seeders = this.#seeders;
    return { swarms: this.#swarms.size, seeders, leechers: this.#peers.size - seeders };
  }

  peers(infoHash: string, limit: number, nowMs: number): PeerSnapshot[] {
    const swarm = this.#swarms.get(infoHash);
    return swarm === undefined ? [] : snapshotPeers(swarm, limit, nowMs);
  }

  scan(nowMs: number): SwarmScan {
    const walk = this.#swarms.values();
    return {
      next: (limit, done) => {
        const found: SwarmSnapshot[] = [];
        while (found.length < limit) {
          const { value: swarm } = walk.next();
          if (swarm === undefined) break;
          found.push(snapshotSwarm(swarm, nowMs));
        }
        done(found);
      },
    };
  }

  #noRoomFor(connection: WebSocketConnection, infoHash: string): string | undefined {
    const { maxPeers, maxPeersPerConnection, maxPeersPerConnectionInSwarm } = this.#limits;
    if (this.#peers.size >= maxPeers) {
      return 'this tracker has as many WebRTC peers as it can hold: try again later';
    }
    if (connection.peers.size >= maxPeersPerConnection) {
      return `this connection takes part in ${maxPeersPerConnection} torrents: use another for more`;
    }
    if (!this.#swarms.has(infoHash)) return undefined;
    let here = 0;
    for (const peer of connection.peers) if (peer.swarm.infoHash === infoHash) here++;
    return here < maxPeersPerConnectionInSwarm
      ? undefined
      : 'this connection takes part in that torrent under too many peer ids: stop one of them';
  }
}

function snapshotSwarm(swarm: WebSocketSwarm, nowMs: number): SwarmSnapshot {
  const { seeders, leechers, downloads } = swarm;
  return {
    infoHash: encodeLatin1(swarm.infoHash),
    seeders,
    leechers,
    downloads,
    peers: (limit) => snapshotPeers(swarm, limit, nowMs),
  };
}

function snapshotPeers(swarm: WebSocketSwarm, limit: number, nowMs: number): PeerSnapshot[] {
  return swarm.firstPeers(limit).map((peer) => ({
    address: peer.connection.client.address,
    port: peer.connection.client.port,
    client: encodeLatin1(peer.peerId.slice(0, 8)),
    isSeeder: peer.isSeeder,
    ageMs: Math.max(0, nowMs - peer.lastSeenMs),
  }));
}

/** How maps of this layer name a torrent: a character a byte. */
export function infoHashKey(infoHash: Uint8Array): string {
  return decodeLatin1(infoHash);
}
