/**
 * Both sides of hash exchange on a torrent's sessions (BEP 52, "hash request"): fetches piece layers
 * while the torrent lacks them, gives them away once it has them.
 * Invariant: hashes are asked only from peers that are known to have the info dictionary, since others
 * cannot tell what is asked; every hash request is answered. Layers are lacking only in a swarm of the
 * version 2 info-hash, where all speak version 2: the bit in the handshake is for hybrids, and not set there.
 */
import type { Hashes } from '../base/hashes.ts';
import {
  decodeHashes,
  decodeHashRange,
  encodeHashes,
  encodeHashReject,
  encodeHashRequest,
} from '../protocol/hash-message.ts';
import type { LayerShape } from '../protocol/merkle-proof.ts';
import { isViolation } from '../protocol/violation.ts';
import { floodCost } from './flood-guard.ts';
import { HashFetch } from './hash-fetch.ts';
import { HashServe, type PieceLayers } from './hash-serve.ts';
import type { PeerSession } from './peer-session.ts';
import type { Limit } from './rate.ts';

/** A peer that asks and does not read what it gets is told no. */
const mostQueuedBytes = 1024 * 1024;

/** The layers that a torrent lacks. */
export interface MissingLayers {
  readonly pieceLength: number;
  readonly layers: readonly LayerShape[];
}

export interface HashTalkHost {
  readonly hashes: Hashes;
  readonly upLimit: Limit;
  nowMs(): number;
  sessions(): Iterable<PeerSession>;
  session(id: number): PeerSession | undefined;
  /** The peer said how large its info dictionary is. */
  offersMetadata(session: PeerSession): boolean;
  /** By root in hex. */
  onLayers(layers: ReadonlyMap<string, Uint8Array>): void;
  /** It sent false hashes, beyond doubt. */
  onLiar(session: PeerSession): void;
}

export class HashTalk {
  readonly #host: HashTalkHost;
  readonly #serve: HashServe;
  #fetch: HashFetch | undefined;

  constructor(host: HashTalkHost) {
    this.#host = host;
    this.#serve = new HashServe(host.hashes);
  }

  get isFetching(): boolean {
    return this.#fetch !== undefined;
  }

  serve(layers: PieceLayers): void {
    this.#fetch = undefined;
    this.#serve.setLayers(layers);
  }

  fetch({ pieceLength, layers }: MissingLayers): void {
    const host = this.#host;
    this.#fetch = new HashFetch(layers, pieceLength, host.hashes, {
      request: (peer, range) => host.session(peer)?.send(encodeHashRequest(range)),
      liar: (peer) => {
        const session = host.session(peer);
        if (session !== undefined) host.onLiar(session);
      },
      done: (whole) => {
        this.#fetch = undefined;
        host.onLayers(whole);
      },
    });
    this.#addSources();
  }

  onHashRequest(session: PeerSession, payload: Uint8Array): void {
    const range = decodeHashRange(payload);
    if (isViolation(range)) {
      session.violate(range);
      return;
    }
    const nowMs = this.#host.nowMs();
    const isReading = session.link.queuedBytes < mostQueuedBytes;
    const proven = isReading ? this.#serve.onRequest(session.id, range, nowMs) : undefined;
    if (proven !== undefined) this.#host.upLimit.take(proven.length, nowMs);
    session.send(proven === undefined ? encodeHashReject(range) : encodeHashes(range, proven));
    if (proven === undefined) session.onUseless(floodCost.hashesRefused);
  }

  /** What nobody asked for is passed over: it may answer a request that was given up. */
  onHashes(session: PeerSession, payload: Uint8Array): void {
    if (this.#fetch === undefined) {
      session.onUseless(floodCost.strange);
      return;
    }
    const decoded = decodeHashes(payload);
    if (isViolation(decoded)) session.violate(decoded);
    else this.#fetch.onHashes(session.id, decoded.range, decoded.hashes, this.#host.nowMs());
  }

  onHashReject(session: PeerSession, payload: Uint8Array): void {
    if (this.#fetch === undefined) {
      session.onUseless(floodCost.strange);
      return;
    }
    const range = decodeHashRange(payload);
    if (isViolation(range)) session.violate(range);
    else this.#fetch.onReject(session.id, range, this.#host.nowMs());
  }

  /** Something became known of the peer. */
  onNews(session: PeerSession): void {
    if (this.#fetch === undefined || session.handshake === undefined) return;
    if (!session.remote.hasAny && !this.#host.offersMetadata(session)) return;
    this.#fetch.addPeer(session.id, this.#host.nowMs());
  }

  onGone(session: PeerSession): void {
    this.#fetch?.onPeerGone(session.id, this.#host.nowMs());
    this.#serve.onPeerGone(session.id);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    if (this.#fetch === undefined) return;
    this.#addSources();
    this.#fetch?.tick(nowMs);
  }

  #addSources(): void {
    for (const session of this.#host.sessions()) this.onNews(session);
  }
}
