/**
 * Piece indices without order: O(1) to add and to remove by position. Typed, because one list may
 * hold every piece of the torrent; it shrinks again when it empties.
 */
export class PieceList {
  items = new Uint32Array(4);
  size = 0;

  /** The position it got. */
  push(piece: number): number {
    if (this.size === this.items.length) this.#resize(this.size * 2);
    this.items[this.size] = piece;
    return this.size++;
  }

  /** The piece that moved into `position`. */
  removeAt(position: number): number {
    const last = this.items[--this.size]!;
    this.items[position] = last;
    if (this.size * 4 < this.items.length && this.items.length > 64) this.#resize(this.size * 2);
    return last;
  }

  #resize(capacity: number): void {
    const grown = new Uint32Array(capacity);
    grown.set(this.items.subarray(0, this.size));
    this.items = grown;
  }
}
