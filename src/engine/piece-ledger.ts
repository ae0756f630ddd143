/**
 * Owns the state and the priority of every piece, and the totals that follow from them.
 * Invariant: a piece is in exactly one state; totals always equal what a count would give.
 */
import { assert } from '../base/assert.ts';
import { Bitfield } from '../base/bitfield.ts';
import type { Layout } from './layout.ts';

/**
 * missing: nothing of it is kept. partial: open in memory, or parked with some blocks.
 * unverified: all blocks are here, the hash is not checked. verified: checked and stored.
 */
export type PieceState = 'missing' | 'partial' | 'unverified' | 'verified';

const stateNames: readonly PieceState[] = ['missing', 'partial', 'unverified', 'verified'];
export const normalPriority = 4;

export class PieceLedger {
  readonly #layout: Layout;
  readonly #states: Uint8Array;
  readonly #priorities: Uint8Array;
  /** Live. */
  readonly verified: Bitfield;
  /** Verified or not wanted: what makes no peer interesting. */
  readonly #unneeded: Bitfield;
  /** Pieces wanted and not verified, by priority. */
  readonly #neededByPriority = new Uint32Array(8);
  #neededCount: number;
  #neededBytes: number;
  #verifiedBytes = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#states = new Uint8Array(layout.pieceCount);
    this.#priorities = new Uint8Array(layout.pieceCount).fill(normalPriority);
    this.verified = new Bitfield(layout.pieceCount);
    this.#unneeded = new Bitfield(layout.pieceCount);
    this.#neededByPriority[normalPriority] = layout.pieceCount;
    this.#neededCount = layout.pieceCount;
    this.#neededBytes = layout.contentBytes;
  }

  get neededCount(): number {
    return this.#neededCount;
  }

  get neededBytes(): number {
    return this.#neededBytes;
  }

  get verifiedBytes(): number {
    return this.#verifiedBytes;
  }

  /** The highest priority of a wanted piece that is not verified; 0 when there is none. */
  get highestNeeded(): number {
    let priority = 7;
    while (priority > 0 && this.#neededByPriority[priority] === 0) priority--;
    return priority;
  }

  state(piece: number): PieceState {
    return stateNames[this.#states[piece]!]!;
  }

  priority(piece: number): number {
    return this.#priorities[piece]!;
  }

  needs(piece: number): boolean {
    return !this.#unneeded.has(piece);
  }

  needsAnyOf(have: Bitfield): boolean {
    return have.isFull ? this.#neededCount > 0 : have.hasAnyMissingFrom(this.#unneeded);
  }

  setState(piece: number, state: PieceState): void {
    assert(piece >= 0 && piece < this.#states.length, `no piece ${piece}`);
    this.#states[piece] = stateNames.indexOf(state);
    if (state === 'verified') {
      if (this.verified.set(piece)) this.#verifiedBytes += this.#layout.contentOf(piece);
    } else if (this.verified.clear(piece)) {
      this.#verifiedBytes -= this.#layout.contentOf(piece);
    }
    this.#recount(piece, this.#priorities[piece]!);
  }

  setPriority(piece: number, priority: number): void {
    assert(piece >= 0 && piece < this.#states.length, `no piece ${piece}`);
    assert(priority >= 0 && priority <= 7, `priority ${priority} is not 0 to 7`);
    this.#recount(piece, priority);
  }

  #recount(piece: number, priority: number): void {
    const bytes = this.#layout.contentOf(piece);
    if (!this.#unneeded.has(piece)) {
      this.#neededByPriority[this.#priorities[piece]!]!--;
      this.#neededCount--;
      this.#neededBytes -= bytes;
    }
    this.#priorities[piece] = priority;
    if (priority === 0 || this.verified.has(piece)) {
      this.#unneeded.set(piece);
      return;
    }
    this.#unneeded.clear(piece);
    this.#neededByPriority[priority]!++;
    this.#neededCount++;
    this.#neededBytes += bytes;
  }

  /** Asserts the invariant of this file; O(pieces). */
  checkInvariants(): void {
    let neededCount = 0;
    let neededBytes = 0;
    let verifiedBytes = 0;
    for (let piece = 0; piece < this.#states.length; piece++) {
      const isVerified = this.state(piece) === 'verified';
      assert(isVerified === this.verified.has(piece), `piece ${piece} has one state`);
      if (isVerified) verifiedBytes += this.#layout.contentOf(piece);
      const needed = !isVerified && this.#priorities[piece] !== 0;
      assert(needed === this.needs(piece), `piece ${piece} is needed or not`);
      if (!needed) continue;
      neededCount++;
      neededBytes += this.#layout.contentOf(piece);
    }
    assert(neededCount === this.#neededCount, 'needed pieces are counted');
    assert(neededBytes === this.#neededBytes, 'needed bytes are counted');
    assert(verifiedBytes === this.#verifiedBytes, 'verified bytes are counted');
    const byPriority = this.#neededByPriority.reduce((sum, count) => sum + count, 0);
    assert(byPriority === neededCount, 'needed pieces are counted by priority');
  }
}
