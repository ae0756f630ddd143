/**
 * The peers of one torrent: its links and everything said on them. Each input of a peer comes in here
 * and is handed to the part that owns what it is about.
 * Invariant: until the metadata is known nothing but metadata is exchanged; nobody is served, asked or
 * told of pieces without content.
 */
import type { InfoHash } from '../base/ids.ts';
import { peerIdFromBytes } from '../base/ids.ts';
import type { Handshake } from '../protocol/handshake.ts';
import { type Violation, violation } from '../protocol/violation.ts';
import { ChokingRounds } from './choking-rounds.ts';
import { Connections } from './connections.ts';
import type { Content } from './content.ts';
import { Culprits } from './culprits.ts';
import { FastSets } from './fast-sets.ts';
import type { PeerBook } from './peer-book.ts';
import type { PeerSession } from './peer-session.ts';
import type { PeerSessionHost } from './peer-session-host.ts';
import { PieceTalk } from './piece-talk.ts';
import type { RateLimit } from './rate.ts';
import { SwarmTalk } from './swarm-talk.ts';
import type { TorrentOptions, TorrentSurroundings } from './torrent-options.ts';
import { makeLog, makePeerBook, type TorrentLog } from './torrent-parts.ts';
import { TransferLimits } from './transfer-limits.ts';

export class Swarm implements PeerSessionHost {
  readonly infoHash: InfoHash;
  readonly infoHashBytes: Uint8Array;
  readonly peerIdBytes: Uint8Array;
  readonly speaksV2: boolean;
  readonly book: PeerBook;
  readonly connections: Connections;
  readonly limits: TransferLimits;
  readonly talk: SwarmTalk;
  readonly pieces: PieceTalk;
  readonly choking: ChokingRounds;
  readonly culprits: Culprits;
  readonly log: TorrentLog;
  readonly #fastSets: FastSets;
  readonly #nowMs: () => number;
  /** Undefined until the metadata is known; set once. */
  content: Content | undefined;

