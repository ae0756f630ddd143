/**
 * A hash table of words in the arena, for swarms and for the peers of large pools. What it holds are
 * numbers below 2^27 that stand for something with a hash; the table asks for that hash again when it
 * moves things, and keeps 5 bits of it beside each number so that a search rarely looks at others.
 *
 * A part is one block: a word for how many it holds, a word for its slots and depth, then slots that are
 * searched from where the hash says onwards. It grows by steps up to a page. A full page is split in two
 * by the next bit of the hash, and a directory tells which part has which first bits (extendible
 * hashing), so that no step is longer than moving one page's entries, however large the table becomes.
 * A table's word is 0 while it has no memory; searching it finds nothing.
 * Invariants: the parts' ranges of keys are disjoint and cover all; each entry is reached from its place
 * without crossing an empty slot; a part always has an empty slot.
 */
import type { SwarmMemory } from '../swarm-memory.ts';
import type { BlockAllocator } from './block-allocator.ts';

/** What a table's numbers stand for. */
export interface Hashed {
  /** 32 bits. `owner` tells several tables of one kind apart. */
  hashOf(owner: number, value: number): number;
}

const keyBits = 13;
/** A key is the part of a hash that directories look at; keys are below this. */
export const keyEnd = 1 << keyBits;
const valueMask = 0x07ff_ffff;
const tagMask = ~valueMask;
/** Largest number that a table can hold. */
export const maxTableValue = valueMask;
const slotsMask = 0x00ff_ffff;
const depthShift = 24;
const headWords = 2;
const minPartWords = 8;
/** Bit 0 of a table's word; blocks begin at multiples of 4. */
const isDirectory = 1;

export function keyOf(hash: number): number {
  return (hash >>> 16) & (keyEnd - 1);
}

export class TagTable {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #blocks: BlockAllocator;
  readonly #hashed: Hashed;
  readonly #maxDepth: number;
  #scratch: Int32Array | undefined;

  constructor(memory: SwarmMemory, blocks: BlockAllocator, hashed: Hashed) {
    this.#words = memory.words;
    this.#blocks = blocks;
    this.#hashed = hashed;
    this.#maxDepth = Math.min(keyBits, memory.pageShift - 1);
  }

  /** Makes an empty table with room for `count` and remembers it at `at`; false when memory is full. */
  create(at: number, count: number): boolean {
    const sizeClass = this.#classForCount(count);
    const part = this.#blocks.take(sizeClass);
    if (part === 0) return false;
    this.#clear(part, this.#blocks.classes.words(sizeClass) - headWords, 0);
    this.#words[at] = part;
    return true;
  }

