/**
 * Owns how many connected peers have each piece, and the order of the waiting pieces: those that are
 * wanted and take up no memory. Waiting pieces lie in lists by priority and rank: rank 0 holds parked
 * pieces, rank 1 + n the missing pieces that n peers have. Seeds raise all pieces alike and are only
 * counted. Moving a piece is O(1); the choice within a list is random.
 * Invariant: a waiting piece is in exactly one list, the one its priority and availability name.
 */
import { assert } from '../base/assert.ts';
import type { Bitfield } from '../base/bitfield.ts';
import type { Random } from '../base/random.ts';
import { PieceList } from './piece-list.ts';
import type { ScanCursor } from './scan-cursor.ts';

export const topPriority = 7;
const parkedFlag = 0x80;
const logLength = 256;
const randomProbes = 32;

export class AvailabilityOrder {
  readonly #random: Random;
  readonly #pieceCount: number;
  /** Copies among the peers that are not in the seed counter. */
  readonly #copies: Uint16Array;
  /** Priority of a waiting piece with `parkedFlag`; 0 when it is not waiting. */
  readonly #waiting: Uint8Array;
  readonly #position: Uint32Array;
  /** By priority, then rank. */
  readonly #lists: PieceList[][] = Array.from({ length: topPriority + 1 }, () => []);
  readonly #sizes = new Uint32Array(topPriority + 1);
  /** By priority: no missing piece waits below this rank. */
  readonly #lowestRank = new Uint32Array(topPriority + 1).fill(1);
  /** Pieces that began to wait, for cursors that may have passed their place. */
  readonly #log = new Uint32Array(logLength);
  #logCount = 0;
  #departures = 0;
  #epoch = 0;
  #seedCount = 0;
  #size = 0;
  #withoutCopy = 0;
  #sequential = false;

  constructor(pieceCount: number, random: Random) {
    this.#random = random;
    this.#pieceCount = pieceCount;
    this.#copies = new Uint16Array(pieceCount);
    this.#waiting = new Uint8Array(pieceCount);
    this.#position = new Uint32Array(pieceCount);
  }

  /** Waiting pieces. */
  get size(): number {
    return this.#size;
  }

  /** Waiting pieces that no connected peer has. */
  get unavailableCount(): number {
    return this.#seedCount > 0 ? 0 : this.#withoutCopy;
  }

  get sequential(): boolean {
    return this.#sequential;
  }

