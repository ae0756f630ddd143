/**
 * Gives out and takes back blocks of the arena, for all shards and threads together, under one lock that
 * is held for a few dozen instructions. A page holds blocks of one size class, or is free.
 * Invariants: every page from `firstPage` on is fresh, free or of one class; each block of a page is in
 * use, in the page's list of free blocks, or not yet carved; exactly the pages of a class that have a
 * block to give are in its list. The largest block is a page, so there is nothing to join or to compact.
 */
import { pageEntryWords, place, type SwarmMemory } from '../swarm-memory.ts';
import { SizeClasses } from './size-classes.ts';
import { WordLock } from './word-lock.ts';

/** Words of a page's entry in the table of pages. */
export const pageEntry = {
  /** Its size class + 1; 0 while it is free or fresh. */
  owner: 0,
  used: 1,
  /** First free block, which holds the next one. */
  freeHead: 2,
  carved: 3,
  next: 4,
  previous: 5,
} as const;

export class BlockAllocator {
  readonly classes: SizeClasses;
  readonly pageShift: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #lock: WordLock;
  readonly #tableAt: number;
  readonly #pageCount: number;
  readonly #reservedPages: number;

  constructor(memory: SwarmMemory) {
    this.classes = new SizeClasses(memory.pageShift);
    this.pageShift = memory.pageShift;
    this.#words = memory.words;
    this.#lock = new WordLock(memory);
    this.#tableAt = memory.pageTableAt;
    this.#pageCount = memory.pageCount;
    this.#reservedPages = (memory.pageCount - memory.firstPage) >>> 3;
  }

  /** Where the block begins, a multiple of 4 that is not 0; its words are whatever they were. 0: full. */
  take(sizeClass: number): number {
    return this.#take(sizeClass, 0);
  }

  /** As `take`, for what a flood of new swarms wants: leaves an eighth of the pages to known swarms. */
  takeForNewcomer(sizeClass: number): number {
    return this.#take(sizeClass, this.#reservedPages);
  }

  give(block: number, sizeClass: number): void {
    const words = this.#words;
    const page = block >>> this.pageShift;
    const entry = this.#tableAt + page * pageEntryWords;
    this.#lock.lock(place.allocatorLock);
    const wasFull = this.#isFull(entry, sizeClass);
    words[block] = words[entry + pageEntry.freeHead]!;
    words[entry + pageEntry.freeHead] = block;
    words[entry + pageEntry.used]!--;
    if (wasFull) this.#link(page, entry, sizeClass);
    if (words[entry + pageEntry.used] === 0) {
      this.#unlink(entry, sizeClass);
      words[entry + pageEntry.owner] = 0;
      words[entry + pageEntry.next] = words[place.freePageHead]!;
      words[place.freePageHead] = page;
      words[place.freePages]!++;
    }
    this.#lock.unlock(place.allocatorLock);
  }

  /** In use, the fixed places included. */
  get usedBytes(): number {
    return (this.#pageCount - this.#words[place.freePages]!) * 4 * 2 ** this.pageShift;
  }

  get budgetBytes(): number {
    return this.#pageCount * 4 * 2 ** this.pageShift;
  }

  #take(sizeClass: number, leaving: number): number {
    const words = this.#words;
    this.#lock.lock(place.allocatorLock);
    let page = words[place.partialPages + sizeClass]!;
    if (page === 0) page = this.#openPage(sizeClass, leaving);
    let block = 0;
    if (page !== 0) {
      const entry = this.#tableAt + page * pageEntryWords;
      block = words[entry + pageEntry.freeHead]!;
      if (block === 0) {
        const carved = words[entry + pageEntry.carved]!;
        block = (page << this.pageShift) + carved * this.classes.words(sizeClass);
        words[entry + pageEntry.carved] = carved + 1;
      } else {
        words[entry + pageEntry.freeHead] = words[block]!;
      }
      words[entry + pageEntry.used]!++;
      if (this.#isFull(entry, sizeClass)) this.#unlink(entry, sizeClass);
    }
    this.#lock.unlock(place.allocatorLock);
    return block;
  }

  /** A free page becomes one of this class; 0 when no more than `leaving` are free. */
  #openPage(sizeClass: number, leaving: number): number {
    const words = this.#words;
    if (words[place.freePages]! <= leaving) return 0;
    let page = words[place.freePageHead]!;
    if (page === 0) page = words[place.nextFreshPage]!++;
    else words[place.freePageHead] = words[this.#tableAt + page * pageEntryWords + pageEntry.next]!;
    words[place.freePages]!--;
    const entry = this.#tableAt + page * pageEntryWords;
    words[entry + pageEntry.owner] = sizeClass + 1;
    words[entry + pageEntry.used] = 0;
    words[entry + pageEntry.freeHead] = 0;
    words[entry + pageEntry.carved] = 0;
    this.#link(page, entry, sizeClass);
    return page;
  }

  #isFull(entry: number, sizeClass: number): boolean {
    return this.#words[entry + pageEntry.used]! === this.classes.perPage(sizeClass);
  }

  #link(page: number, entry: number, sizeClass: number): void {
    const words = this.#words;
    const head = words[place.partialPages + sizeClass]!;
    words[entry + pageEntry.next] = head;
    words[entry + pageEntry.previous] = 0;
    if (head !== 0) words[this.#tableAt + head * pageEntryWords + pageEntry.previous] = page;
    words[place.partialPages + sizeClass] = page;
  }

  #unlink(entry: number, sizeClass: number): void {
    const words = this.#words;
    const next = words[entry + pageEntry.next]!;
    const previous = words[entry + pageEntry.previous]!;
    if (next !== 0) words[this.#tableAt + next * pageEntryWords + pageEntry.previous] = previous;
    if (previous === 0) words[place.partialPages + sizeClass] = next;
    else words[this.#tableAt + previous * pageEntryWords + pageEntry.next] = next;
  }
}
