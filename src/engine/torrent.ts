/**
 * One torrent's part in its swarm, and the single writer of its state: every input (bytes of a peer,
 * a report of the disk, a tracker's reply, time) comes in here or in a part it owns, and is answered
 * by calls to the ports.
 * Invariant: until its metadata is known a torrent fetches that and nothing else; while it checks
 * its data it talks to nobody; once stopped it never speaks again.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { InfoHash } from '../base/ids.ts';
import { peerIdFromBytes } from '../base/ids.ts';
import type { Handshake } from '../protocol/handshake.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import type { Violation } from '../protocol/violation.ts';
import type { Announcer } from './announcer.ts';
import type { PeerSource } from './candidate.ts';
import { ChokingRounds } from './choking-rounds.ts';
import { Connections } from './connections.ts';
import type { ContentOptions } from './content.ts';
import { Content } from './content.ts';
import { FastSets } from './fast-sets.ts';
import type { PeerBook } from './peer-book.ts';
import type { PeerSession } from './peer-session.ts';
import type { PeerSessionHost } from './peer-session-host.ts';
import type { Link, LinkSink, StorageError } from './ports.ts';
import { type RateLimit, RateMeter } from './rate.ts';
import { SwarmTalk } from './swarm-talk.ts';
import type { TorrentEvents, TorrentOptions, TorrentSurroundings } from './torrent-options.ts';
import { makeAnnouncer, makePeerBook } from './torrent-parts.ts';
import { TransferLimits } from './transfer-limits.ts';

const secondMs = 1000;
/** A tracker that does not hear `stopped` within this time is left without. */
const stopDeadlineMs = 3000;
/** Departed senders of blocks that may still turn out to be bad. */
const maxDeparted = 1000;

export class Torrent implements PeerSessionHost {
  readonly infoHash: InfoHash;
  readonly infoHashBytes: Uint8Array;
  readonly peerIdBytes: Uint8Array;
  readonly speaksV2: boolean;
  readonly book: PeerBook;
  readonly announcer: Announcer;
  readonly connections: Connections;
  readonly limits: TransferLimits;
  readonly talk: SwarmTalk;
  readonly down = new RateMeter();
  readonly up = new RateMeter();
  readonly #options: TorrentOptions;
  readonly #events: TorrentEvents;
  readonly #around: TorrentSurroundings;
  readonly #choking: ChokingRounds;
  readonly #fastSets: FastSets;
  readonly #departed = new Map<number, Endpoint>();
  #content: Content | undefined;
  #name: string;
  #stopped = false;
  #joined = false;
  #nextSecondMs = 0;