  setSequential(on: boolean): void {
    if (on === this.#sequential) return;
    this.#sequential = on;
    this.#epoch++;
  }

  // -------------------------------------------------------------- availability

  availability(piece: number): number {
    return this.#seedCount + this.#copies[piece]!;
  }

  addSeed(): void {
    this.#seedCount++;
  }

  removeSeed(): void {
    this.#seedCount--;
  }

  addHave(have: Bitfield): void {
    for (let piece = 0; piece < this.#pieceCount; piece++) {
      if (have.has(piece)) this.#changeCopies(piece, 1);
    }
  }

  removeHave(have: Bitfield): void {
    for (let piece = 0; piece < this.#pieceCount; piece++) {
      if (have.has(piece)) this.#changeCopies(piece, -1);
    }
    this.#departures++;
  }

  /** `cursor` belongs to the peer that got the piece. */
  gotPiece(piece: number, cursor: ScanCursor): void {
    this.#changeCopies(piece, 1);
    const priority = this.priorityOf(piece);
    if (priority > 0 && cursor.hasPassed(priority, this.#orderRank(piece))) {
      cursor.addException(piece);
    }
  }

  #changeCopies(piece: number, change: 1 | -1): void {
    const before = this.#copies[piece]!;
    const waiting = this.#waiting[piece]!;
    const moves = waiting !== 0 && (waiting & parkedFlag) === 0;
    if (moves) this.#unlist(piece, waiting, 1 + before);
    this.#copies[piece] = before + change;
    if (moves) this.#enlist(piece, waiting, 1 + before + change);
    if (waiting !== 0 && before + Math.min(change, 0) === 0) this.#withoutCopy -= change;
  }

  // -------------------------------------------------------------- membership

  /** Priority of a waiting piece; 0 when it does not wait. */
  priorityOf(piece: number): number {
    return this.#waiting[piece]! & ~parkedFlag;
  }

  isParked(piece: number): boolean {
    return (this.#waiting[piece]! & parkedFlag) !== 0;
  }

  insert(piece: number, priority: number, parked: boolean): void {
    assert(priority > 0 && priority <= topPriority, `priority ${priority} is not 1 to 7`);
    const waiting = parked ? priority | parkedFlag : priority;
    if (this.#waiting[piece] === waiting) return;
    this.remove(piece);
    this.#waiting[piece] = waiting;
    this.#enlist(piece, priority, this.#listRank(piece));
    this.#size++;
    if (this.#copies[piece] === 0) this.#withoutCopy++;
    this.#log[this.#logCount++ % logLength] = piece;
  }

  remove(piece: number): void {
    const priority = this.priorityOf(piece);
    if (priority === 0) return;
    this.#unlist(piece, priority, this.#listRank(piece));
    this.#waiting[piece] = 0;
    this.#size--;
    if (this.#copies[piece] === 0) this.#withoutCopy--;
  }

  #listRank(piece: number): number {
    return this.isParked(piece) ? 0 : 1 + this.#copies[piece]!;
  }

  /** The rank the search goes by: in sequential order a piece's index stands for its rarity. */
  #orderRank(piece: number): number {
    if (this.isParked(piece)) return 0;
    return 1 + (this.#sequential ? piece : this.#copies[piece]!);
  }

  #enlist(piece: number, priority: number, rank: number): void {
    const lists = this.#lists[priority]!;
    while (lists.length <= rank) lists.push(new PieceList());
    this.#position[piece] = lists[rank]!.push(piece);
    this.#sizes[priority]!++;
    if (rank > 0 && rank < this.#lowestRank[priority]!) this.#lowestRank[priority] = rank;
  }

  #unlist(piece: number, priority: number, rank: number): void {
    const position = this.#position[piece]!;
    const moved = this.#lists[priority]![rank]!.removeAt(position);
    this.#position[moved] = position;
    this.#sizes[priority]!--;
  }

  // -------------------------------------------------------------- search

  /** The first waiting piece in order that `have` holds; −1 when there is none. */
  find(have: Bitfield, isSeed: boolean, cursor: ScanCursor): number {
    this.#bringUpToDate(cursor, have);
    const exception = this.#bestException(cursor);
    if (exception >= 0) return exception;
    while (cursor.priority > 0) {
      if (this.#sizes[cursor.priority]! > 0) {
        const piece = this.#findAtPriority(have, isSeed, cursor);
        if (piece >= 0) return piece;
      }
      cursor.priority--;
      cursor.rank = 0;
    }
    return -1;
  }

  /** A random missing piece of the highest priority waiting that `have` holds; −1 after some tries. */
  findRandom(have: Bitfield): number {
    let priority = topPriority;
    while (priority > 0 && this.#sizes[priority] === 0) priority--;
    if (priority === 0) return -1;
    for (let i = 0; i < randomProbes; i++) {
      const piece = this.#random.below(this.#pieceCount);
      if (this.#waiting[piece] === priority && have.has(piece)) return piece;
    }
    return -1;
  }

  #findAtPriority(have: Bitfield, isSeed: boolean, cursor: ScanCursor): number {
    const lists = this.#lists[cursor.priority]!;
    if (cursor.rank === 0) {
      const parked = lists.length === 0 ? -1 : this.#findInList(lists[0]!, have);
      if (parked >= 0) return parked;
      cursor.rank = 1;
    }
    if (this.#sequential) return this.#findNext(have, cursor);
    let lowest = this.#lowestRank[cursor.priority]!;
    while (lowest < lists.length && lists[lowest]!.size === 0) lowest++;
    this.#lowestRank[cursor.priority] = lowest;
    // A piece without copies is with seeds only.
    cursor.rank = Math.max(cursor.rank, lowest, isSeed ? 1 : 2);
    for (; cursor.rank < lists.length; cursor.rank++) {
      const piece = this.#findInList(lists[cursor.rank]!, have);
      if (piece >= 0) return piece;
    }
    return -1;
  }

  #findNext(have: Bitfield, cursor: ScanCursor): number {
    for (; cursor.rank <= this.#pieceCount; cursor.rank++) {
      const piece = cursor.rank - 1;
      if (this.#waiting[piece] === cursor.priority && have.has(piece)) return piece;
    }
    return -1;
  }

  #findInList(list: PieceList, have: Bitfield): number {
    const { items, size } = list;
    if (size === 0) return -1;
    const start = size === 1 ? 0 : this.#random.below(size);
    for (let i = start; i < size; i++) if (have.has(items[i]!)) return items[i]!;
    for (let i = 0; i < start; i++) if (have.has(items[i]!)) return items[i]!;
    return -1;
  }

  #bringUpToDate(cursor: ScanCursor, have: Bitfield): void {
    if (cursor.epoch !== this.#epoch || this.#logCount - cursor.logSeen > logLength) {
      cursor.restart();
    } else {
      // A peer that left lowered each piece by one rank at most.
      if (cursor.rank > 1 && !this.#sequential) {
        cursor.rank = Math.max(1, cursor.rank - (this.#departures - cursor.departuresSeen));
      }
      for (let i = cursor.logSeen; i < this.#logCount; i++) {
        const piece = this.#log[i % logLength]!;
        const priority = this.priorityOf(piece);
        if (priority === 0 || !cursor.hasPassed(priority, this.#orderRank(piece))) continue;
        if (have.has(piece)) cursor.addException(piece);
      }
    }
    cursor.epoch = this.#epoch;
    cursor.departuresSeen = this.#departures;
    cursor.logSeen = this.#logCount;
  }

  #bestException(cursor: ScanCursor): number {
    const exceptions = cursor.exceptions;
    let best = -1;
    for (let i = exceptions.length - 1; i >= 0; i--) {
      const piece = exceptions[i]!;
      const priority = this.priorityOf(piece);
      if (priority === 0 || !cursor.hasPassed(priority, this.#orderRank(piece))) {
        exceptions[i] = exceptions[exceptions.length - 1]!;
        exceptions.pop();
      } else if (best < 0 || this.#isBefore(piece, best)) {
        best = piece;
      }
    }
    return best;
  }

  #isBefore(piece: number, other: number): boolean {
    const priority = this.priorityOf(piece);
    const otherPriority = this.priorityOf(other);
    if (priority !== otherPriority) return priority > otherPriority;
    return this.#orderRank(piece) < this.#orderRank(other);
  }

  // -------------------------------------------------------------- checks

  /** Asserts the invariant of this file; O(pieces). */
  checkInvariants(): void {
    let size = 0;
    let withoutCopy = 0;
    for (let piece = 0; piece < this.#pieceCount; piece++) {
      const priority = this.priorityOf(piece);
      if (priority === 0) continue;
      size++;
      if (this.#copies[piece] === 0) withoutCopy++;
      const list = this.#lists[priority]![this.#listRank(piece)]!;
      const position = this.#position[piece]!;
      assert(position < list.size && list.items[position] === piece, `piece ${piece} is listed`);
    }
    let listed = 0;
    for (const lists of this.#lists) for (const list of lists) listed += list.size;
    assert(size === this.#size && listed === size, 'every waiting piece is listed once');
    assert(withoutCopy === this.#withoutCopy, 'pieces without a copy are counted');
  }

  /** Asserts that the cursor has passed no piece it should have found; O(pieces). */
  checkCursor(cursor: ScanCursor, have: Bitfield): void {
    this.#bringUpToDate(cursor, have);
    for (let piece = 0; piece < this.#pieceCount; piece++) {
      const priority = this.priorityOf(piece);
      if (priority === 0 || !have.has(piece) || cursor.exceptions.includes(piece)) continue;
      assert(!cursor.hasPassed(priority, this.#orderRank(piece)), `piece ${piece} was passed over`);
    }
  }
}
