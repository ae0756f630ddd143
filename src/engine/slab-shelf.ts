/**
 * The slabs of one torrent's pieces under way, within the budget all torrents share.
 * Invariant: a piece is on the shelf exactly while it is open, or while the storage works on it.
 */
import { assert } from '../base/assert.ts';
import type { Slab, SlabPool } from './ports.ts';

export interface ShelvedPiece {
  readonly slab: Slab;
  /** What the storage is doing with the slab; `failed` waits to be written again. */
  work: 'none' | 'loading' | 'writing' | 'parking' | 'failed';
  /** Wanted again while it was being parked: the slab stays. */
  reopened: boolean;
}

export class SlabShelf {
  readonly #pool: SlabPool;
  readonly #onRoom: () => void;
  readonly #pieces = new Map<number, ShelvedPiece>();
  #awaitingRoom = false;

  /** `onRoom`: after a refusal, memory came free. */
  constructor(pool: SlabPool, onRoom: () => void) {
    this.#pool = pool;
    this.#onRoom = onRoom;
  }

  /** The last attempt to take a slab was refused and none came free since. */
  get starved(): boolean {
    return this.#awaitingRoom;
  }

  /** The storage has slabs of ours and owes reports. */
  get busy(): boolean {
    for (const { work } of this.#pieces.values()) {
      if (work === 'writing' || work === 'parking' || work === 'loading') return true;
    }
    return false;
  }

  get(piece: number): ShelvedPiece | undefined {
    return this.#pieces.get(piece);
  }

  entries(): IterableIterator<[number, ShelvedPiece]> {
    return this.#pieces.entries();
  }

  /** A place for the piece; undefined at the budget. One that is being parked keeps the slab it has. */
  take(piece: number, lengthBytes: number): ShelvedPiece | undefined {
    const parking = this.#pieces.get(piece);
    if (parking !== undefined) {
      parking.reopened = true;
      return parking;
    }
    const slab = this.#pool.tryAcquire(lengthBytes);
    if (slab === undefined) {
      this.#awaitRoom();
      return undefined;
    }
    const shelved: ShelvedPiece = { slab, work: 'none', reopened: false };
    this.#pieces.set(piece, shelved);
    return shelved;
  }

  fill({ slab }: ShelvedPiece, offset: number, block: Uint8Array): void {
    this.#pool.fill(slab, offset, block);
  }

  drop(piece: number): void {
    const shelved = this.#pieces.get(piece);
    assert(shelved !== undefined, `piece ${piece} has a slab`);
    this.#pieces.delete(piece);
    this.#pool.release(shelved.slab);
  }

  #awaitRoom(): void {
    if (this.#awaitingRoom) return;
    this.#awaitingRoom = true;
    this.#pool.onRoom(() => {
      this.#awaitingRoom = false;
      this.#onRoom();
    });
  }
}