  /** Gives all its memory back. */
  drop(at: number): void {
    this.forEachBlock(at, (block, sizeClass) => this.#blocks.give(block, sizeClass));
    this.#words[at] = 0;
  }

  /** Every block of the table with its size class and the values in it; the directory comes last. */
  forEachBlock(at: number, visit: (block: number, sizeClass: number, count: number) => void): void {
    const words = this.#words;
    const { classes } = this.#blocks;
    const table = words[at]!;
    if (table === 0) return;
    if ((table & isDirectory) === 0) {
      visit(table, this.#partClass(table), words[table]!);
      return;
    }
    const directory = table & ~isDirectory;
    const places = 1 << words[directory]!;
    let last = 0;
    for (let i = 0; i < places; i++) {
      const part = words[directory + 1 + i]!;
      if (part !== last) visit(part, this.#partClass(part), words[part]!);
      last = part;
    }
    visit(directory, classes.classFor(1 + places), 0);
  }

  /**
   * Where the value with this hash is, as an index into the words, or the empty slot that ends the
   * search: `next` goes on from there. Callers look whether the value is the one they mean.
   */
  first(at: number, hash: number): number {
    const words = this.#words;
    const part = this.#part(at, hash);
    const slots = words[part + 1]! & slotsMask;
    return this.#seek(part, slots, slotOf(hash, slots), hash & tagMask);
  }

  next(at: number, hash: number, found: number): number {
    const words = this.#words;
    const part = this.#part(at, hash);
    const slots = words[part + 1]! & slotsMask;
    const slot = found - part - headWords + 1;
    return this.#seek(part, slots, slot === slots ? 0 : slot, hash & tagMask);
  }

  /** The value at a place that `first` or `next` returned; 0 at the end. */
  valueAt(found: number): number {
    return this.#words[found]! & valueMask;
  }

  /** Makes sure that one more with this hash can be inserted; false when memory is full. */
  reserve(at: number, owner: number, hash: number): boolean {
    const words = this.#words;
    if (words[at] === 0 && !this.create(at, 1)) return false;
    for (;;) {
      const part = this.#part(at, hash);
      const slots = words[part + 1]! & slotsMask;
      const count = words[part]! + 1;
      if (count * 5 <= slots * 4) return true;
      const canGrow = slots + headWords < 2 ** this.#blocks.pageShift;
      const hasGrown = canGrow
        ? this.#rebuild(at, owner, part, Math.floor(slots * 1.5))
        : this.#split(at, owner, hash, part);
      if (!hasGrown) return count * 16 <= slots * 15;
    }
  }

  /** After `reserve` for the same hash. */
  insert(at: number, hash: number, value: number): void {
    const part = this.#part(at, hash);
    this.#place(part, hash, value);
    this.#words[part]!++;
  }

  /** The value is in the table, and it or what it stands for still has this hash. */
  remove(at: number, owner: number, hash: number, value: number): void {
    const words = this.#words;
    const part = this.#part(at, hash);
    const slots = words[part + 1]! & slotsMask;
    const from = part + headWords;
    let hole = this.#locate(at, hash, value) - from;
    // Those behind the hole move up, so no marks of the removed remain.
    for (let slot = after(hole, slots); words[from + slot] !== 0; slot = after(slot, slots)) {
      const entry = words[from + slot]!;
      const home = slotOf(this.#hashed.hashOf(owner, entry & valueMask), slots);
      if (distance(home, slot, slots) < distance(hole, slot, slots)) continue;
      words[from + hole] = entry;
      hole = slot;
    }
    words[from + hole] = 0;
    words[part]!--;
    if (words[part]! * 8 < slots) this.#shrink(at, owner, hash, part, slots);
  }

  /** What has this hash is known as `to` from now on. */
  renumber(at: number, hash: number, from: number, to: number): void {
    this.#words[this.#locate(at, hash, from)] = (hash & tagMask) | to;
  }

  /** Index of the value's slot. */
  #locate(at: number, hash: number, value: number): number {
    let found = this.first(at, hash);
    while ((this.#words[found]! & valueMask) !== value) found = this.next(at, hash, found);
    return found;
  }

  /**
   * Lists the values of the part that has `key`, those with smaller keys left out; returns the key at
   * which the following part begins. `into` has room for a page's words; its first word is the count.
   */
  list(at: number, owner: number, key: number, into: Int32Array): number {
    const words = this.#words;
    const part = this.#part(at, key << 16);
    const slots = words[part + 1]! & slotsMask;
    const span = keyEnd >>> (words[part + 1]! >>> depthShift);
    const start = key & -span;
    let count = 0;
    for (let i = part + headWords; i < part + headWords + slots; i++) {
      const value = words[i]! & valueMask;
      if (value === 0) continue;
      if (start < key && keyOf(this.#hashed.hashOf(owner, value)) < key) continue;
      into[++count] = value;
    }
    into[0] = count;
    return start + span;
  }

  #part(at: number, hash: number): number {
    const table = this.#words[at]!;
    if ((table & isDirectory) === 0) return table;
    const directory = table & ~isDirectory;
    return this.#words[directory + 1 + (keyOf(hash) >>> (keyBits - this.#words[directory]!))]!;
  }

  /** The next slot from `slot` on with this tag or with nothing. */
  #seek(part: number, slots: number, slot: number, tag: number): number {
    const words = this.#words;
    const end = part + headWords + slots;
    let at = part + headWords + slot;
    for (;;) {
      const entry = words[at]!;
      if (entry === 0 || (entry & tagMask) === tag) return at;
      at++;
      if (at === end) at = part + headWords;
    }
  }

  #place(part: number, hash: number, value: number): void {
    const words = this.#words;
    const slots = words[part + 1]! & slotsMask;
    const from = part + headWords;
    let slot = slotOf(hash, slots);
    while (words[from + slot] !== 0) slot = after(slot, slots);
    words[from + slot] = (hash & tagMask) | value;
  }

  #clear(part: number, slots: number, depth: number): void {
    const words = this.#words;
    words[part] = 0;
    words[part + 1] = slots | (depth << depthShift);
    words.fill(0, part + headWords, part + headWords + slots);
  }

  #classForCount(count: number): number {
    const wanted = Math.max(minPartWords, headWords + Math.ceil((count * 5) / 4) + 1);
    return this.#blocks.classes.classFor(Math.min(wanted, 2 ** this.#blocks.pageShift));
  }

  #partClass(part: number): number {
    return this.#blocks.classes.classFor((this.#words[part + 1]! & slotsMask) + headWords);
  }

  #givePart(part: number): void {
    this.#blocks.give(part, this.#partClass(part));
  }

