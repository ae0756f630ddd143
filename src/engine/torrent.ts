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
import { type Violation, violation } from '../protocol/violation.ts';
import type { Announcer } from './announcer.ts';
import type { PeerSource } from './candidate.ts';
import { ChokingRounds } from './choking-rounds.ts';
import { Connections } from './connections.ts';
import type { ContentOptions } from './content.ts';
import { Content } from './content.ts';
import { Culprits } from './culprits.ts';
import { FastSets } from './fast-sets.ts';
import type { MissingLayers } from './hash-talk.ts';
import type { PeerBook } from './peer-book.ts';
import type { PeerSession } from './peer-session.ts';
import type { PeerSessionHost } from './peer-session-host.ts';
import { PieceTalk } from './piece-talk.ts';
import type { Link, LinkSink, StorageError } from './ports.ts';
import { type RateLimit, RateMeter } from './rate.ts';
import { SwarmTalk } from './swarm-talk.ts';
import type {
  InfoFacts,
  TorrentEvents,
  TorrentOptions,
  TorrentSurroundings,
} from './torrent-options.ts';
import { makeAnnouncer, makeLog, makePeerBook, type TorrentLog } from './torrent-parts.ts';
import { TransferLimits } from './transfer-limits.ts';

const secondMs = 1000;
/** A tracker that does not hear `stopped` within this time is left without. */
const stopDeadlineMs = 3000;

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
  readonly #pieces: PieceTalk;
  readonly #culprits: Culprits;
  readonly #log: TorrentLog;
  #content: Content | undefined;
  #awaitsContent: boolean;
  #name: string;
  #stopped = false;
  #joined = false;
  #nextSecondMs = 0;

  constructor(options: TorrentOptions, around: TorrentSurroundings) {
    const { ports } = around;
    this.#options = options;
    this.#events = options.events;
    this.#name = options.name;
    this.#awaitsContent = options.hasMetadata === true;
    this.#around = around;
    this.infoHash = options.infoHash;
    this.infoHashBytes = options.infoHashBytes;
    this.peerIdBytes = around.peerIdBytes;
    this.speaksV2 = options.speaksV2;
    this.#log = makeLog(options.infoHash, around);
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
    this.#pieces = new PieceTalk(this, this.#fastSets);
    this.#culprits = new Culprits({
      book: this.book,
      connections: this.connections,
      onBanned: (endpoint) => {
        const { host, port } = endpoint;
        const message = `banned ${host}:${port}: it sent corrupt data`;
        this.#log('warn', 'PEER_BANNED', message, { endpoint });
      },
      onForgotten: (id) => this.#content?.downloads.forgetSender(id),
    });
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

  sessions(): Iterable<PeerSession> {
    return this.connections.all();
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

  /** What is on disk is being looked at: nobody could be told what is here. */
  get #isPreparing(): boolean {
    return this.#content?.checking ?? this.#awaitsContent;
  }

  // -------------------------------------------------------------- inputs of the owner

  /** The metadata is known, but not the hashes of its pieces (BEP 52): peers are asked; `onLayers` follows. */
  fetchLayers(missing: MissingLayers, info: InfoFacts): void {
    this.#awaitsContent = false;
    this.#name = info.name;
    this.talk.setInfo(info);
    this.talk.hashes.fetch(missing);
  }

  /** The metadata is known: from the .torrent at once, from a magnet after `onMetadata`. */
  setContent(options: ContentOptions, info: InfoFacts): void {
    this.#name = info.name;
    this.talk.setInfo(info);
    const { random, slabs } = this.#around.ports;
    this.#content = new Content(
      options,
      { random, slabs, upLimit: this.limits.up },
      {
        nowMs: () => this.nowMs(),
        sessions: () => this.connections.all(),
        peerCount: () => this.connections.size,
        isFastAllowed: (session, piece) => this.#fastSets.allows(session, piece),
        onPieceVerified: (piece) => this.#onPieceVerified(piece),
        onPieceCorrupt: (piece) => this.#log('warn', 'PIECE_CORRUPT', `piece ${piece} is corrupt`),
        onGuilty: (ids) => this.#culprits.ban(ids),
        onCheckDone: () => this.#onCheckDone(),
        onTrouble: (error) => this.#onTrouble(error),
        onCompleted: () => this.#onCompleted(),
        onWantsChanged: (again) => this.#onWantsChanged(again),
      },
    );
    for (const session of this.connections.all()) this.#pieces.count(session);
    if (!this.#content.checking) this.#enterSwarm();
  }

  setLimits(downLimit: RateLimit, upLimit: RateLimit): void {
    this.limits.setRates(downLimit, upLimit, this.nowMs());
    this.#choking.setUpLimit(upLimit);
  }

  /** Announces with the next tick where that is due; trackers that are gone are told that we leave. */
  setTrackers(tiers: readonly (readonly string[])[]): void {
    this.announcer.replaceTrackers(tiers);
  }

  /** All data is read and hashed again. The swarm is left for that long; trackers are not told. */
  recheck(): void {
    if (this.#stopped || this.#content === undefined || this.#content.checking) return;
    this.connections.closeSessions('the torrent is being checked');
    this.#content.recheck();
  }

  accept(link: Link, handshake: Handshake): LinkSink | string {
    if (this.#stopped) return 'the torrent is stopped';
    if (this.#isPreparing) return 'the torrent is being checked';
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
    if (this.#isPreparing) return;
    if (this.#content === undefined) this.#enterSwarm();
    this.announcer.tick();
    for (const session of this.connections.all()) session.tick(nowMs);
    this.#content?.tick(nowMs);
    this.#pieces.reviewInterest();
    this.#choking.tick(nowMs);
    this.talk.tick(nowMs);
    this.connections.dialMore(nowMs);
  }

  /** Announces `stopped`, finishes writes, closes links and files; then `done`. Once only. */
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
    this.book.setSkipSeeds(this.isComplete);
    this.announcer.start();
    this.announcer.tick();
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
    this.#pieces.sendPieces(session);
    this.#pieces.count(session);
  }

  onPiecesReplacing(session: PeerSession): void {
    this.#pieces.onPiecesReplacing(session);
  }

  onPiecesReplaced(session: PeerSession): void {
    this.#pieces.onPiecesReplaced(session);
  }

  onPeerHave(session: PeerSession, piece: number): void {
    this.#pieces.onHave(session, piece);
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
    } else {
      session.reject({ piece, begin, lengthBytes });
      session.onUseless();
    }
  }

  onPeerReject(session: PeerSession, piece: number, begin: number): void {
    this.#content?.downloads.onReject(session, piece, begin);
  }

  onBlock(session: PeerSession, piece: number, begin: number, block: Uint8Array): void {
    if (this.#content !== undefined) {
      this.#content.downloads.onBlock(session, piece, begin, block);
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
    this.#culprits.onGone(session);
    this.#choking.onGone(session);
    this.#log('debug', 'PEER_CLOSED', cause, session);
  }

  // -------------------------------------------------------------- reports of the content

  #onPieceVerified(piece: number): void {
    this.#pieces.announce(piece);
    // Nobody was unchoked while there was nothing to serve.
    if (this.#content?.picker.verified.count === 1) this.#choking.fill();
    this.#events.onPieceVerified(piece);
  }

  #onCompleted(): void {
    // With files left out we are no seeder to the trackers (BEP 21).
    if (this.#content?.picker.verified.isFull === true) this.announcer.onCompleted();
    this.book.setSkipSeeds(true);
    this.#pieces.onCompleted();
    for (const session of this.connections.all()) this.talk.sendHandshake(session);
    this.#events.onCompleted();
  }

  #onWantsChanged(again: boolean): void {
    if (again) {
      this.book.setSkipSeeds(false);
      for (const session of this.connections.all()) this.talk.sendHandshake(session);
      this.announcer.forceReannounce();
    }
    this.#pieces.reviewInterest();
    this.#content?.downloads.refillAll();
    if (this.#joined && !this.#stopped) this.connections.dialMore(this.nowMs());
  }

  #onCheckDone(): void {
    this.book.setSkipSeeds(this.isComplete);
    if (this.#content !== undefined && this.#joined) this.#pieces.announceAll(this.#content);
    this.#choking.fill();
    this.#events.onCheckDone();
    this.#enterSwarm();
  }

  #onTrouble(error: StorageError | undefined): void {
    if (error !== undefined) this.#log('warn', error.code, error.message);
    this.#events.onTrouble(error);
  }
}
