/**
 * Both sides of metadata exchange on a torrent's sessions (BEP 9): fetches the info dictionary while
 * we lack it, gives it away once we have it.
 * Invariant: nothing is fetched once it is here, and nothing is given away before.
 */
import type { Random } from '../base/random.ts';
import type { MetadataMessage } from '../protocol/metadata-exchange.ts';
import {
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
} from '../protocol/metadata-exchange.ts';
import { floodCost } from './flood-guard.ts';
import { MetadataFetch } from './metadata-fetch.ts';
import { MetadataServe } from './metadata-serve.ts';
import type { PeerSession } from './peer-session.ts';

export interface MetadataTalkHost {
  readonly random: Random;
  isInfo(bytes: Uint8Array): boolean;
  session(id: number): PeerSession | undefined;
  send(session: PeerSession, payload: Uint8Array): void;
  onInfo(info: Uint8Array): void;
  /** It sent wrong metadata, beyond doubt. */
  onLiar(session: PeerSession): void;
}

export class MetadataTalk {
  readonly #host: MetadataTalkHost;
  readonly #serve = new MetadataServe();
  #fetch: MetadataFetch | undefined;
  readonly #claimedBytes = new Map<PeerSession, number>();

  constructor(host: MetadataTalkHost) {
    this.#host = host;
    this.#fetch = new MetadataFetch(
      {
        verify: (info) => host.isInfo(info),
        done: (info) => host.onInfo(info),
        request: (peer, piece) => this.#send(peer, encodeMetadataRequest(piece)),
        liar: (peer) => {
          const session = host.session(peer);
          if (session !== undefined) host.onLiar(session);
        },
      },
      host.random,
    );
  }

  get sizeBytes(): number | undefined {
    return this.#serve.sizeBytes;
  }

  setInfo(info: Uint8Array): void {
    this.#fetch = undefined;
    this.#claimedBytes.clear();
    this.#serve.setInfo(info);
  }

  /** The peer says it has the metadata. */
  onOffer(session: PeerSession, sizeBytes: number, nowMs: number): void {
    if (this.#fetch === undefined) return;
    this.#claimedBytes.set(session, sizeBytes);
    this.#fetch.onPeerSupports(session.id, sizeBytes, nowMs);
  }

  onMessage(session: PeerSession, message: MetadataMessage, nowMs: number): void {
    if (message.type === 'request') this.#answer(session, message.piece, nowMs);
    else if (this.#fetch === undefined) session.onUseless(floodCost.strange);
    else if (message.type === 'reject') this.#fetch.onReject(session.id, message.piece, nowMs);
    else if (message.type === 'data') {
      // Some clients leave the size out of data messages; it is what their handshake said.
      const totalBytes = message.totalBytes ?? this.#claimedBytes.get(session) ?? 0;
      this.#fetch.onData(session.id, message.piece, totalBytes, message.data, nowMs);
    }
  }

  onGone(session: PeerSession): void {
    this.#claimedBytes.delete(session);
    this.#fetch?.onPeerGone(session.id);
    this.#serve.onPeerGone(session.id);
  }

  tick(nowMs: number): void {
    this.#fetch?.tick(nowMs);
  }

  #answer(session: PeerSession, piece: number, nowMs: number): void {
    const data = this.#serve.onRequest(session.id, piece, nowMs);
    const reply =
      data === undefined
        ? encodeMetadataReject(piece)
        : encodeMetadataData(piece, this.#serve.sizeBytes ?? 0, data);
    this.#host.send(session, reply);
    if (data === undefined) session.onUseless(floodCost.metadataRefused);
  }

  #send(peer: number, payload: Uint8Array): void {
    const session = this.#host.session(peer);
    if (session !== undefined) this.#host.send(session, payload);
  }
}
