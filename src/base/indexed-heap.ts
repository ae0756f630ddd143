/**
 * A binary heap that also finds its items, so that any of them can be removed or reordered in
 * O(log n).
 * Invariant: no item precedes its parent, and each item is in the heap once.
 */
export class IndexedHeap<T> {
  readonly #items: T[] = [];
  readonly #positions = new Map<T, number>();
  readonly #precedes: (a: T, b: T) => boolean;

  /** `precedes` must be a strict order that changes for an item only together with a call of `update`. */
  constructor(precedes: (a: T, b: T) => boolean) {
    this.#precedes = precedes;
  }

  get size(): number {
    return this.#items.length;
  }

  has(item: T): boolean {
    return this.#positions.has(item);
  }

  /** The first item, which stays. */
  peek(): T | undefined {
    return this.#items[0];
  }

  pop(): T | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Adds the item, or puts it in its new place when it is here already. */
  update(item: T): void {
    let position = this.#positions.get(item);
    if (position === undefined) {
      position = this.#items.length;
      this.#put(item, position);
    }
    this.#settle(position);
  }

  /** True when the item was here. */
  remove(item: T): boolean {
    const position = this.#positions.get(item);
    if (position === undefined) return false;
    this.#positions.delete(item);
    const last = this.#items.pop()!;
    if (position < this.#items.length) {
      this.#put(last, position);
      this.#settle(position);
    }
    return true;
  }

  #put(item: T, position: number): void {
    this.#items[position] = item;
    this.#positions.set(item, position);
  }

  #settle(start: number): void {
    this.#sink(this.#rise(start));
  }

  #rise(start: number): number {
    const item = this.#items[start]!;
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const above = this.#items[parent]!;
      if (!this.#precedes(item, above)) break;
      this.#put(above, position);
      position = parent;
    }
    this.#put(item, position);
    return position;
  }

  #sink(start: number): void {
    const item = this.#items[start]!;
    let position = start;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= this.#items.length) break;
      const right = this.#items[child + 1];
      if (right !== undefined && this.#precedes(right, this.#items[child]!)) child++;
      const below = this.#items[child]!;
      if (!this.#precedes(below, item)) break;
      this.#put(below, position);
      position = child;
    }
    this.#put(item, position);
  }
}
