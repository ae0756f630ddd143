/**
 * One live link to a peer of one torrent: the handshake, the choke and interest flags of both sides,
 * what the peer has, and what is outstanding in each direction. It keeps protocol state and reports
 * to its host; what to request, whom to unchoke and what to serve is decided elsewhere.
 * Invariant: after `close` the host hears nothing of this session again, and it sends nothing.
 * BEP 3 (peer protocol), BEP 6 (fast extension), BEP 10 (extension protocol).
 */
import type { Bitfield } from '../base/bitfield.ts';
import type { Endpoint } from '../base/endpoint.ts';
import type { Handshake } from '../protocol/handshake.ts';
import { encodeHandshake } from '../protocol/handshake.ts';
import type { PeerMessageSink } from '../protocol/peer-message-sink.ts';
import { PeerWireDecoder } from '../protocol/peer-wire-decoder.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import type { Violation } from '../protocol/violation.ts';
import { isViolation, violation } from '../protocol/violation.ts';
import { FloodGuard, floodCost } from './flood-guard.ts';
import { HandshakeReader } from './handshake-reader.ts';
import { LinkWatch } from './link-watch.ts';
import type { PeerSessionHost } from './peer-session-host.ts';
import type { PickerPeer } from './piece-picker.ts';
import type { Link, LinkSink } from './ports.ts';
import { RateMeter } from './rate.ts';
import { RemotePieces } from './remote-pieces.ts';
import { lateMs, SlowStart } from './request-depth.ts';
import { RequestQueue } from './request-queue.ts';
import { UploadQueue } from './upload-queue.ts';

const handshakeTimeoutMs = 20_000;
/** Suggestions remembered; the latest count. */
const maxSuggested = 16;

export class PeerSession implements LinkSink, PeerMessageSink, PickerPeer {
  /** Small and never used again within a torrent; names the sender of a block. */
  readonly id: number;
  readonly link: Link;
  readonly connectedAtMs: number;
  readonly requests = new RequestQueue();
  readonly uploads = new UploadQueue();
  readonly down = new RateMeter();
  readonly up = new RateMeter();
  readonly remote = new RemotePieces();

  handshake: Handshake | undefined;
  amChoking = true;
  amInterested = false;
  peerChoking = true;
  peerInterested = false;
  /** BEP 6: pieces the peer serves even while it chokes us. */
  readonly #allowedFast = new Set<number>();
  readonly suggested: number[] = [];
  /** Requests given back whose blocks may still be on the way. */
  unansweredBlocks = 0;
  snubbed = false;
  /** It rejected a request while it let us ask: it is asked again with the next second. */
  refusing = false;
  lastBlockAtMs: number;
  unchokedAtMs = 0;
  readonly slowStart = new SlowStart();
  quickestAnswerMs: number | undefined;
  /** Requests the peer is willing to queue (BEP 10). */
  reqq = 250;
  /** The picker knows this session. */
  counted = false;
  closed = false;

  readonly #host: PeerSessionHost;
  readonly #decoder = new PeerWireDecoder();
  readonly #handshakeReader = new HandshakeReader();
  readonly #floodGuard: FloodGuard;
  readonly #watch: LinkWatch;

  constructor(id: number, link: Link, host: PeerSessionHost) {
    this.id = id;
    this.link = link;
    this.#host = host;
    const nowMs = host.nowMs();
    this.#floodGuard = new FloodGuard(nowMs);
    this.connectedAtMs = nowMs;
    this.lastBlockAtMs = nowMs;
    this.#watch = new LinkWatch(nowMs);
  }

  get endpoint(): Endpoint {
    return this.link.remote;
  }

  /** Both sides know the fast extension. */
  get fast(): boolean {
    return this.handshake?.fast === true;
  }

  get have(): Bitfield {
    const field = this.remote.field;
    if (field === undefined) throw new Error('the piece count is not known yet');
    return field;
  }

  get allowedFast(): ReadonlySet<number> | undefined {
    return this.peerChoking ? this.#allowedFast : undefined;
  }

