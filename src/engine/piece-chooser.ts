/**
 * Chooses the piece whose free blocks a peer takes next. In order:
 *  1. while the peer chokes us, only the pieces it allows (BEP 6);
 *  2. the streaming windows, each in order, where some are set;
 *  3. the highest file priority, and within one priority
 *     - the piece the peer is filling already;
 *     - a fast peer: a partial piece nobody fills, then a piece of its own, then one that others fill;
 *       a slow peer: a piece that slow peers share, then the same. So fast peers get whole pieces, and
 *       slow ones keep few pieces open;
 *     - among unopened pieces: parked ones, then the rarest with ties at random. The first four are
 *       chosen at random, sequential mode goes by index, and a piece that the peer suggests goes
 *       before others of its priority (BEP 6);
 *  4. a piece restricted to a peer that is ten times slower.
 * Invariant: what `choose` returns is in memory and has a free block this peer may take.
 */

import { stealFactor } from './duplicate-requests.ts';
import type { OpenPiece } from './open-piece.ts';
import type { PeerSlot } from './picker-peer.ts';
import type { PieceBoard } from './piece-board.ts';

/** A peer is fast when it fills a piece alone within this time. */
const wholePieceSeconds = 20;
const randomPieces = 4;
/** Suggestions looked at, from the latest. */
const suggestionLimit = 8;

const fastOrder = ['idle', 'waiting', 'shared', 'owned'] as const;
const slowOrder = ['shared', 'idle', 'waiting', 'owned'] as const;

export class PieceChooser {
  readonly #board: PieceBoard;
  readonly #reserve: (piece: number) => boolean;
  readonly #priorityOf: (piece: number) => number;
  /** The streaming windows, first to last piece; `first` moves up over what is not to be fetched. */
  #windows: { first: number; readonly last: number }[] = [];
  #hasWindows = false;
  /** Memory was refused since `begin`: only pieces that are open already. */
  #noRoom = false;
  #isFast = false;

  /** `reserve`: reserves memory for a piece; false when there is none. */
  constructor(board: PieceBoard, reserve: (piece: number) => boolean) {
    this.#board = board;
    this.#reserve = reserve;
    this.#priorityOf = (piece) => board.ledger.priority(piece);
  }

  /** Since `begin`, a piece was found that memory has no room for. */
  get lacksRoom(): boolean {
    return this.#noRoom;
  }

  setWindows(windows: readonly { readonly first: number; readonly last: number }[]): void {
    this.#windows = windows.map(({ first, last }) => ({ first, last }));
    this.#hasWindows = windows.length > 0;
  }

  /** Before the first `choose` of one pick. */
  begin(slot: PeerSlot): void {
    this.#noRoom = false;
    const rate = slot.peer.rateBytesPerSecond;
    this.#isFast = rate * wholePieceSeconds >= this.#board.layout.pieceLength;
  }

  choose(slot: PeerSlot): OpenPiece | undefined {
    const { allowedFast } = slot.peer;
    if (allowedFast !== undefined) return this.#chooseAllowed(slot, allowedFast);
    const urgent = this.#hasWindows ? this.#chooseInWindows(slot) : undefined;
    return urgent ?? this.#chooseByPriority(slot) ?? this.#chooseExclusive(slot);
  }

