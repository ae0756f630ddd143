/**
 * Which pieces a peer says it has. Until the torrent's metadata is known the piece count is not, so
 * early messages are kept as they came and judged when it is.
 * Invariant: once `field` exists it holds exactly what the peer announced, in range.
 * BEP 3 (have, bitfield), BEP 6 (have all, have none).
 */
import { Bitfield } from '../base/bitfield.ts';
import type { Violation } from '../protocol/violation.ts';
import { violation } from '../protocol/violation.ts';

/** More early HAVEs than this are dropped; the peer is asked again through later HAVEs. */
const maxEarlyHaves = 4096;

type Announcement = 'none' | 'all' | Uint8Array;

export class RemotePieces {
  field: Bitfield | undefined;
  #announced: Announcement | undefined;
  readonly #earlyHaves: number[] = [];

  /** There was a bitfield, have-all or have-none. */
  get hasAnnounced(): boolean {
    return this.#announced !== undefined;
  }

  /** It said that it has some piece, so it has the metadata too. */
  get hasAny(): boolean {
    if (this.field !== undefined) return !this.field.isEmpty;
    if (typeof this.#announced === 'object') return this.#announced.some((byte) => byte !== 0);
    return this.#announced === 'all' || this.#earlyHaves.length > 0;
  }

  /** A bitfield, have-all or have-none. A second one is a violation, but see `added`. */
  announce(what: Announcement): Violation | undefined {
    if (this.#announced !== undefined) {
      return violation('WIRE_BITFIELD_NOT_FIRST', 'announced its pieces a second time');
    }
    this.#announced = typeof what === 'string' ? what : what.slice();
    return this.field === undefined ? undefined : this.#resolve(this.field.length);
  }

  /** A HAVE. Before the piece count is known it is `kept` for later, up to a limit. */
  have(piece: number): 'new' | 'known' | 'kept' | Violation {
    if (this.field === undefined) {
      if (this.#earlyHaves.length >= maxEarlyHaves) return 'known';
      this.#earlyHaves.push(piece);
      return 'kept';
    }
    if (piece >= this.field.length) return outOfRange(piece, this.field.length);
    return this.field.set(piece) ? 'new' : 'known';
  }

  /**
   * A later bitfield or have-all, which aria2 sends in place of many HAVEs: the pieces that it adds, each
   * still to be told as a HAVE. Pieces that it lacks by now stay, as no message takes a piece back.
   */
  added(what: 'all' | Uint8Array): number[] | Violation {
    const { field } = this;
    if (field === undefined) {
      this.#announced = typeof what === 'string' ? what : what.slice();
      return [];
    }
    const later = fieldOf(what, field.length);
    if (later === undefined) return misfit(field.length);
    return [...later.indices()].filter((piece) => !field.has(piece));
  }

  /** The metadata is here: from now on `field` exists. */
  setPieceCount(pieceCount: number): Violation | undefined {
    return this.#resolve(pieceCount);
  }

  /** HAVEs that came before stay valid beside what is announced. */
  #resolve(pieceCount: number): Violation | undefined {
    const announced = this.#announced;
    const field = fieldOf(announced, pieceCount);
    if (field === undefined) return misfit(pieceCount);
    if (typeof announced === 'object') this.#announced = 'none';
    if (this.field !== undefined) for (const piece of this.field.indices()) field.set(piece);
    for (const piece of this.#earlyHaves) {
      if (piece >= pieceCount) return outOfRange(piece, pieceCount);
      field.set(piece);
    }
    this.#earlyHaves.length = 0;
    this.field = field;
    return undefined;
  }
}

function fieldOf(announced: Announcement | undefined, pieceCount: number): Bitfield | undefined {
  if (announced === 'all') return Bitfield.full(pieceCount);
  if (announced === undefined || announced === 'none') return new Bitfield(pieceCount);
  return Bitfield.fromBytes(announced, pieceCount);
}

function misfit(pieceCount: number): Violation {
  return violation('WIRE_BAD_BITFIELD', `sent a bitfield that does not fit ${pieceCount} pieces`);
}

function outOfRange(piece: number, pieceCount: number): Violation {
  return violation('WIRE_PIECE_OUT_OF_RANGE', `has piece ${piece} of a torrent of ${pieceCount}`);
}
