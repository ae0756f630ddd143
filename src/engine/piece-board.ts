/**
 * Where every piece of a torrent stands: its state and priority, its place in the availability order
 * while it waits, its blocks while it is open in memory, its received blocks while it is parked.
 * Invariant: a wanted piece that is not all here is either open, and listed by who may take its free
 * blocks, or waits in the availability order; no other piece is in either.
 */
import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import { AvailabilityOrder } from './availability-order.ts';
import type { Layout } from './layout.ts';
import { OpenPiece, type Share } from './open-piece.ts';
import { OpenPieces } from './open-pieces.ts';
import { PieceLedger } from './piece-ledger.ts';

export class PieceBoard {
  readonly layout: Layout;
  readonly ledger: PieceLedger;
  readonly order: AvailabilityOrder;
  readonly open = new OpenPieces();
  /** Received blocks, a byte each, of partial pieces that are not in memory. */
  readonly #parked = new Map<number, Uint8Array>();
  /** Pieces to be filled by one peer at a time. */
  readonly #restricted = new Set<number>();

  constructor(layout: Layout, random: Random) {
    this.layout = layout;
    this.ledger = new PieceLedger(layout);
    this.order = new AvailabilityOrder(layout.pieceCount, random);
    for (let piece = 0; piece < layout.pieceCount; piece++) this.settle(piece);
  }

  /** Wanted, and not all of it is here. */
  isFillable(piece: number): boolean {
    if (!this.ledger.needs(piece)) return false;
    const state = this.ledger.state(piece);
    return state === 'missing' || state === 'partial';
  }

  isRestricted(piece: number): boolean {
    return this.#restricted.has(piece);
  }

  restrict(piece: number): void {
    this.#restricted.add(piece);
    this.settle(piece);
  }

  parkedBlocks(piece: number): Uint8Array | undefined {
    return this.#parked.get(piece);
  }

  parked(): IterableIterator<[number, Uint8Array]> {
    return this.#parked.entries();
  }

  /** Open pieces with free blocks that no connected peer has. */
  unavailableOpenCount(): number {
    let count = 0;
    for (const open of this.open.all) {
      if (open.share !== 'none' && this.order.availability(open.piece) === 0) count++;
    }
    return count;
  }

  /** Whether some block is free and wanted that a connected peer has. */
  hasFreeBlocks(): boolean {
    if (this.order.size > this.order.unavailableCount) return true;
    const unfilled = this.open.unfilledCount;
    return unfilled > 0 && unfilled > this.unavailableOpenCount();
  }

  // -------------------------------------------------------------- transitions

  /** A waiting piece comes into memory. */
  openPiece(piece: number): OpenPiece {
    const open = new OpenPiece(piece, this.layout.blockCount(piece), this.#parked.get(piece));
    this.#parked.delete(piece);
    this.open.add(open);
    this.ledger.setState(piece, 'partial');
    this.settle(piece);
    return open;
  }

  /** An open piece leaves memory, without its blocks when it has none. */
  park(open: OpenPiece): void {
    this.open.remove(open);
    if (open.received > 0) this.#parked.set(open.piece, open.receivedBlocks());
    else this.ledger.setState(open.piece, 'missing');
    this.settle(open.piece);
  }

  /** A missing piece of which some blocks are stored. */
  restore(piece: number, blocks: Uint8Array): void {
    this.#parked.set(piece, blocks);
    this.ledger.setState(piece, 'partial');
    this.settle(piece);
  }

  /** Forgets blocks and restriction. */
  conclude(piece: number, state: 'missing' | 'verified'): void {
    this.#parked.delete(piece);
    this.#restricted.delete(piece);
    const open = this.open.get(piece);
    if (open !== undefined) this.open.remove(open);
    this.ledger.setState(piece, state);
    this.settle(piece);
  }

  /** Puts a piece where it can be found, or nowhere. */
  settle(piece: number): void {
    const open = this.open.get(piece);
    if (open !== undefined) {
      this.order.remove(piece);
      this.settleOpen(open);
    } else if (this.isFillable(piece)) {
      this.order.insert(piece, this.ledger.priority(piece), this.#parked.has(piece));
    } else {
      this.order.remove(piece);
    }
  }

  /** After blocks of an open piece were taken, given back or received. */
  settleOpen(open: OpenPiece): void {
    if (open.outstanding === 0) open.owner = undefined;
    this.open.setShare(open, this.#shareOf(open));
  }

  #shareOf(open: OpenPiece): Share {
    if (open.free === 0 || !this.ledger.needs(open.piece)) return 'none';
    if (open.outstanding === 0) return 'idle';
    if (this.#restricted.has(open.piece)) return 'exclusive';
    return open.owner !== undefined ? 'owned' : 'shared';
  }

  // -------------------------------------------------------------- checks

  /** Asserts the invariant of this file and of what it owns; O(pieces). */
  checkInvariants(): void {
    this.ledger.checkInvariants();
    this.order.checkInvariants();
    this.open.checkInvariants();
    for (let piece = 0; piece < this.layout.pieceCount; piece++) this.#checkPiece(piece);
  }

  #checkPiece(piece: number): void {
    const open = this.open.get(piece);
    const parked = this.#parked.get(piece);
    const state = this.ledger.state(piece);
    assert(open === undefined || parked === undefined, `piece ${piece} is open or parked`);
    assert(parked === undefined || parked.includes(1), `parked piece ${piece} has a block`);
    const isPartial = parked !== undefined || (open !== undefined && !open.isComplete);
    assert((state === 'partial') === isPartial, `piece ${piece} is ${state}`);
    const isComplete = open?.isComplete === true;
    assert((state === 'unverified') === isComplete, `piece ${piece} is ${state}`);
    const waits = open === undefined && this.isFillable(piece);
    const priority = waits ? this.ledger.priority(piece) : 0;
    assert(this.order.priorityOf(piece) === priority, `piece ${piece} waits in its place`);
    const waitsParked = waits && parked !== undefined;
    assert(this.order.isParked(piece) === waitsParked, `piece ${piece} waits as what it is`);
    if (open === undefined) return;
    assert(open.share === this.#shareOf(open), `piece ${piece} is shared as it should`);
    assert(open.owner === undefined || open.outstanding > 0, `piece ${piece} has an active owner`);
  }
}
