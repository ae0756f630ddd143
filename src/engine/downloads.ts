/**
 * From blocks to verified pieces: keeps requests outstanding at each peer, gathers blocks in slabs,
 * hands full pieces to the storage and acts on its verdict.
 * Invariant: a piece has a slab exactly while it is open, being written or being parked; a block is
 * copied once, from the socket's buffer into the slab; nothing is advertised before it is verified
 * and written. The slab of a piece is reserved before its first request goes out, so that a block
 * that arrives always has a place and nothing must be dropped at the memory budget.
 */
import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { violation } from '../protocol/violation.ts';
import { BadData } from './bad-data.ts';
import { blockBytes, type Layout } from './layout.ts';
import type { PeerSession } from './peer-session.ts';
import { PieceParking } from './piece-parking.ts';
import { PiecePicker } from './piece-picker.ts';
import type { SlabPool, Storage, StorageError } from './ports.ts';
import { duplicateDepth, fairShare, requestDepth } from './request-depth.ts';
import { type ShelvedPiece, SlabShelf } from './slab-shelf.ts';

/** Bounds the picker's work per turn. */
const maxBatch = 512;
const snubMs = 60_000;
/** A halted download tries its disk again this often. */
const retryMs = 5_000;

export interface DownloadsHost {
  nowMs(): number;
  sessions(): Iterable<PeerSession>;
  /** Live links. */
  peerCount(): number;
  onVerified(piece: number): void;
  onCorrupt(piece: number, lengthBytes: number): void;
  /** These senders gave bad blocks; the ids are session ids. */
  onGuilty(sessionIds: readonly number[]): void;
  /** The disk refuses: downloading stands still until `onDiskBack`. */
  onDiskTrouble(error: StorageError): void;
  onDiskBack(): void;
}

export class Downloads {
  readonly picker: PiecePicker;
  downloadedBytes = 0;
  wastedBytes = 0;
  readonly #layout: Layout;
  readonly #storage: Storage;
  readonly #host: DownloadsHost;
  readonly #badData: BadData;
  readonly #shelf: SlabShelf;
  readonly #parking: PieceParking;
  readonly #picked = new Uint32Array(2 * maxBatch);
  #halted = false;
  #stopped = false;
  #retryAtMs = 0;

