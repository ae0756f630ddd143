/**
 * The sizes of blocks that memory is given out in, in words of 4 bytes: four steps to each doubling,
 * then the parts of a page, the whole page last. Invariant: sizes grow, and all are multiples of 4 words.
 */
export class SizeClasses {
  readonly count: number;
  /** Of the class that is one whole page. */
  readonly page: number;
  readonly #words: Int32Array;
  readonly #perPage: Int32Array;
  /** Smallest class for each number of 4 words. */
  readonly #classOf: Uint8Array;

  /** A page has `2 ** pageShift` words, at least 2048. */
  constructor(pageShift: number) {
    const sizes = classSizes(2 ** pageShift);
    this.#words = Int32Array.from(sizes);
    this.#perPage = Int32Array.from(sizes, (size) => Math.floor(2 ** pageShift / size));
    this.count = sizes.length;
    this.page = sizes.length - 1;
    this.#classOf = new Uint8Array(2 ** pageShift / 4 + 1);
    let each = 0;
    for (let quads = 0; quads < this.#classOf.length; quads++) {
      while (sizes[each]! < 4 * quads) each++;
      this.#classOf[quads] = each;
    }
  }

  words(sizeClass: number): number {
    return this.#words[sizeClass]!;
  }

  /** How many blocks of the class a page holds. */
  perPage(sizeClass: number): number {
    return this.#perPage[sizeClass]!;
  }

  /** The smallest class with room for `words`, which are at most a page. */
  classFor(words: number): number {
    return this.#classOf[(words + 3) >>> 2]!;
  }
}

/** More classes than any page size has. */
export const maxSizeClasses = 64;

function classSizes(pageWords: number): number[] {
  const sizes = [4, 8, 12, 16];
  for (let base = 16; base < pageWords / 8; base *= 2) {
    sizes.push(base + base / 4, base + base / 2, 2 * base);
  }
  for (let parts = 7; parts >= 1; parts--) {
    sizes.push(Math.floor(pageWords / parts / 4) * 4);
  }
  return sizes;
}
