/**
 * The outstanding requests of one session to its peer, in the order they were sent.
 * A hash table with chains and a linked list, both in typed arrays: O(1) an operation, and nothing is
 * allocated for a block once the table has grown to the session's depth.
 * Invariant: a block is in it at most once.
 */
import { assert } from '../base/assert.ts';

const none = -1;
const initialCapacity = 16;

export class RequestQueue {
  #capacity = initialCapacity;
  /** By hash: the first entry of the chain. */
  #chains = new Int32Array(initialCapacity).fill(none);
  #pieces = new Uint32Array(initialCapacity);
  #blocks = new Uint32Array(initialCapacity);
  #sentAtMs = new Float64Array(initialCapacity);
  /** The next entry in the chain. */
  #chained = new Int32Array(initialCapacity);
  /** Neighbours in sending order; `#later` also links the free entries. */
  #earlier = new Int32Array(initialCapacity);
  #later = new Int32Array(initialCapacity);
  #oldest = none;
  #newest = none;
  #free = none;
  #size = 0;

  constructor() {
    this.#freeFrom(0);
  }

  get size(): number {
    return this.#size;
  }

  /** When the oldest request was sent; undefined when there is none. */
  get oldestSentAtMs(): number | undefined {
    return this.#oldest === none ? undefined : this.#sentAtMs[this.#oldest];
  }

  /** Requests to send now: none until the queue has fallen to 3/4 of `depth`, then up to `depth`. */
  refillCount(depth: number): number {
    return this.#size <= Math.floor((depth * 3) / 4) ? depth - this.#size : 0;
  }

  has(piece: number, block: number): boolean {
    return this.#find(piece, block) !== none;
  }

  /** Undefined when it is not in the queue. */
  sentAtMs(piece: number, block: number): number | undefined {
    const entry = this.#find(piece, block);
    return entry === none ? undefined : this.#sentAtMs[entry];
  }

  /** The block must not be in the queue yet. */
  add(piece: number, block: number, nowMs: number): void {
    assert(!this.has(piece, block), `block ${block} of piece ${piece} is requested once`);
    if (this.#free === none) this.#grow();
    const entry = this.#free;
    this.#free = this.#later[entry]!;
    this.#pieces[entry] = piece;
    this.#blocks[entry] = block;
    this.#sentAtMs[entry] = nowMs;
    this.#chain(entry);
    this.#earlier[entry] = this.#newest;
    this.#later[entry] = none;
    if (this.#newest === none) this.#oldest = entry;
    else this.#later[this.#newest] = entry;
    this.#newest = entry;
    this.#size++;
  }

  /** When the request was sent; undefined when it is not in the queue. */
  remove(piece: number, block: number): number | undefined {
    const hash = this.#hash(piece, block);
    let before = none;
    let entry = this.#chains[hash]!;
    while (entry !== none && !this.#is(entry, piece, block)) {
      before = entry;
      entry = this.#chained[entry]!;
    }
    if (entry === none) return undefined;
    if (before === none) this.#chains[hash] = this.#chained[entry]!;
    else this.#chained[before] = this.#chained[entry]!;
    this.#unlink(entry);
    return this.#sentAtMs[entry];
  }

  /** Oldest first. The block being visited may be removed meanwhile, no other change is allowed. */
  forEach(visit: (piece: number, block: number, sentAtMs: number) => void): void {
    for (let entry = this.#oldest; entry !== none; ) {
      const next = this.#later[entry]!;
      visit(this.#pieces[entry]!, this.#blocks[entry]!, this.#sentAtMs[entry]!);
      entry = next;
    }
  }

  /** Empties the queue, then visits what was in it, oldest first. The queue may be used meanwhile. */
  clear(visit: (piece: number, block: number, sentAtMs: number) => void): void {
    const removed: number[] = [];
    this.forEach((piece, block, sentAtMs) => {
      removed.push(piece, block, sentAtMs);
    });
    this.#chains.fill(none);
    this.#oldest = none;
    this.#newest = none;
    this.#size = 0;
    this.#freeFrom(0);
    for (let i = 0; i < removed.length; i += 3) {
      visit(removed[i]!, removed[i + 1]!, removed[i + 2]!);
    }
  }

  /** Removes the blocks of one piece, each before its visit. O(size). */
  drainPiece(piece: number, visit: (block: number) => void): void {
    this.forEach((other, block) => {
      if (other !== piece) return;
      this.remove(piece, block);
      visit(block);
    });
  }

  #is(entry: number, piece: number, block: number): boolean {
    return this.#blocks[entry] === block && this.#pieces[entry] === piece;
  }

  #find(piece: number, block: number): number {
    let entry = this.#chains[this.#hash(piece, block)]!;
    while (entry !== none && !this.#is(entry, piece, block)) entry = this.#chained[entry]!;
    return entry;
  }

  /** Blocks of a piece are mostly consecutive and so fall into different chains. */
  #hash(piece: number, block: number): number {
    return (Math.imul(piece, 0x9e37_79b1) + block) & (this.#capacity - 1);
  }

  #chain(entry: number): void {
    const hash = this.#hash(this.#pieces[entry]!, this.#blocks[entry]!);
    this.#chained[entry] = this.#chains[hash]!;
    this.#chains[hash] = entry;
  }

  #unlink(entry: number): void {
    const earlier = this.#earlier[entry]!;
    const later = this.#later[entry]!;
    if (earlier === none) this.#oldest = later;
    else this.#later[earlier] = later;
    if (later === none) this.#newest = earlier;
    else this.#earlier[later] = earlier;
    this.#later[entry] = this.#free;
    this.#free = entry;
    this.#size--;
  }

  #freeFrom(first: number): void {
    for (let entry = first; entry < this.#capacity; entry++) this.#later[entry] = entry + 1;
    this.#later[this.#capacity - 1] = none;
    this.#free = first;
  }

  #grow(): void {
    const used = this.#capacity;
    this.#capacity = used * 2;
    this.#chains = new Int32Array(this.#capacity).fill(none);
    this.#pieces = grown(this.#pieces, new Uint32Array(this.#capacity));
    this.#blocks = grown(this.#blocks, new Uint32Array(this.#capacity));
    this.#sentAtMs = grown(this.#sentAtMs, new Float64Array(this.#capacity));
    this.#chained = new Int32Array(this.#capacity);
    this.#earlier = grown(this.#earlier, new Int32Array(this.#capacity));
    this.#later = grown(this.#later, new Int32Array(this.#capacity));
    for (let entry = 0; entry < used; entry++) this.#chain(entry);
    this.#freeFrom(used);
  }
}

function grown<T extends Uint32Array | Float64Array | Int32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
