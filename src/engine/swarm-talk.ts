/**
 * What a torrent says to its peers beside pieces: the extension handshake (BEP 10), the info
 * dictionary in both directions (BEP 9), other peers' addresses (BEP 11), and hashes of a v2 torrent
 * (BEP 52).
 * Invariant: a private torrent exchanges no addresses (BEP 27).
 */
import type { Endpoint } from '../base/endpoint.ts';
import { parseIp } from '../base/ip-address.ts';
import { isGlobal } from '../base/ip-network.ts';
import type { MetadataMessage } from '../protocol/metadata-exchange.ts';
import type { PexMessage } from '../protocol/pex.ts';
import { PEX_UPLOAD_ONLY } from '../protocol/pex.ts';
import type { RemoteExtensions } from './extension-exchange.ts';
import { ExtensionExchange } from './extension-exchange.ts';
import { floodCost } from './flood-guard.ts';
import { HashTalk } from './hash-talk.ts';
import { MetadataTalk } from './metadata-talk.ts';
import type { PeerSession } from './peer-session.ts';
import { PexRounds } from './pex-rounds.ts';
import type { Swarm } from './swarm.ts';
import type { InfoFacts, TorrentOptions, TorrentSurroundings } from './torrent-options.ts';

/** Many clients drop requests past their default queue of 250 without saying so. */
const usualReqq = 250;

export class SwarmTalk {
  readonly hashes: HashTalk;
  readonly #swarm: Swarm;
  readonly #extensions: ExtensionExchange;
  readonly #metadata: MetadataTalk;
  readonly #pex: PexRounds;
  #isPrivate: boolean;

  constructor(swarm: Swarm, options: TorrentOptions, around: TorrentSurroundings) {
    this.#swarm = swarm;
    this.#isPrivate = options.private;
    const isPrivate = () => this.#isPrivate;
    const metadataSizeBytes = () => this.#metadata.sizeBytes;
    this.#extensions = new ExtensionExchange({
      isPrivate,
      listenPort: around.listenPort,
      metadataSizeBytes,
      isUploadOnly: () => swarm.isComplete,
      onExtensionHandshake: (session, remote) => this.#onHandshake(session, remote),
      onMetadataMessage: (session, message) => this.#onMetadata(session, message),
      onPex: (session, message) => this.#onPex(session, message),
    });
    this.#metadata = new MetadataTalk({
      random: around.ports.random,
      isInfo: options.isInfo,
      session: (id) => swarm.connections.byId(id),
      send: (session, payload) => this.#extensions.sendMetadata(session, payload),
      onInfo: (info) => options.events.onMetadata(info),
      onLiar: (session) => swarm.connections.ban(session, 'it sent false metadata'),
    });
    this.hashes = new HashTalk({
      hashes: around.hashes,
      upLimit: swarm.limits.up,
      nowMs: () => swarm.nowMs(),
      sessions: () => swarm.sessions(),
      session: (id) => swarm.connections.byId(id),
      offersMetadata: (session) =>
        this.#extensions.remote(session)?.handshake.metadataSizeBytes !== undefined,
      onLayers: (layers) => options.events.onLayers(layers),
      onLiar: (session) => swarm.connections.ban(session, 'it sent false hashes'),
    });
    this.#pex = new PexRounds({
      sessions: () => swarm.connections.all(),
      supportsPex: (session) => this.#extensions.remote(session)?.pexId !== undefined,
      dialableEndpoint: (session) => this.#dialable(session),
      sendPex: (session, payload) => this.#extensions.sendPex(session, payload),
    });
  }

  /** BEP 27. */
  get isPrivate(): boolean {
    return this.#isPrivate;
  }

  /** What the peer said of itself, if it did. */
  remote(session: PeerSession): RemoteExtensions | undefined {
    return this.#extensions.remote(session);
  }

  setInfo({ bytes, isPrivate, pieceLayers }: InfoFacts): void {
    this.#isPrivate = isPrivate;
    this.#metadata.setInfo(bytes);
    if (pieceLayers !== undefined) this.hashes.serve(pieceLayers);
  }

  sendHandshake(session: PeerSession): void {
    if (session.handshake?.extension === true) this.#extensions.sendHandshake(session);
  }

  onExtended(session: PeerSession, id: number, payload: Uint8Array): void {
    this.#extensions.onExtended(session, id, payload);
  }

  onGone(session: PeerSession): void {
    this.#extensions.onGone(session);
    this.#metadata.onGone(session);
    this.hashes.onGone(session);
    this.#pex.onGone(session);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    this.#metadata.tick(nowMs);
    this.hashes.tick(nowMs);
    if (!this.#isPrivate) this.#pex.tick(nowMs);
  }

  #onHandshake(session: PeerSession, { handshake, metadataId }: RemoteExtensions): void {
    session.reqq = handshake.reqq ?? usualReqq;
    const nowMs = this.#swarm.nowMs();
    if (session.link.incoming && handshake.listenPort !== undefined) {
      this.#swarm.book.onListenPort(session.endpoint, handshake.listenPort, nowMs);
    }
    if (handshake.uploadOnly !== undefined) {
      this.#swarm.book.setSeed(session.endpoint, handshake.uploadOnly);
      if (handshake.uploadOnly && this.#swarm.isComplete) {
        session.close('neither side needs anything');
        return;
      }
    }
    if (metadataId !== undefined && handshake.metadataSizeBytes !== undefined) {
      this.#metadata.onOffer(session, handshake.metadataSizeBytes, nowMs);
    }
    this.hashes.onNews(session);
  }

  #onMetadata(session: PeerSession, message: MetadataMessage): void {
    this.#metadata.onMessage(session, message, this.#swarm.nowMs());
  }

  #onPex(session: PeerSession, message: PexMessage): void {
    const { book } = this.#swarm;
    const nowMs = this.#swarm.nowMs();
    if (!this.#pex.hears(session, nowMs)) {
      session.onUseless(floodCost.hastyPex);
      return;
    }
    const address = parseIp(session.endpoint.host);
    const fromPublicPeer = address !== undefined && isGlobal(address);
    for (const peer of message.added) {
      const seed = (peer.flags & PEX_UPLOAD_ONLY) !== 0;
      const { host, port } = peer;
      book.add({ host, port }, 'pex', nowMs, { fromPublicPeer, ...(seed && { seed }) });
    }
  }

  /** A peer we dialled is where we dialled it; one that dialled us says where it listens (BEP 10, `p`). */
  #dialable(session: PeerSession): Endpoint | undefined {
    if (!session.link.incoming) return session.endpoint;
    const port = this.#extensions.remote(session)?.handshake.listenPort;
    return port === undefined ? undefined : { host: session.endpoint.host, port };
  }
}
