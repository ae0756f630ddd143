/**
 * The pieces in memory, and lists of those with free blocks by who may take them.
 * Invariant: a piece is in the list its `share` names; membership changes are O(1).
 */
import { assert } from '../base/assert.ts';
import type { Bitfield } from '../base/bitfield.ts';
import type { OpenPiece, Share } from './open-piece.ts';

export class OpenPieces {
  readonly #byIndex = new Map<number, OpenPiece>();
  readonly #all: OpenPiece[] = [];
  readonly #lists: Record<Exclude<Share, 'none'>, OpenPiece[]> = {
    idle: [],
    shared: [],
    owned: [],
    exclusive: [],
  };

  get size(): number {
    return this.#all.length;
  }

  /** In no particular order. */
  get all(): readonly OpenPiece[] {
    return this.#all;
  }

  /** Wanted pieces with free blocks. */
  get unfilledCount(): number {
    const { idle, shared, owned, exclusive } = this.#lists;
    return idle.length + shared.length + owned.length + exclusive.length;
  }

  get(piece: number): OpenPiece | undefined {
    return this.#byIndex.get(piece);
  }

  add(open: OpenPiece): void {
    assert(!this.#byIndex.has(open.piece), `piece ${open.piece} is opened once`);
    this.#byIndex.set(open.piece, open);
    open.openPosition = this.#all.length;
    this.#all.push(open);
  }

  remove(open: OpenPiece): void {
    this.setShare(open, 'none');
    this.#byIndex.delete(open.piece);
    const last = this.#all.pop()!;
    if (last !== open) {
      this.#all[open.openPosition] = last;
      last.openPosition = open.openPosition;
    }
    open.isOpen = false;
  }

  setShare(open: OpenPiece, share: Share): void {
    if (open.share === share) return;
    if (open.share !== 'none') {
      const list = this.#lists[open.share];
      const last = list.pop()!;
      if (last !== open) {
        list[open.sharePosition] = last;
        last.sharePosition = open.sharePosition;
      }
    }
    open.share = share;
    if (share === 'none') return;
    open.sharePosition = this.#lists[share].length;
    this.#lists[share].push(open);
  }

  /** In no particular order. */
  list(share: Exclude<Share, 'none'>): readonly OpenPiece[] {
    return this.#lists[share];
  }

  /** The piece of the highest priority above `floor` in that list that `have` holds. */
  first(
    share: Exclude<Share, 'none'>,
    have: Bitfield,
    priorityOf: (piece: number) => number,
    floor: number,
    ceiling: number,
  ): OpenPiece | undefined {
    let best: OpenPiece | undefined;
    let bestPriority = floor;
    for (const open of this.#lists[share]) {
      if (!have.has(open.piece)) continue;
      const priority = priorityOf(open.piece);
      if (priority <= bestPriority) continue;
      best = open;
      bestPriority = priority;
      if (priority >= ceiling) break;
    }
    return best;
  }

  /** Asserts the invariant of this file; O(open pieces × blocks). */
  checkInvariants(): void {
    assert(this.#byIndex.size === this.#all.length, 'open pieces are counted');
    for (const [position, open] of this.#all.entries()) {
      assert(open.openPosition === position, `piece ${open.piece} knows its place`);
      assert(this.#byIndex.get(open.piece) === open, `piece ${open.piece} is found`);
      open.checkInvariants();
      if (open.share === 'none') continue;
      assert(this.#lists[open.share][open.sharePosition] === open, 'shares are listed');
    }
    const listed = this.#all.filter((open) => open.share !== 'none').length;
    assert(listed === this.unfilledCount, 'no piece is listed twice');
  }
}
