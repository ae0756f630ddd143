/**
 * Tells peers about each other (BEP 11): once a minute, what changed since the last message to that
 * peer, at most 50 addresses each way; and listens to each peer about as often.
 * Invariant: only addresses we are connected to and that can be dialled are passed on; never in a
 * private torrent (BEP 27).
 */
import type { Endpoint } from '../base/endpoint.ts';
import { endpointKey } from '../base/endpoint.ts';
import { encodePex, PEX_REACHABLE, PEX_UPLOAD_ONLY, type PexPeer } from '../protocol/pex.ts';
import type { PeerSession } from './peer-session.ts';

const intervalMs = 60_000;
const maxPerMessage = 50;
/** Peers say something once a minute; sooner than this is passed over. */
const leastIntervalMs = 45_000;

export interface PexHost {
  sessions(): Iterable<PeerSession>;
  /** Where others can dial this peer; undefined when that is not known. */
  dialableEndpoint(session: PeerSession): Endpoint | undefined;
  sendPex(session: PeerSession, payload: Uint8Array): void;
  supportsPex(session: PeerSession): boolean;
}

interface Told {
  atMs: number;
  readonly peers: Map<string, Endpoint>;
}

export class PexRounds {
  readonly #host: PexHost;
  readonly #told = new Map<PeerSession, Told>();
  readonly #heardAtMs = new Map<PeerSession, number>();

  constructor(host: PexHost) {
    this.#host = host;
  }

  tick(nowMs: number): void {
    let current: Map<string, PexPeer> | undefined;
    for (const session of this.#host.sessions()) {
      if (session.handshake === undefined || !this.#host.supportsPex(session)) continue;
      let told = this.#told.get(session);
      if (told === undefined) {
        // The first message waits a little, so that it says more than one address.
        told = { atMs: nowMs - intervalMs + 5_000, peers: new Map() };
        this.#told.set(session, told);
      }
      if (nowMs - told.atMs < intervalMs) continue;
      told.atMs = nowMs;
      current ??= this.#current();
      this.#tell(session, told, current);
    }
  }

  /** Whether what this peer says now is heard; asked for each of its messages. */
  hears(session: PeerSession, nowMs: number): boolean {
    const heardAtMs = this.#heardAtMs.get(session);
    if (heardAtMs !== undefined && nowMs - heardAtMs < leastIntervalMs) return false;
    this.#heardAtMs.set(session, nowMs);
    return true;
  }

  onGone(session: PeerSession): void {
    this.#told.delete(session);
    this.#heardAtMs.delete(session);
  }

  #tell(session: PeerSession, told: Told, current: ReadonlyMap<string, PexPeer>): void {
    const self = this.#host.dialableEndpoint(session);
    const selfKey = self === undefined ? undefined : endpointKey(self);
    const added: PexPeer[] = [];
    for (const [key, peer] of current) {
      if (added.length === maxPerMessage) break;
      if (key === selfKey || told.peers.has(key)) continue;
      told.peers.set(key, peer);
      added.push(peer);
    }
    const dropped: Endpoint[] = [];
    for (const [key, peer] of told.peers) {
      if (dropped.length === maxPerMessage) break;
      if (current.has(key)) continue;
      told.peers.delete(key);
      dropped.push(peer);
    }
    if (added.length + dropped.length > 0) {
      this.#host.sendPex(session, encodePex({ added, dropped }));
    }
  }

  #current(): Map<string, PexPeer> {
    const current = new Map<string, PexPeer>();
    for (const session of this.#host.sessions()) {
      const endpoint = this.#host.dialableEndpoint(session);
      if (endpoint === undefined || session.handshake === undefined) continue;
      const isSeeder = session.remote.field?.isFull === true;
      const flags = (isSeeder ? PEX_UPLOAD_ONLY : 0) | (session.link.incoming ? 0 : PEX_REACHABLE);
      current.set(endpointKey(endpoint), { ...endpoint, flags });
    }
    return current;
  }
}
