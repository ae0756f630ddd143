/**
 * Decides which blocks of a torrent to request from which peer, and owns the state of every piece.
 * The order of choice is told in piece-chooser.ts, duplicates in duplicate-requests.ts. Blocks of a
 * piece are taken in ascending order, so that a piece from one peer arrives as one run.
 * Invariant: a piece is in exactly one state. Picking a block is O(1) amortised over a download.
 */
import { assert } from '../base/assert.ts';
import type { Bitfield } from '../base/bitfield.ts';
import type { Random } from '../base/random.ts';
import { DuplicateRequests } from './duplicate-requests.ts';
import type { Layout } from './layout.ts';
import { PeerSlots, type PickerPeer } from './picker-peer.ts';
import { PieceBoard } from './piece-board.ts';
import { PieceChooser } from './piece-chooser.ts';
import type { PieceState } from './piece-ledger.ts';

export type { PickerPeer, PieceState };

export interface PiecePickerOptions {
  readonly layout: Layout;
  readonly random: Random;
  /**
   * Reserves memory for a piece that is about to be requested; when `parkedBlocks` knows the piece,
   * its blocks are needed back, too. False: no room now. Called during `pick`; must change nothing.
   */
  openPiece(piece: number): boolean;
}

export interface PartialPiece {
  readonly piece: number;
  /** A byte a block: 1 when it is here. */
  readonly blocks: Uint8Array;
  /** Blocks requested and not here. */
  readonly outstanding: number;
  /** Not in memory. */
  readonly parked: boolean;
}

export class PiecePicker {
  readonly #board: PieceBoard;
  readonly #chooser: PieceChooser;
  readonly #slots = new PeerSlots();
  readonly #duplicates: DuplicateRequests;

  constructor(options: PiecePickerOptions) {
    this.#board = new PieceBoard(options.layout, options.random);
    this.#chooser = new PieceChooser(this.#board, (piece) => options.openPiece(piece));
    this.#duplicates = new DuplicateRequests(this.#board, this.#slots);
  }

  // -------------------------------------------------------------- peers

  /** Call once the peer's bitfield is known, before any other call with this peer. */
  addPeer(peer: PickerPeer): void {
    const slot = this.#slots.add(peer);
    if (slot.countedAsSeed) this.#board.order.addSeed();
    else this.#board.order.addHave(peer.have);
  }

  /** The peer left. Release its outstanding blocks first. */
  removePeer(peer: PickerPeer): void {
    this.releasePeer(peer);
    const slot = this.#slots.remove(peer);
    if (slot.countedAsSeed) this.#board.order.removeSeed();
    else this.#board.order.removeHave(peer.have);
  }

  /** After `peer.have` gained a bit it did not have. */
  peerGotPiece(peer: PickerPeer, piece: number): void {
    this.#board.order.gotPiece(piece, this.#slots.of(peer).cursor);
  }

  /** The peer chokes us or stopped answering: others may go on with the piece it fills. */
  releasePeer(peer: PickerPeer): void {
    this.#chooser.leaveCurrent(this.#slots.of(peer), undefined);
  }

  /** Connected peers that have the piece. */
  availability(piece: number): number {
    return this.#board.order.availability(piece);
  }

  /** Wanted pieces with blocks to request that no connected peer has. */
  get unavailableCount(): number {
    return this.#board.order.unavailableCount + this.#board.unavailableOpenCount();
  }

  /** The first of them; −1 when there is none. O(pieces). */
  get firstUnavailable(): number {
    if (this.unavailableCount === 0) return -1;
    const { order, open, layout } = this.#board;
    for (let piece = 0; piece < layout.pieceCount; piece++) {
      if (order.availability(piece) > 0) continue;
      if (order.priorityOf(piece) > 0 || (open.get(piece)?.share ?? 'none') !== 'none') {
        return piece;
      }
    }
    return -1;
  }

  // -------------------------------------------------------------- wants

