/**
 * A time wheel: items wait in the bucket of the second at which they are due, rounded up to the
 * bucket's width, so that finding what is due costs nothing for everything that is not.
 * Invariant: an item is in at most one bucket. Times are seconds and never run backwards.
 */
export class ExpiryWheel<T> {
  readonly #widthSeconds: number;
  readonly #buckets: Set<T>[];
  readonly #bucketOf = new Map<T, number>();
  /** Number of the next bucket to look at, counted from time 0 and not wrapped. */
  #next: number | undefined;

  /** `spanSeconds` is the farthest ahead that an item is ever due. */
  constructor(spanSeconds: number, bucketCount: number) {
    this.#widthSeconds = Math.max(1, Math.ceil(spanSeconds / bucketCount));
    this.#buckets = Array.from({ length: bucketCount + 2 }, () => new Set<T>());
  }

  get size(): number {
    return this.#bucketOf.size;
  }

  has(item: T): boolean {
    return this.#bucketOf.has(item);
  }

  /** Puts `item` to the time at which it is due, from wherever it was. */
  schedule(item: T, dueSeconds: number): void {
    this.remove(item);
    const wanted = Math.floor(dueSeconds / this.#widthSeconds) + 1;
    this.#next ??= wanted;
    const latest = this.#next + this.#buckets.length - 1;
    const bucket = Math.min(Math.max(wanted, this.#next), latest) % this.#buckets.length;
    this.#buckets[bucket]!.add(item);
    this.#bucketOf.set(item, bucket);
  }

  remove(item: T): void {
    const bucket = this.#bucketOf.get(item);
    if (bucket === undefined) return;
    this.#buckets[bucket]!.delete(item);
    this.#bucketOf.delete(item);
  }

  /** Takes one item out that is due; undefined when nothing is. */
  takeDue(nowSeconds: number): T | undefined {
    const current = Math.floor(nowSeconds / this.#widthSeconds);
    if (this.#next === undefined) return undefined;
    // After a long silence one round sees every bucket.
    this.#next = Math.max(this.#next, current - this.#buckets.length + 1);
    for (; this.#next <= current; this.#next++) {
      for (const item of this.#buckets[this.#next % this.#buckets.length]!) {
        this.remove(item);
        return item;
      }
    }
    return undefined;
  }
}
