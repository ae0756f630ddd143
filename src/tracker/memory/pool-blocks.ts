/**
 * Where the peers of a pool lie. A pool is six words somewhere in the arena; this class knows what the
 * first two mean and keeps no state of its own.
 *
 * Peers lie in two planes of a block: first the hot records (address words, then a word of port,
 * download mark and stamp), which are searched and copied out, then the cold ones (client or peer id).
 * A pool larger than a page is a directory of pages, each with both planes, so that growing never
 * copies more than a page. Invariants: there is a place for each slot below the size; a pool of several
 * pages has more peers than half a page holds.
 */
import { assert } from '../../base/assert.ts';
import type { SwarmMemory } from '../swarm-memory.ts';
import type { BlockAllocator } from './block-allocator.ts';
import { kindIsIpv6 } from './peer-key.ts';

/** Words of a pool. `next` is the swarm's next pool, `index` the table of peers; 0 for none. */
export const pool = { shape: 0, block: 1, size: 2, seeders: 3, next: 4, index: 5 } as const;
export const poolWords = 6;

/** Shape: kind in bits 0 and 1, size class of the block from bit 2 on, and whether it is a directory. */
const kindMask = 3;
const classShift = 2;
const classMask = 0x3f;
const isPaged = 1 << 8;

/** So many fit a page of any memory; a pool of several pages has at least half of that. */
export const minPeersPerPage = 128;

export class PoolBlocks {
  /** Words of a cold record: 2 for the client, 5 for the whole peer id. */
  readonly coldWords: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #blocks: BlockAllocator;
  /** Peers that a block of a class holds; IPv6 from `classMask + 1` on. */
  readonly #capacities = new Int32Array(2 * (classMask + 1));
  /** Logarithm of the peers in a page, for each family. */
  readonly #pageShifts: readonly [number, number];

  constructor(memory: SwarmMemory, blocks: BlockAllocator) {
    this.#words = memory.words;
    this.#blocks = blocks;
    this.coldWords = memory.keepsPeerIds ? 5 : 2;
    const shift = (hot: number) =>
      Math.floor(Math.log2(2 ** memory.pageShift / (hot + this.coldWords)));
    assert(2 ** shift(hotWords(kindIsIpv6)) >= minPeersPerPage, 'a page holds enough peers');
    this.#pageShifts = [shift(hotWords(0)), shift(hotWords(kindIsIpv6))];
    for (const family of [0, 1] as const) {
      const words = hotWords(family) + this.coldWords;
      for (let i = 0; i < blocks.classes.count; i++) {
        const fitting = Math.floor(blocks.classes.words(i) / words);
        const most = 2 ** this.#pageShifts[family];
        this.#capacities[family * (classMask + 1) + i] = Math.min(fitting, most);
      }
    }
  }

  kindOf(at: number): number {
    return this.#words[at + pool.shape]! & kindMask;
  }

  /** Makes an empty pool with room for one peer at six words of the caller; false when memory is full. */
  create(at: number, kind: number, isNewcomer: boolean): boolean {
    const words = this.#words;
    const sizeClass = this.#blocks.classes.classFor(hotWords(kind) + this.coldWords);
    const block = isNewcomer
      ? this.#blocks.takeForNewcomer(sizeClass)
      : this.#blocks.take(sizeClass);
    if (block === 0) return false;
    words[at + pool.shape] = kind | (sizeClass << classShift);
    words[at + pool.block] = block;
    words[at + pool.size] = 0;
    words[at + pool.seeders] = 0;
    words[at + pool.next] = 0;
    words[at + pool.index] = 0;
    return true;
  }

  /** Gives back the memory of a pool that is empty. */
  drop(at: number): void {
    const words = this.#words;
    this.#blocks.give(words[at + pool.block]!, (words[at]! >>> classShift) & classMask);
    words[at + pool.block] = 0;
  }

  /** Index of the slot's hot record. */
  hotAt(at: number, slot: number): number {
    const words = this.#words;
    const shape = words[at + pool.shape]!;
    const block = words[at + pool.block]!;
    const hot = hotWords(shape);
    if ((shape & isPaged) === 0) return block + slot * hot;
    const shift = this.#pageShifts[shape & kindIsIpv6 ? 1 : 0];
    const page = words[block + 1 + (slot >>> shift)]!;
    return page + (slot & ((1 << shift) - 1)) * hot;
  }

  /** Index of the slot's cold record. */
  coldAt(at: number, slot: number): number {
    const words = this.#words;
    const shape = words[at + pool.shape]!;
    const block = words[at + pool.block]!;
    const hot = hotWords(shape);
    if ((shape & isPaged) === 0) {
      return block + this.#capacityOf(shape) * hot + slot * this.coldWords;
    }
    const shift = this.#pageShifts[shape & kindIsIpv6 ? 1 : 0];
    const page = words[block + 1 + (slot >>> shift)]!;
    return page + (hot << shift) + (slot & ((1 << shift) - 1)) * this.coldWords;
  }