  /** 0: not wanted; 1 to 7, higher first; 4 is normal and what every piece starts with. */
  setPiecePriority(piece: number, priority: number): void {
    if (this.#board.ledger.priority(piece) === priority) return;
    this.#board.ledger.setPriority(piece, priority);
    this.#board.settle(piece);
  }

  piecePriority(piece: number): number {
    return this.#board.ledger.priority(piece);
  }

  /** Unopened pieces by index instead of by rarity. */
  setSequential(on: boolean): void {
    this.#board.order.setSequential(on);
  }

  /** Streaming: wanted pieces from `first` to `last` of each window come before all others, in order. */
  setDeadlines(windows: readonly { readonly first: number; readonly last: number }[]): void {
    for (const { first, last } of windows) {
      assert(first >= 0 && last < this.#board.layout.pieceCount, `no pieces ${first} to ${last}`);
    }
    this.#chooser.setWindows(windows);
  }

  /** Wanted and not verified. */
  wants(piece: number): boolean {
    return this.#board.ledger.needs(piece);
  }

  /** Whether some piece of `have` is wanted and not verified. O(pieces ÷ 8) unless it is full. */
  isInteresting(have: Bitfield): boolean {
    return this.#board.ledger.needsAnyOf(have);
  }

  // -------------------------------------------------------------- picking

  /**
   * Chooses up to `count` blocks for the peer and counts them as requested. Writes pairs of piece and
   * block to `out`, which holds 2 × `count` numbers at least; returns the number of pairs. At most
   * `duplicates` of them are blocks that are requested already.
   */
  pick(peer: PickerPeer, count: number, out: Uint32Array, duplicates = count): number {
    assert(out.length >= 2 * count, 'the picked blocks fit');
    const slot = this.#slots.of(peer);
    this.#chooser.begin(slot);
    let written = 0;
    while (written < count) {
      const open = this.#chooser.choose(slot);
      if (open === undefined) break;
      this.#chooser.assign(slot, open);
      const end = Math.min(count, written + open.free);
      for (; written < end; written++) {
        out[2 * written] = open.piece;
        out[2 * written + 1] = open.takeFree(slot.id);
      }
      this.#board.settleOpen(open);
    }
    if (written === count || peer.allowedFast !== undefined) return written;
    const most = Math.min(count - written, duplicates);
    if (most <= 0) return written;
    // Without room the pieces in memory are all there is: one stalled peer must not hold them up.
    const endgame = this.#chooser.lacksRoom || !this.#board.hasFreeBlocks();
    return written + this.#duplicates.take(slot, most, endgame, out, written);
  }

  // -------------------------------------------------------------- blocks

  /**
   * A block arrived. `accepted`: its bytes belong in the piece's memory. `duplicate`: it is here
   * already. `unknown-piece`: the piece is not in memory. `requested` is false for a block whose
   * request had been given back: it answers none of those under way.
   */
  onBlockReceived(
    piece: number,
    block: number,
    requested = true,
  ): 'accepted' | 'duplicate' | 'unknown-piece' {
    const open = this.#board.open.get(piece);
    if (open === undefined) {
      return this.stateOf(piece) === 'verified' ? 'duplicate' : 'unknown-piece';
    }
    if (!open.receive(block, requested)) return 'duplicate';
    if (open.isComplete) this.#board.ledger.setState(piece, 'unverified');
    this.#board.settleOpen(open);
    return 'accepted';
  }

  /** A request was given back: choked, rejected, cancelled, timed out. Does no harm when it is moot. */
  releaseBlock(piece: number, block: number): void {
    const open = this.#board.open.get(piece);
    if (open?.release(block) !== true) return;
    // Whoever filled it alone did not deliver. It may take the piece up again like anyone else.
    open.owner = undefined;
    this.#board.settleOpen(open);
  }

  /**
   * Requests under way for this block. Once it was received, those to other peers: when more than 0,
   * these need a cancel.
   */
  requestCount(piece: number, block: number): number {
    return this.#board.open.get(piece)?.requestCount(block) ?? 0;
  }

  /** All blocks are here. */
  pieceComplete(piece: number): boolean {
    const state = this.stateOf(piece);
    return state === 'unverified' || state === 'verified';
  }

  // -------------------------------------------------------------- results

  onPieceVerified(piece: number): void {
    assert(this.stateOf(piece) === 'unverified', `piece ${piece} was complete`);
    this.#board.conclude(piece, 'verified');
  }

  /** The blocks of this piece are worth nothing: it is missing again. */
  onPieceCorrupt(piece: number): void {
    assert(this.stateOf(piece) !== 'verified', `piece ${piece} was not verified`);
    this.#board.conclude(piece, 'missing');
  }

  /** Valid on disk: from resume data or a recheck. */
  markVerified(piece: number): void {
    this.#board.conclude(piece, 'verified');
  }

  /** Its data vanished. */
  markMissing(piece: number): void {
    this.#board.conclude(piece, 'missing');
  }

  /**
   * The piece is filled by one peer, until it is verified or missing. When that peer stops, another
   * single one goes on; so may a peer ten times faster that has nothing else to do.
   */
  restrictToOnePeer(piece: number): void {
    assert(!this.pieceComplete(piece), `piece ${piece} is not complete`);
    this.#board.restrict(piece);
  }

  // -------------------------------------------------------------- memory and resume

  /**
   * Takes a piece out of memory: the blocks that are here, a byte each. With any it stays partial
   * and may be opened again; with none it is missing. Undefined, and no change, when it is not open,
   * is complete, or has outstanding requests.
   */
  parkPiece(piece: number): Uint8Array | undefined {
    const open = this.#board.open.get(piece);
    if (open === undefined || open.isComplete || open.outstanding > 0) return undefined;
    this.#board.park(open);
    return open.receivedBlocks();
  }

  /** The blocks, a byte each, of a partial piece that is not in memory. Not to be changed. */
  parkedBlocks(piece: number): Uint8Array | undefined {
    return this.#board.parkedBlocks(piece);
  }

  /** From resume data: a missing piece of which some blocks are on disk. It starts parked. */
  restorePartial(piece: number, blocks: Uint8Array): void {
    assert(this.stateOf(piece) === 'missing', `piece ${piece} is missing`);
    assert(blocks.length === this.#board.layout.blockCount(piece), `blocks of piece ${piece}`);
    const flags = blocks.map((byte) => (byte === 0 ? 0 : 1));
    if (flags.includes(1)) this.#board.restore(piece, flags);
  }

  /** Every piece in state partial. The blocks are copies. */
  *partialPieces(): Generator<PartialPiece> {
    for (const open of this.#board.open.all) {
      if (open.isComplete) continue;
      const { piece, outstanding } = open;
      yield { piece, blocks: open.receivedBlocks(), outstanding, parked: false };
    }
    for (const [piece, blocks] of this.#board.parked()) {
      yield { piece, blocks: blocks.slice(), outstanding: 0, parked: true };
    }
  }

  // -------------------------------------------------------------- state

  stateOf(piece: number): PieceState {
    return this.#board.ledger.state(piece);
  }

  /** Live: changes as pieces are verified. Not to be changed by the caller. */
  get verified(): Bitfield {
    return this.#board.ledger.verified;
  }

  /** Pieces wanted and not verified. */
  get missingWantedCount(): number {
    return this.#board.ledger.neededCount;
  }

  get verifiedBytes(): number {
    return this.#board.ledger.verifiedBytes;
  }

  /** Bytes of wanted pieces that are not verified. */
  get wantedLeftBytes(): number {
    return this.#board.ledger.neededBytes;
  }

  /** Asserts everything the picker promises; O(pieces × peers). For tests and the simulation. */
  checkInvariants(): void {
    this.#board.checkInvariants();
    for (const slot of this.#slots.values()) {
      this.#board.order.checkCursor(slot.cursor, slot.peer.have);
    }
  }
}
