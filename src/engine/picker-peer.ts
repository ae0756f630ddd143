/**
 * What the piece picker knows of a peer: the caller's read-only view, and the picker's own notes.
 */
import { assert } from '../base/assert.ts';
import type { Bitfield } from '../base/bitfield.ts';
import type { OpenPiece } from './open-piece.ts';
import { ScanCursor } from './scan-cursor.ts';

/** One peer session as the picker sees it. The picker reads it and keeps no copy. */
export interface PickerPeer {
  /** What the peer has. The same object for the life of the session. */
  readonly have: Bitfield;
  /** While the peer chokes us: only these pieces may be requested (BEP 6). Undefined: any piece. */
  readonly allowedFast: ReadonlySet<number> | undefined;
  /** Pieces the peer suggested (BEP 6), latest last; only the latest few are looked at. */
  readonly suggested?: readonly number[];
  /** Measured download rate from this peer; 0 while unknown. */
  readonly rateBytesPerSecond: number;
  /** Whether a request for this block is under way to this peer. */
  isOutstanding(piece: number, block: number): boolean;
  /**
   * Whether it owes this block for longer than its queue explains, so that asking somebody else for
   * it is worth paying for it twice.
   */
  isLate(piece: number, block: number): boolean;
}

/** The picker's notes on one registered peer. */
export class PeerSlot {
  readonly peer: PickerPeer;
  /** 1 to 65,535; names the peer in per-block arrays. */
  readonly id: number;
  /** Counted in the seed counter instead of in every piece's availability. */
  readonly countedAsSeed: boolean;
  readonly cursor = new ScanCursor();
  /** The piece this peer took its latest blocks from. */
  current: OpenPiece | undefined;

  constructor(peer: PickerPeer, id: number) {
    this.peer = peer;
    this.id = id;
    this.countedAsSeed = peer.have.isFull;
    this.current = undefined;
  }
}

/** The registered peers, by session and by number. Numbers are reused after a peer left. */
export class PeerSlots {
  readonly #bySession = new Map<PickerPeer, PeerSlot>();
  readonly #byId: (PeerSlot | undefined)[] = [undefined];
  readonly #freeIds: number[] = [];

  add(peer: PickerPeer): PeerSlot {
    assert(!this.#bySession.has(peer), 'a peer is added once');
    const id = this.#freeIds.pop() ?? this.#byId.length;
    assert(id < 65_536, 'a torrent has fewer than 65,536 peers');
    const slot = new PeerSlot(peer, id);
    this.#bySession.set(peer, slot);
    this.#byId[id] = slot;
    return slot;
  }

  remove(peer: PickerPeer): PeerSlot {
    const slot = this.of(peer);
    this.#bySession.delete(peer);
    this.#byId[slot.id] = undefined;
    this.#freeIds.push(slot.id);
    return slot;
  }

  of(peer: PickerPeer): PeerSlot {
    const slot = this.#bySession.get(peer);
    assert(slot !== undefined, 'a peer is added before it is used');
    return slot;
  }

  /** 0 for a peer that is gone or was never measured. */
  rateOf(id: number): number {
    return this.#byId[id]?.peer.rateBytesPerSecond ?? 0;
  }

  /** Also true when nobody knows any more who owes the block. */
  isLate(id: number, piece: number, block: number): boolean {
    return this.#byId[id]?.peer.isLate(piece, block) ?? true;
  }

  values(): IterableIterator<PeerSlot> {
    return this.#bySession.values();
  }
}
