/**
 * Unfinished pieces on their way between memory and disk: opened with a slab, parked when memory is
 * scarce or the torrent stops, loaded when they are wanted again.
 * Invariant: a piece is never parked while a request for it is outstanding, and what was parked counts
 * as received only once it is back in its slab, or is fetched anew.
 */
import type { Layout } from './layout.ts';
import type { PiecePicker } from './piece-picker.ts';
import type { Storage, StorageError } from './ports.ts';
import type { ShelvedPiece, SlabShelf } from './slab-shelf.ts';

export interface PieceParkingHost {
  readonly picker: PiecePicker;
  /** All blocks of the piece may be in its slab now. */
  onInMemory(piece: number, open: ShelvedPiece): void;
  /** The parked blocks are gone. */
  onLost(piece: number): void;
}

export class PieceParking {
  readonly #layout: Layout;
  readonly #shelf: SlabShelf;
  readonly #storage: Storage;
  readonly #host: PieceParkingHost;

  constructor(layout: Layout, shelf: SlabShelf, storage: Storage, host: PieceParkingHost) {
    this.#layout = layout;
    this.#shelf = shelf;
    this.#storage = storage;
    this.#host = host;
  }

  /** Reserves the piece's memory and brings back what was parked of it. False without room. */
  open(piece: number): boolean {
    const shelved = this.#shelf.take(piece, this.#layout.pieceBytes(piece));
    if (shelved === undefined) return false;
    const parked = this.#host.picker.parkedBlocks(piece);
    if (parked !== undefined && !shelved.reopened) {
      shelved.work = 'loading';
      this.#storage.loadPiece(piece, shelved.slab, parked);
    }
    return true;
  }

  /** Pieces that nobody works on go to disk. */
  parkIdle(limit: number): void {
    let parked = 0;
    for (const partial of [...this.#host.picker.partialPieces()]) {
      if (parked >= limit) return;
      if (partial.outstanding === 0 && this.park(partial.piece)) parked++;
    }
  }

  onParked(piece: number, error: StorageError | undefined): void {
    const open = this.#shelf.get(piece);
    if (open?.reopened === true) {
      open.work = 'none';
      open.reopened = false;
      this.#host.onInMemory(piece, open);
      return;
    }
    this.#shelf.drop(piece);
    if (error !== undefined) this.#host.onLost(piece);
  }

  onLoaded(piece: number, error: StorageError | undefined): void {
    const open = this.#shelf.get(piece);
    if (open === undefined || open.work !== 'loading') return;
    open.work = 'none';
    if (error === undefined) {
      this.#host.onInMemory(piece, open);
      return;
    }
    this.#shelf.drop(piece);
    this.#host.onLost(piece);
  }

  /** False for a piece that somebody or the disk works on. */
  park(piece: number): boolean {
    const open = this.#shelf.get(piece);
    if (open === undefined || open.work !== 'none') return false;
    const blocks = this.#host.picker.parkPiece(piece);
    if (blocks === undefined) return false;
    if (!blocks.includes(1)) {
      this.#shelf.drop(piece);
      return true;
    }
    open.work = 'parking';
    this.#storage.parkPiece(piece, open.slab, blocks);
    return true;
  }
}