  /** The peer goes on with this piece, alone if it is fast and nobody else is at it. */
  assign(slot: PeerSlot, open: OpenPiece): void {
    this.leaveCurrent(slot, open);
    slot.current = open;
    const isAlone = open.outstanding === 0 && open.owner === undefined;
    const takesOver = open.share === 'exclusive';
    if (takesOver || (isAlone && (this.#isFast || this.#board.isRestricted(open.piece)))) {
      open.owner = slot;
    }
  }

  /** Others may go on with what the peer filled, unless that is `next`. */
  leaveCurrent(slot: PeerSlot, next: OpenPiece | undefined): void {
    const current = slot.current;
    if (current === undefined || current === next) return;
    slot.current = undefined;
    if (current.owner !== slot) return;
    current.owner = undefined;
    if (current.isOpen) this.#board.settleOpen(current);
  }

  #chooseByPriority(slot: PeerSlot): OpenPiece | undefined {
    const { ledger, open: openPieces } = this.#board;
    const highest = ledger.highestNeeded;
    let best = this.#currentOf(slot);
    let bestPriority = best === undefined ? 0 : ledger.priority(best.piece);
    let waiting = -1;
    for (const source of this.#isFast ? fastOrder : slowOrder) {
      if (bestPriority >= highest) break;
      if (source === 'waiting') {
        const piece = this.#noRoom ? -1 : this.#findWaiting(slot);
        if (piece < 0 || ledger.priority(piece) <= bestPriority) continue;
        waiting = piece;
        bestPriority = ledger.priority(piece);
        continue;
      }
      const { have } = slot.peer;
      const open = openPieces.first(source, have, this.#priorityOf, bestPriority, highest);
      if (open === undefined) continue;
      best = open;
      waiting = -1;
      bestPriority = ledger.priority(open.piece);
    }
    if (waiting < 0) return best;
    // Without room, the choice is among what is in memory.
    return this.#tryOpen(waiting) ?? this.#chooseByPriority(slot);
  }

  /** The piece the peer fills, when it may go on with it. */
  #currentOf(slot: PeerSlot): OpenPiece | undefined {
    const current = slot.current;
    if (current === undefined || current.share === 'none') return undefined;
    if (current.owner !== undefined) return current.owner === slot ? current : undefined;
    return current.share === 'exclusive' ? undefined : current;
  }

  #findWaiting(slot: PeerSlot): number {
    const { order, ledger, open } = this.#board;
    const { have, suggested } = slot.peer;
    const found = order.find(have, slot.countedAsSeed, slot.cursor);
    if (found < 0 || order.sequential || order.isParked(found)) return found;
    if (suggested !== undefined && suggested.length > 0) {
      const piece = this.#findSuggested(slot, suggested, order.priorityOf(found));
      if (piece >= 0) return piece;
    }
    if (ledger.verified.count + open.size < randomPieces) {
      const random = order.findRandom(have);
      if (random >= 0) return random;
    }
    return found;
  }

  #findSuggested(slot: PeerSlot, suggested: readonly number[], priority: number): number {
    const oldest = Math.max(0, suggested.length - suggestionLimit);
    for (let i = suggested.length - 1; i >= oldest; i--) {
      const piece = suggested[i]!;
      if (this.#board.order.priorityOf(piece) === priority && slot.peer.have.has(piece)) {
        return piece;
      }
    }
    return -1;
  }

  #chooseInWindows(slot: PeerSlot): OpenPiece | undefined {
    for (const window of this.#windows) {
      const { last } = window;
      while (window.first <= last && !this.#board.isFillable(window.first)) window.first++;
      for (let piece = window.first; piece <= last; piece++) {
        if (!this.#mayTake(piece, slot)) continue;
        const open = this.#board.open.get(piece) ?? this.#tryOpen(piece);
        if (open !== undefined) return open;
      }
    }
    return undefined;
  }

  /** Of the few pieces a choking peer allows: one in memory, else the first in order. */
  #chooseAllowed(slot: PeerSlot, allowed: ReadonlySet<number>): OpenPiece | undefined {
    const { order, open, ledger } = this.#board;
    let best = -1;
    let bestScore = 0;
    for (const piece of allowed) {
      if (!this.#mayTake(piece, slot)) continue;
      const isOpen = open.get(piece) !== undefined;
      if (!isOpen && this.#noRoom) continue;
      const isPartial = isOpen || order.isParked(piece);
      const commonness = isPartial ? 0 : Math.min(65_535, 1 + order.availability(piece));
      const score = (1 + ledger.priority(piece)) * 65_536 - commonness;
      if (score <= bestScore) continue;
      best = piece;
      bestScore = score;
    }
    if (best < 0) return undefined;
    return open.get(best) ?? this.#tryOpen(best) ?? this.#chooseAllowed(slot, allowed);
  }

  #chooseExclusive(slot: PeerSlot): OpenPiece | undefined {
    const pieces = this.#board.open.list('exclusive');
    if (pieces.length === 0) return undefined;
    for (const open of pieces) if (this.#mayTake(open.piece, slot)) return open;
    return undefined;
  }

  /** Whether a wanted piece has free blocks that this peer has and may be asked for. */
  #mayTake(piece: number, slot: PeerSlot): boolean {
    if (piece >= this.#board.layout.pieceCount || !slot.peer.have.has(piece)) return false;
    const open = this.#board.open.get(piece);
    if (open === undefined) return this.#board.order.priorityOf(piece) > 0;
    if (open.share !== 'exclusive') return open.share !== 'none';
    if (open.owner === undefined || open.owner === slot) return true;
    const rate = slot.peer.rateBytesPerSecond;
    return rate > 0 && open.owner.peer.rateBytesPerSecond * stealFactor <= rate;
  }

  /** Opens a waiting piece; undefined when memory is refused. */
  #tryOpen(piece: number): OpenPiece | undefined {
    if (this.#noRoom) return undefined;
    if (this.#reserve(piece)) return this.#board.openPiece(piece);
    this.#noRoom = true;
    return undefined;
  }
}