  /** The first hot record where all are in one block, in order; 0 in a pool of several pages. */
  plainHotAt(at: number): number {
    return (this.#words[at]! & isPaged) === 0 ? this.#words[at + pool.block]! : 0;
  }

  /** Index of the word with port, mark and stamp. */
  stateAt(at: number, slot: number): number {
    return this.hotAt(at, slot) + hotWords(this.#words[at]!) - 1;
  }

  /** Every block of the pool with its size class, for those who check the memory. */
  forEachBlock(at: number, visit: (block: number, sizeClass: number) => void): void {
    const words = this.#words;
    const shape = words[at]!;
    const block = words[at + pool.block]!;
    visit(block, (shape >>> classShift) & classMask);
    if ((shape & isPaged) === 0) return;
    for (let i = 1; i <= words[block]!; i++) visit(words[block + i]!, this.#blocks.classes.page);
  }

  /** Makes room for one more than `size`, which is all there is; false when memory is full. */
  reserve(at: number, size: number): boolean {
    return size < this.#capacity(at) || this.#grow(at, size);
  }

  #capacityOf(shape: number): number {
    const family = (shape & kindIsIpv6) * (classMask + 1);
    return this.#capacities[family + ((shape >>> classShift) & classMask)]!;
  }

  #capacity(at: number): number {
    const shape = this.#words[at]!;
    if ((shape & isPaged) === 0) return this.#capacityOf(shape);
    const pages = this.#words[this.#words[at + pool.block]!]!;
    return pages << this.#pageShifts[shape & kindIsIpv6 ? 1 : 0];
  }

  #grow(at: number, size: number): boolean {
    const words = this.#words;
    const { classes } = this.#blocks;
    const shape = words[at]!;
    if ((shape & isPaged) !== 0) return this.#addPage(at);
    const each = hotWords(shape) + this.coldWords;
    const most = 2 ** this.#pageShifts[shape & kindIsIpv6 ? 1 : 0];
    if (size === most) return this.#openDirectory(at) && this.#addPage(at);
    const exact = classes.classFor((size + 1) * each);
    const wanted = Math.min(most, size + 1 + (size >>> 2)) * each;
    return this.#resize(at, classes.classFor(wanted)) || this.#resize(at, exact);
  }

  #resize(at: number, sizeClass: number): boolean {
    const words = this.#words;
    const shape = words[at]!;
    const size = words[at + pool.size]!;
    const block = this.#blocks.take(sizeClass);
    if (block === 0) return false;
    const old = words[at + pool.block]!;
    const hot = hotWords(shape);
    const nextShape = (shape & kindMask) | (sizeClass << classShift);
    copyWords(words, old, block, size * hot);
    copyWords(
      words,
      old + this.#capacityOf(shape) * hot,
      block + this.#capacityOf(nextShape) * hot,
      size * this.coldWords,
    );
    this.#blocks.give(old, (shape >>> classShift) & classMask);
    words[at + pool.shape] = nextShape;
    words[at + pool.block] = block;
    return true;
  }

  /** The only block becomes the first page; it is a whole page, or is moved to one. */
  #openDirectory(at: number): boolean {
    const words = this.#words;
    const { classes } = this.#blocks;
    if (((words[at]! >>> classShift) & classMask) !== classes.page) {
      if (!this.#resize(at, classes.page)) return false;
    }
    const sizeClass = classes.classFor(2);
    const directory = this.#blocks.take(sizeClass);
    if (directory === 0) return false;
    words[directory] = 1;
    words[directory + 1] = words[at + pool.block]!;
    words[at + pool.shape] = (words[at]! & kindMask) | (sizeClass << classShift) | isPaged;
    words[at + pool.block] = directory;
    return true;
  }

  #addPage(at: number): boolean {
    const words = this.#words;
    const { classes } = this.#blocks;
    let directory = words[at + pool.block]!;
    const pages = words[directory]!;
    const sizeClass = (words[at]! >>> classShift) & classMask;
    if (pages + 1 === classes.words(sizeClass)) {
      if (sizeClass === classes.page) return false;
      const wider = this.#blocks.take(sizeClass + 1);
      if (wider === 0) return false;
      copyWords(words, directory, wider, pages + 1);
      this.#blocks.give(directory, sizeClass);
      directory = wider;
      words[at + pool.shape] = (words[at]! & kindMask) | ((sizeClass + 1) << classShift) | isPaged;
      words[at + pool.block] = wider;
    }
    const page = this.#blocks.take(classes.page);
    if (page === 0) return false;
    words[directory + 1 + pages] = page;
    words[directory] = pages + 1;
    return true;
  }

  /** Gives back what is far too much for `size` peers; keeps it where there is no smaller block. */
  shrink(at: number, size: number): void {
    const words = this.#words;
    const { classes } = this.#blocks;
    const shape = words[at]!;
    if ((shape & isPaged) === 0) {
      if (size === 0 || 2 * size >= this.#capacityOf(shape)) return;
      const each = hotWords(shape) + this.coldWords;
      const sizeClass = classes.classFor(Math.ceil(size * 1.25) * each);
      if (sizeClass < ((shape >>> classShift) & classMask)) this.#resize(at, sizeClass);
      return;
    }
    const perPage = 2 ** this.#pageShifts[shape & kindIsIpv6 ? 1 : 0];
    const directory = words[at + pool.block]!;
    let pages = words[directory]!;
    if (pages > 1 && size * 2 <= (pages * 2 - 3) * perPage) {
      this.#blocks.give(words[directory + pages]!, classes.page);
      pages--;
      words[directory] = pages;
    }
    if (pages > 1 || size * 2 > perPage) return;
    words[at + pool.shape] = (shape & kindMask) | (classes.page << classShift);
    words[at + pool.block] = words[directory + 1]!;
    this.#blocks.give(directory, (shape >>> classShift) & classMask);
  }
}

/** Words of a hot record in a pool of this kind; further bits do not matter. */
export function hotWords(kind: number): number {
  return (kind & kindIsIpv6) === 0 ? 2 : 5;
}

export function copyWords(words: Int32Array, from: number, to: number, count: number): void {
  if (count > 64) {
    words.copyWithin(to, from, from + count);
    return;
  }
  for (let i = 0; i < count; i++) words[to + i] = words[from + i]!;
}
