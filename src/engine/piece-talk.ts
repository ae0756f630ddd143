/**
 * Who has which pieces, and who is interested in whom: tells peers what we have (BEP 3 bitfield and
 * have, BEP 6), keeps the picker informed of what they have, and our interest true to both.
 * Invariant: a session is counted by the picker exactly while `counted` is set; we are interested in
 * a peer only while it has something we want.
 */
import * as wire from '../protocol/peer-wire-encoder.ts';
import type { Content } from './content.ts';
import type { FastSets } from './fast-sets.ts';
import type { PeerBook } from './peer-book.ts';
import type { PeerSession } from './peer-session.ts';

export interface PieceTalkHost {
  /** Undefined until the metadata is known. */
  readonly content: Content | undefined;
  /** Everything wanted is verified. */
  readonly isComplete: boolean;
  readonly book: PeerBook;
  sessions(): Iterable<PeerSession>;
}

const bothHaveEverything = 'both have everything';

export class PieceTalk {
  readonly #host: PieceTalkHost;
  readonly #fastSets: FastSets;

  constructor(host: PieceTalkHost, fastSets: FastSets) {
    this.#host = host;
    this.#fastSets = fastSets;
  }

  /** The first message after the handshakes. */
  sendPieces(session: PeerSession): void {
    const { content } = this.#host;
    const verified = content?.picker.verified;
    if (content === undefined || verified === undefined || verified.isEmpty) {
      if (session.fast) session.send(wire.encodeHaveNone());
      return;
    }
    if (session.fast && verified.isFull) session.send(wire.encodeHaveAll());
    else session.send(wire.encodeBitfield(verified.toBytes()));
    this.#fastSets.grant(session, content.layout.pieceCount, verified);
  }

  /** The handshake is through and the piece count is known: what the peer has counts from now on. */
  count(session: PeerSession): void {
    const { content } = this.#host;
    if (content === undefined || session.handshake === undefined) return;
    const breach = session.remote.setPieceCount(content.layout.pieceCount);
    if (breach !== undefined) session.violate(breach);
    else this.#register(session, content);
  }

  onPiecesReplacing(session: PeerSession): void {
    this.#host.content?.downloads.onSessionGone(session);
  }

  onPiecesReplaced(session: PeerSession): void {
    const { content } = this.#host;
    if (content !== undefined) this.#register(session, content);
  }

  onHave(session: PeerSession, piece: number): void {
    const { content } = this.#host;
    if (content === undefined || !session.counted) return;
    content.picker.peerGotPiece(session, piece);
    const news = session.have.isFull || (!session.amInterested && content.picker.wants(piece));
    if (news) this.#onLearnt(session, content);
  }

  /** A peer that has the piece learns nothing from our HAVE. */
  announce(piece: number): void {
    for (const session of this.#host.sessions()) {
      if (session.handshake === undefined || session.remote.field?.has(piece) === true) continue;
      session.send(wire.encodeHave(piece));
    }
  }

  /** After a check, for peers that were told we have nothing. */
  announceAll(content: Content): void {
    for (const session of this.#host.sessions()) {
      if (session.handshake === undefined) continue;
      for (const piece of content.picker.verified.indices()) session.send(wire.encodeHave(piece));
      if (session.counted) this.#onLearnt(session, content);
    }
  }

  /** Nothing is wanted any more: other seeders can go. */
  onCompleted(): void {
    for (const session of this.#host.sessions()) {
      if (session.remote.field?.isFull === true) session.close(bothHaveEverything);
      else session.setInterested(false);
    }
  }

  /** Interest that ended shows when there is nothing to request; looked at here, not at every piece. */
  reviewInterest(): void {
    const { content, isComplete } = this.#host;
    if (content === undefined) return;
    for (const session of this.#host.sessions()) {
      if (!session.counted || session.requests.size > 0) continue;
      session.setInterested(!isComplete && content.picker.isInteresting(session.have));
    }
  }

  #register(session: PeerSession, content: Content): void {
    session.counted = true;
    content.picker.addPeer(session);
    this.#onLearnt(session, content);
  }

  #onLearnt(session: PeerSession, content: Content): void {
    if (content.checking) return;
    const isSeeder = session.have.isFull;
    const { isComplete, book } = this.#host;
    if (isSeeder) book.setSeed(session.endpoint, true);
    if (isSeeder && isComplete) {
      session.close(bothHaveEverything);
      return;
    }
    session.setInterested(!isComplete && content.picker.isInteresting(session.have));
    content.downloads.refill(session);
  }
}