  constructor(options: {
    layout: Layout;
    random: Random;
    slabs: SlabPool;
    storage: Storage;
    host: DownloadsHost;
  }) {
    this.#layout = options.layout;
    this.#shelf = new SlabShelf(options.slabs, () => {
      if (!this.#stopped) this.refillAll();
    });
    this.#storage = options.storage;
    this.#host = options.host;
    this.#badData = new BadData(options.layout);
    this.picker = new PiecePicker({
      layout: options.layout,
      random: options.random,
      openPiece: (piece) => this.#parking.open(piece),
    });
    this.#parking = new PieceParking(options.layout, this.#shelf, options.storage, {
      picker: this.picker,
      onInMemory: (piece, open) => this.#writeIfComplete(piece, open),
      onLost: (piece) => this.#lose(piece),
    });
  }

  /** Downloading stands still because of the disk. */
  get halted(): boolean {
    return this.#halted;
  }

  /** No memory for another piece. */
  get starved(): boolean {
    return this.#shelf.starved;
  }

  /** Slabs are with the storage; its reports are awaited. */
  get busy(): boolean {
    return this.#shelf.busy;
  }

  // -------------------------------------------------------------- requests

  /** Tops up the peer's outstanding requests once they fell to three quarters. */
  refill(session: PeerSession): void {
    if (this.#halted || this.#stopped || session.refusing) return;
    if (!session.amInterested || !session.canRequest) return;
    const missingBlocks = this.picker.wantedLeftBytes / blockBytes;
    const fair = fairShare(missingBlocks, this.#host.peerCount());
    const depth = requestDepth(session, fair);
    const wanted = Math.min(session.requests.refillCount(depth), maxBatch);
    if (wanted <= 0) return;
    const nowMs = this.#host.nowMs();
    const mostDuplicates = duplicateDepth(session.rateBytesPerSecond, session.snubbed);
    const duplicates = Math.max(0, mostDuplicates - session.requests.size);
    const count = this.picker.pick(session, wanted, this.#picked, duplicates);
    if (count === 0) return;
    const batch = new Uint8Array(count * wire.REQUEST_MESSAGE_BYTES);
    let offset = 0;
    for (let i = 0; i < count; i++) {
      const piece = this.#picked[2 * i]!;
      const block = this.#picked[2 * i + 1]!;
      session.requests.add(piece, block, nowMs);
      const lengthBytes = this.#layout.blockLength(piece, block);
      offset = wire.writeRequest(batch, offset, piece, block * blockBytes, lengthBytes);
    }
    session.send(batch);
  }

  refillAll(): void {
    for (const session of this.#host.sessions()) this.refill(session);
  }

  /** The peer choked us, left, or is too slow: what was asked of it can be asked of others. */
  releaseRequests(session: PeerSession): void {
    session.unansweredBlocks += session.requests.size;
    session.requests.clear((piece, block) => this.picker.releaseBlock(piece, block));
    if (session.counted) this.picker.releasePeer(session);
  }

  onChoked(session: PeerSession): void {
    session.slowStart.restart();
    // With the fast extension each request is answered, if only by a reject (BEP 6).
    if (!session.fast) this.releaseRequests(session);
    else if (session.counted) this.picker.releasePeer(session);
  }

  /** The session left, or what it has is about to be told anew. */
  onSessionGone(session: PeerSession): void {
    this.releaseRequests(session);
    if (session.counted) this.picker.removePeer(session);
    session.counted = false;
  }

  onReject(session: PeerSession, piece: number, begin: number): void {
    const block = begin / blockBytes;
    if (!Number.isInteger(block) || session.requests.remove(piece, block) === undefined) {
      // A reject may cross our cancel; more of them than that were never asked for (BEP 6).
      if (session.unansweredBlocks-- <= 0) {
        session.violate(violation('WIRE_UNREQUESTED_REJECT', 'rejected what was not requested'));
      }
      return;
    }
    this.picker.releaseBlock(piece, block);
    session.refusing = !session.peerChoking;
  }

  // -------------------------------------------------------------- blocks

  onBlock(session: PeerSession, piece: number, begin: number, bytes: Uint8Array): void {
    const block = begin / blockBytes;
    const fits =
      this.#layout.contains(piece, begin, bytes.length) &&
      Number.isInteger(block) &&
      bytes.length === this.#layout.blockLength(piece, block);
    if (!fits) {
      session.violate(
        violation('WIRE_PIECE_OUT_OF_RANGE', `sent ${bytes.length} bytes at ${piece}:${begin}`),
      );
      return;
    }
    const nowMs = this.#host.nowMs();
    session.down.add(bytes.length, nowMs);
    this.downloadedBytes += bytes.length;
    const askedAtMs = session.requests.remove(piece, block);
    const requested = askedAtMs !== undefined;
    if (!requested && session.unansweredBlocks-- <= 0) {
      session.violate(
        violation('WIRE_UNREQUESTED_BLOCK', `sent unrequested block ${piece}:${begin}`),
      );
      return;
    }
    session.lastBlockAtMs = nowMs;
    if (requested) session.noteAnswer(nowMs - askedAtMs);
    session.snubbed = false;
    session.slowStart.onBlock();
    const open = this.#shelf.get(piece);
    const accepted =
      open !== undefined && this.picker.onBlockReceived(piece, block, requested) === 'accepted';
    if (!accepted) {
      this.wastedBytes += bytes.length;
      return;
    }
    this.#shelf.fill(open, begin, bytes);
    this.#badData.recordSender(piece, block, session.id);
    if (this.picker.requestCount(piece, block) > 0) this.#cancelElsewhere(piece, block);
    if (open.work === 'none') this.#writeIfComplete(piece, open);
  }

  #cancelElsewhere(piece: number, block: number): void {
    for (const other of this.#host.sessions()) {
      if (other.requests.remove(piece, block) !== undefined) this.#cancel(other, piece, block);
    }
  }

  #cancel(session: PeerSession, piece: number, block: number): void {
    this.picker.releaseBlock(piece, block);
    session.unansweredBlocks++;
    const lengthBytes = this.#layout.blockLength(piece, block);
    session.send(wire.encodeCancel(piece, block * blockBytes, lengthBytes));
  }

  #writeIfComplete(piece: number, open: ShelvedPiece): void {
    if (this.picker.stateOf(piece) !== 'unverified') return;
    open.work = 'writing';
    this.#storage.writePiece(piece, open.slab, this.#badData.wantsDigests(piece));
  }

  // -------------------------------------------------------------- verdicts of the storage

  onPieceWritten(piece: number, digests: Uint8Array | undefined): void {
    this.#shelf.drop(piece);
    const { ban } = this.#badData.onVerified(piece, digests);
    this.picker.onPieceVerified(piece);
    // A write that was under way may still fit where the failed one does not.
    if (this.#halted && !this.#hasFailed()) this.#resumeAfterTrouble();
    if (ban.length > 0) this.#host.onGuilty(ban);
    this.#host.onVerified(piece);
  }

  onPieceCorrupt(piece: number, digests: Uint8Array): void {
    this.#shelf.drop(piece);
    const lengthBytes = this.#layout.pieceBytes(piece);
    this.wastedBytes += lengthBytes;
    const { ban } = this.#badData.onCorrupt(piece, digests);
    this.picker.onPieceCorrupt(piece);
    // One peer alone sends it again, so that its blocks tell who lied.
    this.picker.restrictToOnePeer(piece);
    this.#host.onCorrupt(piece, lengthBytes);
    if (ban.length > 0) this.#host.onGuilty(ban);
  }

  /** Blocks of this session can no longer be held against anybody. */
  forgetSender(sessionId: number): void {
    this.#badData.forgetPeer(sessionId);
  }

  onPieceWriteFailed(piece: number, error: StorageError): void {
    const open = this.#shelf.get(piece);
    assert(open !== undefined, `piece ${piece} failed to be written but is not open`);
    const firstFailure = !this.#halted;
    const retryOpen = firstFailure || !this.#hasFailed();
    if (retryOpen) open.work = 'failed';
    else this.#giveUp(piece);
    this.#retryAtMs = this.#host.nowMs() + retryMs;
    if (!firstFailure) return;
    this.#halted = true;
    for (const session of this.#host.sessions()) this.releaseRequests(session);
    this.#dropIdle();
    this.#host.onDiskTrouble(error);
  }

  #hasFailed(): boolean {
    for (const [, { work }] of this.#shelf.entries()) if (work === 'failed') return true;
    return false;
  }

  /** While this torrent's disk refuses, its unfinished pieces do not hold memory that others can use. */
  #dropIdle(): void {
    for (const [piece, { work }] of [...this.#shelf.entries()]) {
      if (work === 'none') this.#giveUp(piece);
    }
  }

  #giveUp(piece: number): void {
    this.#shelf.drop(piece);
    this.#badData.onAbandoned(piece);
    this.picker.markMissing(piece);
  }

  onPieceParked(piece: number, error: StorageError | undefined): void {
    this.#parking.onParked(piece, error);
  }

  onPieceLoaded(piece: number, error: StorageError | undefined): void {
    this.#parking.onLoaded(piece, error);
  }

  /** Unverified blocks are gone; they are fetched again. */
  #lose(piece: number): void {
    this.#badData.onAbandoned(piece);
    for (const session of this.#host.sessions()) {
      session.requests.drainPiece(piece, (block) => {
        session.unansweredBlocks++;
        this.picker.releaseBlock(piece, block);
      });
    }
    this.picker.markMissing(piece);
  }

  // -------------------------------------------------------------- time

  /** About once a second. */
  tick(nowMs: number): void {
    if (this.#halted && nowMs >= this.#retryAtMs) this.#retry(nowMs);
    if (this.#shelf.starved) this.#parking.parkIdle(8);
    for (const session of this.#host.sessions()) {
      if (!session.snubbed && isSilent(session, nowMs)) {
        session.snubbed = true;
        this.releaseRequests(session);
      }
      session.refusing = false;
      session.slowStart.onSecond(session.rateBytesPerSecond);
      this.refill(session);
    }
  }

  #retry(nowMs: number): void {
    this.#retryAtMs = nowMs + retryMs;
    for (const [piece, open] of this.#shelf.entries()) {
      if (open.work !== 'failed') continue;
      open.work = 'writing';
      this.#storage.writePiece(piece, open.slab, false);
      return;
    }
  }

  #resumeAfterTrouble(): void {
    this.#halted = false;
    this.#host.onDiskBack();
    this.refillAll();
  }

  /** Pieces under way that are not wanted any more: their requests are taken back, and they go to disk. */
  releaseUnwanted(): void {
    for (const { piece, parked } of [...this.picker.partialPieces()]) {
      if (parked || this.picker.wants(piece)) continue;
      for (const session of this.#host.sessions()) {
        session.requests.drainPiece(piece, (block) => this.#cancel(session, piece, block));
      }
      this.#parking.park(piece);
    }
  }

  /** Everything unfinished is given up, for data that is about to be looked at afresh. No peer is asked. */
  abandon(): void {
    for (const [piece, { work }] of [...this.#shelf.entries()]) {
      if (work === 'failed') this.#giveUp(piece);
    }
    this.#dropIdle();
    if (this.#halted) this.#resumeAfterTrouble();
  }

  /** No more requests; what is unfinished goes to disk. `done` once the storage has everything. */
  stop(): void {
    this.#stopped = true;
    for (const session of this.#host.sessions()) this.releaseRequests(session);
    this.#parking.parkIdle(Number.POSITIVE_INFINITY);
  }

  /** The storage owes no report any more: slabs still out go back to the pool that others use. */
  close(): void {
    for (const piece of [...this.#shelf.entries()].map(([index]) => index)) this.#shelf.drop(piece);
  }
}

/** It was asked and answered nothing for a minute, not even, while it chokes us, with rejects (BEP 6). */
function isSilent(session: PeerSession, nowMs: number): boolean {
  const askedAtMs = session.requests.oldestSentAtMs;
  if (askedAtMs === undefined) return false;
  return nowMs - Math.max(askedAtMs, session.lastBlockAtMs) > snubMs;
}
