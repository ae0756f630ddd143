/**
 * Chooses blocks to request a second or third time, when a peer finds no free block.
 * Endgame: everything missing is requested somewhere, or cannot be for want of memory; of the outstanding blocks that are late the
 * slowest are duplicated, those with fewer copies first. Stealing, at any time: a block that a peer at least ten times slower
 * owes gets one more request. Either way the caller cancels the others when the first copy arrives, so
 * no request is lost when the thief fails.
 * Invariant: at most `copyLimit` requests a block, never two to the same peer.
 */
import type { OpenPiece } from './open-piece.ts';
import { copyLimit } from './open-piece.ts';
import type { PeerSlot, PeerSlots } from './picker-peer.ts';
import type { PieceBoard } from './piece-board.ts';

export const stealFactor = 10;
/** Duplicates in one pick: few, because what they buy shrinks as blocks arrive. */
const duplicateLimit = 16;
/** Blocks and pieces looked at in one pick; the next goes on where this one ended. */
const endgameScanLimit = 4096;
const stealScanLimit = 128;

export class DuplicateRequests {
  readonly #board: PieceBoard;
  readonly #slots: PeerSlots;
  /** The chosen so far, slowest first: parallel arrays, so that nothing is allocated. */
  readonly #pieces: (OpenPiece | undefined)[] = new Array(duplicateLimit).fill(undefined);
  readonly #blocks = new Uint32Array(duplicateLimit);
  readonly #costs = new Float64Array(duplicateLimit);
  #chosen = 0;
  #startAt = 0;

  constructor(board: PieceBoard, slots: PeerSlots) {
    this.#board = board;
    this.#slots = slots;
  }

  /** Writes up to `count` pairs of piece and block to `out` from pair `at` on; returns how many. */
  take(slot: PeerSlot, count: number, endgame: boolean, out: Uint32Array, at: number): number {
    this.#chosen = 0;
    if (!endgame && slot.peer.rateBytesPerSecond === 0) return 0;
    this.#scan(slot, Math.min(count, duplicateLimit), endgame);
    for (let i = 0; i < this.#chosen; i++) {
      const open = this.#pieces[i]!;
      const block = this.#blocks[i]!;
      // The latest to be asked gets its time before the block is late again.
      open.addCopy(block, slot.id);
      out[2 * (at + i)] = open.piece;
      out[2 * (at + i) + 1] = block;
      this.#pieces[i] = undefined;
    }
    return this.#chosen;
  }

  #scan(slot: PeerSlot, limit: number, endgame: boolean): void {
    const pieces = this.#board.open.all;
    const scanLimit = endgame ? endgameScanLimit : stealScanLimit;
    let looked = 0;
    let i = 0;
    for (; i < pieces.length && looked < scanLimit; i++, looked++) {
      const open = pieces[(this.#startAt + i) % pieces.length]!;
      if (open.outstanding === 0 || !this.#board.ledger.needs(open.piece)) continue;
      if (!slot.peer.have.has(open.piece)) continue;
      looked += open.blockCount;
      // A piece that was corrupt before comes from one peer, unless that is very slow.
      this.#scanPiece(open, slot, limit, endgame && !this.#board.isRestricted(open.piece));
    }
    this.#startAt = i < pieces.length ? this.#startAt + i : 0;
  }

  #scanPiece(open: OpenPiece, slot: PeerSlot, limit: number, endgame: boolean): void {
    const rate = slot.peer.rateBytesPerSecond;
    let requester = -1;
    let owed = 0;
    for (let block = 0; block < open.blockCount; block++) {
      if (open.isReceived(block)) continue;
      const copies = open.requestCount(block);
      if (copies === 0 || copies >= copyLimit) continue;
      // Neighbours mostly come from one peer, and to measure its rate takes a while.
      if (open.requester(block) !== requester) {
        requester = open.requester(block);
        owed = this.#slots.rateOf(requester);
      }
      const steals = rate > 0 && owed * stealFactor <= rate;
      if (!steals && !(endgame && this.#slots.isLate(requester, open.piece, block))) continue;
      // Copies weigh more than any rate.
      const cost = copies * 1e15 + owed;
      if (this.#chosen === limit && cost >= this.#costs[limit - 1]!) continue;
      // The caller does not know yet of what this very pick took.
      if (requester === slot.id || slot.peer.isOutstanding(open.piece, block)) continue;
      this.#choose(open, block, cost, limit);
    }
  }

  #choose(open: OpenPiece, block: number, cost: number, limit: number): void {
    let i = this.#chosen < limit ? this.#chosen++ : limit - 1;
    for (; i > 0 && this.#costs[i - 1]! > cost; i--) {
      this.#pieces[i] = this.#pieces[i - 1];
      this.#blocks[i] = this.#blocks[i - 1]!;
      this.#costs[i] = this.#costs[i - 1]!;
    }
    this.#pieces[i] = open;
    this.#blocks[i] = block;
    this.#costs[i] = cost;
  }
}