  constructor(options: TorrentOptions, around: TorrentSurroundings) {
    const { ports } = around;
    this.infoHash = options.infoHash;
    this.infoHashBytes = options.infoHashBytes;
    this.peerIdBytes = around.peerIdBytes;
    this.speaksV2 = options.speaksV2;
    this.#nowMs = () => ports.clock.nowMs();
    this.log = makeLog(options.infoHash, around);
    this.limits = new TransferLimits(options, around, ports.clock.nowMs());
    this.book = makePeerBook(around);
    this.connections = new Connections({
      host: this,
      book: this.book,
      dialer: ports.dialer,
      shared: around.connectionLimit,
      maxSessions: around.maxPeersPerTorrent,
      peerId: peerIdFromBytes(around.peerIdBytes),
    });
    this.#fastSets = new FastSets(options.infoHashBytes, around.hashes);
    this.pieces = new PieceTalk(this, this.#fastSets);
    this.culprits = new Culprits({
      book: this.book,
      connections: this.connections,
      onBanned: (endpoint) => {
        const { host, port } = endpoint;
        const message = `banned ${host}:${port}: it sent corrupt data`;
        this.log('warn', 'PEER_BANNED', message, { endpoint });
      },
      onForgotten: (id) => this.content?.downloads.forgetSender(id),
    });
    this.choking = new ChokingRounds(options.upLimit, ports.random, {
      nowMs: this.#nowMs,
      sessions: () => this.connections.all(),
      session: (id) => this.connections.byId(id),
      isSeeding: () => this.isComplete,
      canServe: () => this.content !== undefined && !this.content.picker.verified.isEmpty,
      onUnchoked: (session) => this.content?.uploads.pump(session),
    });
    this.talk = new SwarmTalk(this, options, around);
  }

  nowMs(): number {
    return this.#nowMs();
  }

  sessions(): Iterable<PeerSession> {
    return this.connections.all();
  }

  get isComplete(): boolean {
    return this.content !== undefined && !this.content.checking && this.content.isComplete;
  }

  isFastAllowed(session: PeerSession, piece: number): boolean {
    return this.#fastSets.allows(session, piece);
  }

  setLimits(downLimit: RateLimit, upLimit: RateLimit): void {
    this.limits.setRates(downLimit, upLimit, this.nowMs());
    this.choking.setUpLimit(upLimit);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    for (const session of this.connections.all()) session.tick(nowMs);
    this.content?.tick(nowMs);
    this.pieces.reviewInterest();
    this.choking.tick(nowMs);
    this.talk.tick(nowMs);
    this.connections.dialMore(nowMs);
  }

  // -------------------------------------------------------------- news of the content

  onPieceVerified(piece: number): void {
    this.pieces.announce(piece);
    // Nobody was unchoked while there was nothing to serve.
    if (this.content?.picker.verified.count === 1) this.choking.fill();
  }

  onCompleted(): void {
    this.book.setSkipSeeds(true);
    this.pieces.onCompleted();
    for (const session of this.connections.all()) this.talk.sendHandshake(session);
  }

  /** `again`: it was complete and is not any more. */
  onWantsChanged(again: boolean): void {
    if (again) {
      this.book.setSkipSeeds(false);
      this.book.hasten(this.nowMs());
      for (const session of this.connections.all()) this.talk.sendHandshake(session);
    }
    this.pieces.reviewInterest();
    this.content?.downloads.refillAll();
  }

  // -------------------------------------------------------------- inputs of peers

  onHandshake(session: PeerSession, handshake: Handshake): void {
    const refusal = this.connections.onHandshake(session, handshake);
    if (refusal !== undefined) {
      session.close(refusal);
      return;
    }
    if (handshake.extension) this.talk.sendHandshake(session);
    this.pieces.sendPieces(session);
    this.pieces.count(session);
  }

  onPiecesReplacing(session: PeerSession): void {
    this.pieces.onPiecesReplacing(session);
  }

  onPiecesReplaced(session: PeerSession): void {
    this.pieces.onPiecesReplaced(session);
  }

  onPeerHave(session: PeerSession, piece: number): void {
    this.pieces.onHave(session, piece);
  }

  onPeerInterest(session: PeerSession): void {
    if (session.peerInterested) this.choking.fill();
    else this.choking.fillSoon();
  }

  onPeerChoked(session: PeerSession): void {
    this.content?.downloads.onChoked(session);
  }

  onPeerUnchoked(session: PeerSession): void {
    this.content?.downloads.refill(session);
  }

  onPeerRequest(session: PeerSession, piece: number, begin: number, lengthBytes: number): void {
    if (this.content !== undefined) {
      this.content.uploads.onRequest(session, piece, begin, lengthBytes);
    } else {
      session.reject({ piece, begin, lengthBytes });
      session.onUseless();
    }
  }

  onPeerReject(session: PeerSession, piece: number, begin: number): void {
    this.content?.downloads.onReject(session, piece, begin);
  }

  onBlock(session: PeerSession, piece: number, begin: number, block: Uint8Array): void {
    if (this.content !== undefined) {
      this.content.downloads.onBlock(session, piece, begin, block);
    } else {
      session.violate(
        violation('WIRE_UNREQUESTED_BLOCK', `sent unrequested block ${piece}:${begin}`),
      );
    }
  }

  onExtended(session: PeerSession, id: number, payload: Uint8Array): void {
    this.talk.onExtended(session, id, payload);
  }

  onHashRequest(session: PeerSession, payload: Uint8Array): void {
    this.talk.hashes.onHashRequest(session, payload);
  }

  onHashes(session: PeerSession, payload: Uint8Array): void {
    this.talk.hashes.onHashes(session, payload);
  }

  onHashReject(session: PeerSession, payload: Uint8Array): void {
    this.talk.hashes.onHashReject(session, payload);
  }

  onTurnEnd(session: PeerSession, receivedBytes: number): void {
    this.limits.onReceived(session, receivedBytes, this.nowMs());
    const content = this.content;
    if (content === undefined) return;
    content.downloads.refill(session);
    if (session.uploads.size > 0) content.uploads.pump(session);
  }

  onWritable(session: PeerSession): void {
    this.content?.uploads.pump(session);
  }

  onViolation(session: PeerSession, breach: Violation): void {
    this.log('info', breach.code, `peer ${session.endpoint.host} ${breach.message}`, session);
  }

  onSessionClosed(session: PeerSession, cause: string): void {
    this.connections.onClosed(session, this.nowMs());
    this.limits.onGone(session);
    this.talk.onGone(session);
    this.#fastSets.onGone(session);
    this.content?.downloads.onSessionGone(session);
    this.culprits.onGone(session);
    this.choking.onGone(session);
    this.log('debug', 'PEER_CLOSED', cause, session);
  }
}
