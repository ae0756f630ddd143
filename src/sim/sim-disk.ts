/**
 * The disk of one simulated machine: what of the torrent's data is on it. It outlives the client.
 * Invariant: a place holds the right bytes, or the bytes that were parked there, or nothing.
 */
import type { SimContent } from './sim-content.ts';

export type DiskFault = 'none' | 'full' | 'unreadable';

export class SimDisk {
  readonly content: SimContent;
  /** Writes fail while it is full, reads while it is unreadable. */
  fault: DiskFault = 'none';
  readonly finishedFiles = new Set<number>();
  /** By piece: written after its hash was found right. */
  readonly #good: Uint8Array;
  #goodCount = 0;
  readonly #parked = new Map<number, Uint8Array>();

  constructor(content: SimContent) {
    this.content = content;
    this.#good = new Uint8Array(content.layout.pieceCount);
  }

  get goodCount(): number {
    return this.#goodCount;
  }

  isGood(piece: number): boolean {
    return this.#good[piece] === 1;
  }

  fillAll(): void {
    this.#good.fill(1);
    this.#goodCount = this.#good.length;
  }

  writeGood(piece: number): void {
    if (!this.isGood(piece)) this.#goodCount++;
    this.#good[piece] = 1;
    this.#parked.delete(piece);
  }

  /** What was there rots away; nobody is told. */
  damage(piece: number): void {
    if (this.isGood(piece)) this.#goodCount--;
    this.#good[piece] = 0;
  }

  /** Writes whole blocks, right or wrong, to the place of a piece. */
  park(piece: number, begin: number, bytes: Uint8Array): void {
    const good = this.isGood(piece);
    if (good && this.content.matches(piece, begin, bytes)) return;
    let place = this.#parked.get(piece);
    if (place === undefined) {
      place = new Uint8Array(this.content.layout.pieceBytes(piece));
      if (good) place.set(this.content.piece(piece));
      this.#parked.set(piece, place);
    }
    this.damage(piece);
    place.set(bytes, begin);
  }

  /** Copies what is at the place of a piece; zeros where nothing is. */
  load(piece: number, begin: number, into: Uint8Array): void {
    const place = this.isGood(piece) ? this.content.piece(piece) : this.#parked.get(piece);
    if (place === undefined) into.fill(0);
    else into.set(place.subarray(begin, begin + into.length));
  }

  /** What a hash check of the place says. */
  check(piece: number): boolean {
    if (this.isGood(piece)) return true;
    const place = this.#parked.get(piece);
    if (place === undefined || !this.content.matches(piece, 0, place)) return false;
    this.writeGood(piece);
    return true;
  }
}