  /** Whether there is any piece it may be asked for now. */
  get canRequest(): boolean {
    return !this.closed && (!this.peerChoking || this.#allowedFast.size > 0);
  }

  get slowStartDepth(): number {
    return this.slowStart.depth;
  }

  get rateBytesPerSecond(): number {
    return this.down.rate(this.#host.nowMs());
  }

  isOutstanding(piece: number, block: number): boolean {
    return this.requests.has(piece, block);
  }

  isLate(piece: number, block: number): boolean {
    const sentAtMs = this.requests.sentAtMs(piece, block);
    if (sentAtMs === undefined) return true;
    return this.#host.nowMs() - sentAtMs > lateMs(this.requests.size, this.rateBytesPerSecond);
  }

  // -------------------------------------------------------------- sending

  sendHandshake(): void {
    this.send(
      encodeHandshake({
        infoHash: this.#host.infoHashBytes,
        peerId: this.#host.peerIdBytes,
        reserved: { fast: true, extension: true, dht: false, v2: this.#host.speaksV2 },
      }),
    );
  }

  send(bytes: Uint8Array): void {
    if (this.closed) return;
    this.#watch.onSent(bytes.length, this.#host.nowMs());
    this.link.send(bytes);
  }

  /** A block leaves; counts it as uploaded. */
  noteSentBlock(lengthBytes: number, nowMs: number): void {
    this.#watch.onSent(lengthBytes + wire.BLOCK_HEADER_BYTES, nowMs);
    this.up.add(lengthBytes, nowMs);
    this.#floodGuard.earn();
  }

  /** A block came this long after it was asked for. */
  noteAnswer(afterMs: number): void {
    if (this.quickestAnswerMs === undefined || afterMs < this.quickestAnswerMs) {
      this.quickestAnswerMs = afterMs;
    }
  }

  setInterested(interested: boolean): void {
    if (this.amInterested === interested) return;
    this.amInterested = interested;
    this.send(interested ? wire.encodeInterested() : wire.encodeNotInterested());
  }

  /** Choking drops what waits in the upload queue; with the fast extension each is rejected (BEP 6). */
  setChoking(choking: boolean): void {
    if (this.amChoking === choking) return;
    this.amChoking = choking;
    this.send(choking ? wire.encodeChoke() : wire.encodeUnchoke());
    if (!choking) {
      this.unchokedAtMs = this.#host.nowMs();
      return;
    }
    for (const request of this.uploads.drain()) this.reject(request);
  }

  reject(request: { piece: number; begin: number; lengthBytes: number }): void {
    if (this.fast) this.send(wire.encodeReject(request.piece, request.begin, request.lengthBytes));
  }

  /** While it is not read, its silence is ours. */
  setReadingPaused(paused: boolean): void {
    this.#watch.paused = paused;
    this.link.setReadingPaused(paused);
  }

  close(cause: string): void {
    if (this.closed) return;
    this.closed = true;
    this.#decoder.stop();
    this.link.close();
    this.#host.onSessionClosed(this, cause);
  }

  // -------------------------------------------------------------- link events

  onBytes(chunk: Uint8Array): void {
    this.#watch.onReceived(this.#host.nowMs());
    const rest = this.handshake === undefined ? this.#takeHandshake(chunk) : chunk;
    if (rest === undefined || this.closed) return;
    const breach = this.#decoder.push(rest, this);
    if (breach !== undefined) this.violate(breach);
    if (!this.closed) this.#host.onTurnEnd(this, chunk.length);
  }

  onDrained(): void {
    if (!this.closed) this.#host.onWritable(this);
  }

  onClosed(cause: string): void {
    if (this.closed) return;
    this.closed = true;
    this.#decoder.stop();
    this.#host.onSessionClosed(this, cause);
  }

  /** Keep-alives and time-outs; call it about once a second. */
  tick(nowMs: number): void {
    if (this.handshake === undefined) {
      if (nowMs - this.connectedAtMs > handshakeTimeoutMs) this.close('no handshake in 20 s');
      return;
    }
    if (this.#watch.paused) this.lastBlockAtMs = nowMs;
    const state = this.#watch.look(this.link.queuedBytes, nowMs);
    if (state === 'needs keep-alive') this.send(wire.encodeKeepAlive());
    else if (state !== 'well') this.close(state);
  }

  /** The peer said something of no use. `cost` counts in messages of the common kind. */
  onUseless(cost = 1): void {
    if (this.closed || this.#floodGuard.spend(cost, this.#host.nowMs())) return;
    this.violate(violation('WIRE_FLOOD', 'sent thousands of messages of no use'));
  }

  violate(breach: Violation): void {
    if (this.closed) return;
    this.#host.onViolation(this, breach);
    this.close(breach.message);
  }

  /** The incoming side read the peer's handshake before the torrent was known. */
  adoptHandshake(handshake: Handshake): void {
    this.handshake = handshake;
    this.sendHandshake();
    this.#host.onHandshake(this, handshake);
  }

  #takeHandshake(chunk: Uint8Array): Uint8Array | undefined {
    const opened = this.#handshakeReader.push(chunk);
    if (opened === undefined) return undefined;
    if (isViolation(opened)) {
      this.violate(opened);
      return undefined;
    }
    if (opened.handshake.infoHash !== this.#host.infoHash) {
      this.violate(violation('HANDSHAKE_WRONG_INFO_HASH', 'answered with another info-hash'));
      return undefined;
    }
    this.handshake = opened.handshake;
    this.#host.onHandshake(this, opened.handshake);
    return opened.rest;
  }

  // -------------------------------------------------------------- messages

  onKeepAlive(): void {
    this.onUseless();
  }

  onChoke(): void {
    this.onUseless();
    if (this.closed || this.peerChoking) return;
    this.peerChoking = true;
    this.#host.onPeerChoked(this);
  }

  onUnchoke(): void {
    this.onUseless();
    if (this.closed || !this.peerChoking) return;
    this.peerChoking = false;
    this.lastBlockAtMs = this.#host.nowMs();
    this.#host.onPeerUnchoked(this);
  }

  onInterested(): void {
    this.onUseless();
    if (this.closed || this.peerInterested) return;
    this.peerInterested = true;
    this.#host.onPeerInterest(this);
  }

  onNotInterested(): void {
    this.onUseless();
    if (this.closed || !this.peerInterested) return;
    this.peerInterested = false;
    this.#host.onPeerInterest(this);
  }

  onHave(piece: number): void {
    const news = this.remote.have(piece);
    if (typeof news === 'object') this.violate(news);
    else if (news === 'known') this.onUseless();
    else if (news === 'new') this.#host.onPeerHave(this, piece);
  }

  onBitfield(bits: Uint8Array): void {
    this.#onAnnouncedPieces(bits);
  }

  onHaveAll(): void {
    if (this.#agreedOnFast()) this.#onAnnouncedPieces('all');
  }

  onHaveNone(): void {
    if (this.#agreedOnFast()) this.#onAnnouncedPieces('none');
  }

  onRequest(piece: number, begin: number, lengthBytes: number): void {
    this.#host.onPeerRequest(this, piece, begin, lengthBytes);
  }

  onBlock(piece: number, begin: number, block: Uint8Array): void {
    this.#host.onBlock(this, piece, begin, block);
  }

  onCancel(piece: number, begin: number, lengthBytes: number): void {
    this.onUseless();
    if (this.closed) return;
    const waited = this.uploads.cancel(piece, begin, lengthBytes);
    if (waited) this.reject({ piece, begin, lengthBytes });
  }

  onSuggest(piece: number): void {
    if (!this.#agreedOnFast()) return;
    this.onUseless();
    if (this.suggested.length === maxSuggested) this.suggested.shift();
    this.suggested.push(piece);
  }

  onReject(piece: number, begin: number, lengthBytes: number): void {
    if (this.#agreedOnFast()) this.#host.onPeerReject(this, piece, begin, lengthBytes);
  }

  onAllowedFast(piece: number): void {
    if (!this.#agreedOnFast()) return;
    this.onUseless();
    if (this.#allowedFast.size < 64) this.#allowedFast.add(piece);
  }

  onExtended(id: number, payload: Uint8Array): void {
    this.#host.onExtended(this, id, payload);
  }

  onPort(_port: number): void {
    this.onUseless();
  }

  onHashRequest(payload: Uint8Array): void {
    this.#host.onHashRequest(this, payload);
  }

  onHashes(payload: Uint8Array): void {
    this.#host.onHashes(this, payload);
  }

  onHashReject(payload: Uint8Array): void {
    this.#host.onHashReject(this, payload);
  }

  onUnknown(_id: number): void {
    this.onUseless();
  }

  #onAnnouncedPieces(what: Parameters<RemotePieces['announce']>[0]): void {
    if (this.remote.hasAnnounced && what !== 'none') {
      const added = this.remote.added(what);
      if ('code' in added) this.violate(added);
      else if (added.length === 0) this.onUseless(floodCost.nothingAdded);
      else for (const piece of added) this.onHave(piece);
      return;
    }
    this.#host.onPiecesReplacing(this);
    const breach = this.remote.announce(what);
    if (breach !== undefined) this.violate(breach);
    else this.#host.onPiecesReplaced(this);
  }

  #agreedOnFast(): boolean {
    if (this.fast) return true;
    this.violate(
      violation('WIRE_FAST_NOT_AGREED', 'used the fast extension without announcing it'),
    );
    return false;
  }
}