  constructor(options: TorrentOptions, around: TorrentSurroundings) {
    const { ports } = around;
    this.#options = options;
    this.#events = options.events;
    this.#name = options.name;
    this.#around = around;
    this.infoHash = options.infoHash;
    this.infoHashBytes = options.infoHashBytes;
    this.peerIdBytes = around.peerIdBytes;
    this.speaksV2 = options.speaksV2;
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
    this.#choking = new ChokingRounds(options.upLimit, ports.random, {
      nowMs: () => this.nowMs(),
      sessions: () => this.connections.all(),
      session: (id) => this.connections.byId(id),
      isSeeding: () => this.isComplete,
      canServe: () => this.#content !== undefined && !this.#content.picker.verified.isEmpty,
      onUnchoked: (session) => this.#content?.uploads.pump(session),
    });
    this.talk = new SwarmTalk(this, options, around);
    this.announcer = makeAnnouncer(this, options, around);
    this.addCandidates(options.candidates, 'manual');
  }

  nowMs(): number {
    return this.#around.ports.clock.nowMs();
  }

  get content(): Content | undefined {
    return this.#content;
  }

  get name(): string {
    return this.#name;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  get isComplete(): boolean {
    return this.#content !== undefined && !this.#content.checking && this.#content.isComplete;
  }

  get downloadedBytes(): number {
    return this.#options.downloadedBytes + (this.#content?.downloads.downloadedBytes ?? 0);
  }

  get uploadedBytes(): number {
    return this.#options.uploadedBytes + (this.#content?.uploads.uploadedBytes ?? 0);
  }

  // -------------------------------------------------------------- inputs of the owner

  /** The metadata is known: from the .torrent at once, from a magnet after `onMetadata`. */
  setContent(
    options: ContentOptions,
    info: { bytes: Uint8Array; name: string; isPrivate: boolean },
  ): void {
    this.#name = info.name;
    this.talk.setInfo(info.bytes, info.isPrivate);
    const { random, slabs } = this.#around.ports;
    this.#content = new Content(
      options,
      { random, slabs, upLimit: this.limits.up },
      {
        nowMs: () => this.nowMs(),
        sessions: () => this.connections.all(),
        isFastAllowed: (session, piece) => this.#fastSets.allows(session, piece),
        onPieceVerified: (piece) => this.#onPieceVerified(piece),
        onPieceCorrupt: (piece) => this.#log('warn', 'PIECE_CORRUPT', `piece ${piece} is corrupt`),
        onGuilty: (ids) => this.#onGuilty(ids),
        onCheckDone: () => this.#onCheckDone(),
        onTrouble: (error) => this.#onTrouble(error),
        onCompleted: () => this.#onCompleted(),
      },
    );
    for (const session of this.connections.all()) this.#learnPieces(session);
    if (!this.#content.checking) this.#enterSwarm();
  }

  setLimits(downLimit: RateLimit, upLimit: RateLimit): void {
    this.limits.setRates(downLimit, upLimit, this.nowMs());
    this.#choking.setUpLimit(upLimit);
  }

  accept(link: Link, handshake: Handshake): LinkSink | string {
    if (this.#stopped) return 'the torrent is stopped';
    if (this.#content?.checking === true) return 'the torrent is being checked';
    return this.connections.accept(link, handshake);
  }

  addCandidates(endpoints: readonly Endpoint[], source: PeerSource): void {
    const nowMs = this.nowMs();
    for (const endpoint of endpoints) this.book.add(endpoint, source, nowMs);
  }

  /** Every 100 ms or so. */
  tick(nowMs: number): void {
    if (this.#stopped) {
      this.announcer.tick();
      return;
    }
    this.limits.tick(nowMs);
    this.#content?.uploads.pumpAll();
    if (nowMs < this.#nextSecondMs) return;
    this.#nextSecondMs = nowMs + secondMs;
    this.down.add(
      this.downloadedBytes - this.#options.downloadedBytes - this.down.totalBytes,
      nowMs,
    );
    this.up.add(this.uploadedBytes - this.#options.uploadedBytes - this.up.totalBytes, nowMs);
    if (this.#content?.checking === true) return;
    if (this.#content === undefined) this.#enterSwarm();
    this.announcer.tick();
    for (const session of this.connections.all()) session.tick(nowMs);
    this.#content?.tick(nowMs);
    this.#reviewInterest();
    this.#choking.tick(nowMs);
    this.talk.tick(nowMs);
    this.connections.dialMore(nowMs);
  }

  /** Announces `stopped`, finishes writes, closes links and files; then `done`. */
  stop(done: () => void): void {
    this.#stopped = true;
    let waiting = 2;
    const onPart = () => {
      waiting--;
      if (waiting === 0) done();
    };
    if (this.#content === undefined) onPart();
    else this.#content.stop(onPart);
    this.connections.closeAll('the torrent was stopped');
    this.announcer.stop(this.nowMs() + stopDeadlineMs, onPart);
  }

  #enterSwarm(): void {
    if (this.#joined) return;
    this.#joined = true;
    if (this.isComplete) this.book.setSkipSeeds(true);
    this.announcer.start();
    this.connections.dialMore(this.nowMs());
  }

  // -------------------------------------------------------------- inputs of peers

  onHandshake(session: PeerSession, handshake: Handshake): void {
    const refusal = this.connections.onHandshake(session, handshake);
    if (refusal !== undefined) {
      session.close(refusal);
      return;
    }
    if (handshake.extension) this.talk.sendHandshake(session);
    this.#sendPieces(session);
    if (this.#content !== undefined) this.#learnPieces(session);
  }

  #sendPieces(session: PeerSession): void {
    const content = this.#content;
    const verified = content?.picker.verified;
    if (content === undefined || verified === undefined || verified.isEmpty) {
      if (session.fast) session.send(wire.encodeHaveNone());
      return;
    }
    if (session.fast && verified.isFull) session.send(wire.encodeHaveAll());
    else session.send(wire.encodeBitfield(verified.toBytes()));
    this.#fastSets.grant(session, content.layout.pieceCount, verified);
  }

  /** The piece count is known: what the peer has counts from now on. */
  #learnPieces(session: PeerSession): void {
    const content = this.#content;
    if (content === undefined || session.handshake === undefined) return;
    const breach = session.remote.setPieceCount(content.layout.pieceCount);
    if (breach !== undefined) {
      session.violate(breach);
      return;
    }
    session.counted = true;
    content.picker.addPeer(session);
    this.#onPiecesLearnt(session);
  }

  onPiecesReplacing(session: PeerSession): void {
    this.#content?.downloads.onSessionGone(session);
  }

  onPiecesReplaced(session: PeerSession): void {
    if (this.#content === undefined) return;
    session.counted = true;
    this.#content.picker.addPeer(session);
    this.#onPiecesLearnt(session);
  }

  onPeerHave(session: PeerSession, piece: number): void {
    const content = this.#content;
    if (content === undefined || !session.counted) return;
    content.picker.peerGotPiece(session, piece);
    if (session.have.isFull) this.#onPiecesLearnt(session);
    else if (!session.amInterested && content.picker.wants(piece)) this.#onPiecesLearnt(session);
  }

  #onPiecesLearnt(session: PeerSession): void {
    const content = this.#content;
    if (content === undefined || content.checking) return;
    const isSeed = session.have.isFull;
    if (isSeed) this.book.setSeed(session.endpoint, true);
    if (isSeed && this.isComplete) {
      session.close('both have everything');
      return;
    }
    session.setInterested(!content.isComplete && content.picker.isInteresting(session.have));
    content.downloads.refill(session);
  }

  onPeerInterest(session: PeerSession): void {
    if (session.peerInterested) this.#choking.fill();
    else this.#choking.fillSoon();
  }

  onPeerChoked(session: PeerSession): void {
    this.#content?.downloads.onChoked(session);
  }

  onPeerUnchoked(session: PeerSession): void {
    this.#content?.downloads.refill(session);
  }

  onPeerRequest(session: PeerSession, piece: number, begin: number, lengthBytes: number): void {
    if (this.#content !== undefined) {
      this.#content.uploads.onRequest(session, piece, begin, lengthBytes);
    } else session.reject({ piece, begin, lengthBytes });
  }

  onPeerReject(session: PeerSession, piece: number, begin: number): void {
    this.#content?.downloads.onReject(session, piece, begin);
  }

  onBlock(session: PeerSession, piece: number, begin: number, block: Uint8Array): void {
    this.#content?.downloads.onBlock(session, piece, begin, block);
  }

  onExtended(session: PeerSession, id: number, payload: Uint8Array): void {
    this.talk.onExtended(session, id, payload);
  }

  onHashRequest(session: PeerSession, payload: Uint8Array): void {
    this.talk.onHashRequest(session, payload);
  }

  onHashes(_session: PeerSession, _payload: Uint8Array): void {}

  onTurnEnd(session: PeerSession, receivedBytes: number): void {
    this.limits.onReceived(session, receivedBytes, this.nowMs());
    const content = this.#content;
    if (content === undefined) return;
    content.downloads.refill(session);
    if (session.uploads.size > 0) content.uploads.pump(session);
  }

  onWritable(session: PeerSession): void {
    this.#content?.uploads.pump(session);
  }

  onViolation(session: PeerSession, breach: Violation): void {
    this.#log('info', breach.code, `peer ${session.endpoint.host} ${breach.message}`, session);
  }

  onSessionClosed(session: PeerSession, cause: string): void {
    this.connections.onClosed(session, this.nowMs());
    this.limits.onGone(session);
    this.talk.onGone(session);
    this.#fastSets.onGone(session);
    this.#content?.downloads.onSessionGone(session);
    this.#rememberDeparted(session);
    this.#choking.onGone(session);
    this.#log('debug', 'PEER_CLOSED', cause, session);
  }

  // -------------------------------------------------------------- reports of the content

  #onPieceVerified(piece: number): void {
    const have = wire.encodeHave(piece);
    for (const session of this.connections.all()) {
      // A peer that has the piece learns nothing from our HAVE.
      if (session.handshake === undefined || session.remote.field?.has(piece) === true) continue;
      session.send(have.slice());
    }
    this.#events.onPieceVerified(piece);
  }

  #onCompleted(): void {
    this.announcer.onCompleted();
    this.book.setSkipSeeds(true);
    for (const session of this.connections.all()) {
      if (session.remote.field?.isFull === true) session.close('both have everything');
      else {
        session.setInterested(false);
        this.talk.sendHandshake(session);
      }
    }
    this.#events.onCompleted();
  }

  #onCheckDone(): void {
    const content = this.#content;
    if (content !== undefined && this.#joined) {
      for (const session of this.connections.all()) {
        for (const piece of content.picker.verified.indices()) session.send(wire.encodeHave(piece));
        this.#onPiecesLearnt(session);
      }
    }
    this.#events.onCheckDone();
    this.#enterSwarm();
  }

  #onTrouble(error: StorageError | undefined): void {
    if (error !== undefined) this.#log('warn', error.code, error.message);
    this.#events.onTrouble(error);
  }

  #onGuilty(sessionIds: readonly number[]): void {
    for (const id of sessionIds) {
      const session = this.connections.byId(id);
      const endpoint = session?.endpoint ?? this.#departed.get(id);
      if (endpoint === undefined) continue;
      this.book.ban(endpoint, 'sent corrupt data');
      this.#log('warn', 'PEER_BANNED', `banned ${endpoint.host}: it sent corrupt data`, session);
      session?.close('banned: it sent corrupt data');
    }
  }

  #rememberDeparted(session: PeerSession): void {
    if (session.down.totalBytes === 0) return;
    this.#departed.set(session.id, session.endpoint);
    if (this.#departed.size <= maxDeparted) return;
    const oldest = this.#departed.keys().next();
    if (oldest.done) return;
    this.#departed.delete(oldest.value);
    this.#content?.downloads.forgetSender(oldest.value);
  }

  /** Interest that ended shows when there was nothing to request; checked here, not at every piece. */
  #reviewInterest(): void {
    const content = this.#content;
    if (content === undefined) return;
    for (const session of this.connections.all()) {
      if (!session.counted || session.requests.size > 0) continue;
      const interesting = !content.isComplete && content.picker.isInteresting(session.have);
      session.setInterested(interesting);
    }
  }

  #log(level: 'debug' | 'info' | 'warn', code: string, message: string, about?: PeerSession): void {
    this.#around.ports.log({
      level,
      code,
      message,
      infoHash: this.infoHash,
      ...(about !== undefined && { remote: about.endpoint }),
    });
  }
}
