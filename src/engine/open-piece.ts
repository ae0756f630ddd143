/**
 * The blocks of one piece that is in memory: which are here, and how often each is requested.
 * Invariant: `free` + `outstanding` + `received` equals the number of blocks; a block is received
 * (whatever requests are still under way for it), or outstanding (one or more requests), or free.
 */
import { assert } from '../base/assert.ts';
import type { PeerSlot } from './picker-peer.ts';

/** A block's number: requests under way in bits 0 to 6, `receivedFlag`, and its requester from bit 8. */
const requestMask = 0x7f;
const receivedFlag = 0x80;
const requesterShift = 8;

/** At most this many requests for one block at a time. */
export const copyLimit = 3;

/**
 * Who may take free blocks of an open piece. none: nobody, as it is unwanted or has none. idle: anyone,
 * nobody is filling it. shared: several peers fill it. owned: one fast peer does; others when they
 * find nothing else. exclusive: one peer only, because the piece was found corrupt before.
 */
export type Share = 'none' | 'idle' | 'shared' | 'owned' | 'exclusive';

export class OpenPiece {
  readonly piece: number;
  readonly blockCount: number;
  /** The one peer that fills it, if it is one; only while it has blocks outstanding. */
  owner: PeerSlot | undefined = undefined;
  /** Where OpenPieces keeps it. */
  share: Share = 'none';
  sharePosition = 0;
  openPosition = 0;
  isOpen = true;
  readonly #blocks: Uint32Array;
  #free: number;
  #outstanding = 0;
  #received = 0;
  /** No block below is free. */
  #firstFree = 0;

  /** `blocks`: 1 for each block that is already here. */
  constructor(piece: number, blockCount: number, blocks: Uint8Array | undefined) {
    this.piece = piece;
    this.blockCount = blockCount;
    this.#blocks = new Uint32Array(blockCount);
    if (blocks !== undefined) {
      for (let block = 0; block < blockCount; block++) {
        if (blocks[block] === 0) continue;
        this.#blocks[block] = receivedFlag;
        this.#received++;
      }
    }
    this.#free = blockCount - this.#received;
  }

  get free(): number {
    return this.#free;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  get received(): number {
    return this.#received;
  }

  get isComplete(): boolean {
    return this.#received === this.blockCount;
  }

  isReceived(block: number): boolean {
    return (this.#blocks[block]! & receivedFlag) !== 0;
  }

  /** Requests under way, also those for a block that meanwhile came from elsewhere. */
  requestCount(block: number): number {
    return this.#blocks[block]! & requestMask;
  }

  /** The peer an outstanding block is expected from first; 0 when not known. */
  requester(block: number): number {
    return this.#blocks[block]! >>> requesterShift;
  }

  /** Requests the lowest free block; there must be one. */
  takeFree(requester: number): number {
    const blocks = this.#blocks;
    let block = this.#firstFree;
    while (blocks[block] !== 0) block++;
    assert(block < blocks.length, 'a free block is there to take');
    blocks[block] = 1 | (requester << requesterShift);
    this.#firstFree = block + 1;
    this.#free--;
    this.#outstanding++;
    return block;
  }

  /** One more request for an outstanding block. `requester` is the one expected to answer first. */
  addCopy(block: number, requester: number): void {
    const count = this.requestCount(block);
    assert(!this.isReceived(block), `block ${block} is not here`);
    assert(count > 0 && count < copyLimit, 'a copy is of an outstanding block');
    this.#blocks[block] = (count + 1) | (requester << requesterShift);
  }

  /** True when the block was not here yet. `requested`: one of the requests under way was answered. */
  receive(block: number, requested: boolean): boolean {
    assert(block < this.blockCount, `no block ${block}`);
    const value = this.#blocks[block]!;
    const others = Math.max(0, (value & requestMask) - (requested ? 1 : 0));
    this.#blocks[block] = receivedFlag | others;
    if ((value & receivedFlag) !== 0) return false;
    if (value === 0) this.#free--;
    else this.#outstanding--;
    this.#received++;
    return true;
  }

  /** One request less. True when the block became free. */
  release(block: number): boolean {
    assert(block < this.blockCount, `no block ${block}`);
    const value = this.#blocks[block]!;
    if ((value & requestMask) === 0) return false;
    // Which of the requesters gave it back is not known.
    const left = (value & (requestMask | receivedFlag)) - 1;
    this.#blocks[block] = left;
    if (left !== 0) return false;
    this.#outstanding--;
    this.#free++;
    this.#firstFree = Math.min(this.#firstFree, block);
    return true;
  }

  /** A copy: 1 for each block that is here. */
  receivedBlocks(): Uint8Array {
    return Uint8Array.from(this.#blocks, (value) => ((value & receivedFlag) === 0 ? 0 : 1));
  }

  /** Asserts the invariant of this file; O(blocks). */
  checkInvariants(): void {
    let free = 0;
    let received = 0;
    for (let block = 0; block < this.blockCount; block++) {
      const value = this.#blocks[block]!;
      assert((value & requestMask) <= copyLimit, `block ${block} has three copies at most`);
      if ((value & receivedFlag) !== 0) received++;
      else if (value === 0) free++;
      assert(value !== 0 || block >= this.#firstFree, `free block ${block} is not passed over`);
    }
    const outstanding = this.blockCount - free - received;
    assert(free === this.#free && received === this.#received, 'blocks are counted');
    assert(outstanding === this.#outstanding, 'outstanding blocks are counted');
  }
}