  #giveDirectory(directory: number): void {
    const { classes } = this.#blocks;
    this.#blocks.give(directory, classes.classFor(1 + 2 ** this.#words[directory]!));
  }

  /** The only part of a table becomes one of about that many slots; false when memory is full. */
  #rebuild(at: number, owner: number, part: number, wantedSlots: number): boolean {
    const words = this.#words;
    const { classes, pageShift } = this.#blocks;
    const sizeClass = classes.classFor(Math.min(2 ** pageShift, wantedSlots + headWords));
    const next = this.#blocks.take(sizeClass);
    if (next === 0) return false;
    this.#clear(next, classes.words(sizeClass) - headWords, 0);
    this.#moveAll(part, next, owner);
    this.#givePart(part);
    words[at] = next;
    return true;
  }

  /** `from` keeps its words, which mean nothing any more. */
  #moveAll(from: number, to: number, owner: number): void {
    const words = this.#words;
    const end = from + headWords + (words[from + 1]! & slotsMask);
    for (let i = from + headWords; i < end; i++) {
      const value = words[i]! & valueMask;
      if (value !== 0) this.#place(to, this.#hashed.hashOf(owner, value), value);
    }
    words[to]! += words[from]!;
  }

  #split(at: number, owner: number, hash: number, part: number): boolean {
    const words = this.#words;
    const { page } = this.#blocks.classes;
    const depth = words[part + 1]! >>> depthShift;
    if (!this.#deepen(at, depth + 1)) return false;
    const upper = this.#blocks.take(page);
    if (upper === 0) return false;
    const directory = words[at]! & ~isDirectory;
    const span = 1 << (words[directory]! - depth);
    const start = (keyOf(hash) >>> (keyBits - words[directory]!)) & -span;
    for (let i = span / 2; i < span; i++) words[directory + 1 + start + i] = upper;
    this.#scratch ??= new Int32Array(2 ** this.#blocks.pageShift);
    const held = this.#scratch;
    const slots = words[part + 1]! & slotsMask;
    for (let i = 0; i < slots; i++) held[i] = words[part + headWords + i]! & valueMask;
    this.#clear(part, slots, depth + 1);
    this.#clear(upper, slots, depth + 1);
    for (let i = 0; i < slots; i++) {
      const value = held[i]!;
      if (value !== 0) this.insert(at, this.#hashed.hashOf(owner, value), value);
    }
    return true;
  }

  /** The directory, made when there is none, has at least this depth; false when that cannot be. */
  #deepen(at: number, depth: number): boolean {
    const words = this.#words;
    const { classes } = this.#blocks;
    const table = words[at]!;
    const has = (table & isDirectory) === 0 ? 0 : words[table & ~isDirectory]!;
    if (has >= depth) return true;
    if (depth > this.#maxDepth) return false;
    const directory = this.#blocks.take(classes.classFor(1 + 2 ** depth));
    if (directory === 0) return false;
    words[directory] = depth;
    for (let i = 0; i < 1 << depth; i++) {
      words[directory + 1 + i] =
        has === 0 ? table : words[(table & ~isDirectory) + 1 + (i >>> (depth - has))]!;
    }
    if (has !== 0) this.#giveDirectory(table & ~isDirectory);
    words[at] = directory | isDirectory;
    return true;
  }

  #shrink(at: number, owner: number, hash: number, part: number, slots: number): void {
    const words = this.#words;
    if ((words[at]! & isDirectory) !== 0) {
      this.#join(at, owner, hash, part, slots);
    } else if (slots + headWords > 8 * minPartWords) {
      // Half the words, which is a class of its own: one slot more would be the same class again.
      this.#rebuild(at, owner, part, ((slots + headWords) >>> 1) - headWords);
    }
  }

  /** Joins the part with the one that it was split from, where both are small. */
  #join(at: number, owner: number, hash: number, part: number, slots: number): void {
    const words = this.#words;
    const directory = words[at]! & ~isDirectory;
    const depth = words[part + 1]! >>> depthShift;
    if (depth === 0) {
      // What is left of a directory after its last join.
      this.#giveDirectory(directory);
      words[at] = part;
      return;
    }
    const span = 1 << (words[directory]! - depth);
    const start = (keyOf(hash) >>> (keyBits - words[directory]!)) & -span;
    const other = words[directory + 1 + (start ^ span)]!;
    if (words[other + 1]! >>> depthShift !== depth) return;
    if ((words[part]! + words[other]!) * 2 > slots) return;
    this.#moveAll(part, other, owner);
    words[other + 1] = slots | ((depth - 1) << depthShift);
    for (let i = 0; i < span; i++) words[directory + 1 + start + i] = other;
    this.#givePart(part);
    if (depth > 1) return;
    this.#giveDirectory(directory);
    words[at] = other;
  }
}

function slotOf(hash: number, slots: number): number {
  return Math.imul(hash & 0xffff, slots) >>> 16;
}

function after(slot: number, slots: number): number {
  return slot + 1 === slots ? 0 : slot + 1;
}

/** From `a` forward to `b`. */
function distance(a: number, b: number, slots: number): number {
  return b >= a ? b - a : b - a + slots;
}
