/** The naive picker the real one is compared with: everything is counted anew each time. */
import assert from 'node:assert/strict';
import type { Bitfield } from '../base/bitfield.ts';
import { SeededRandom } from '../base/random.ts';
import { blockBytes, Layout } from './layout.ts';
import { PiecePicker, type PieceState } from './piece-picker.ts';

export const pieceCount = 9;
export const blocksPerPiece = 3;
export const layout = new Layout(
  blocksPerPiece * blockBytes,
  [{ offsetBytes: 0, lengthBytes: (pieceCount - 1) * blocksPerPiece * blockBytes + 20_000 }],
  false,
);

export class ModelPeer {
  readonly have: Bitfield;
  allowedFast: Set<number> | undefined = undefined;
  suggested: number[] = [];
  rateBytesPerSecond = 0;
  readonly outstanding = new Set<number>();

  constructor(have: Bitfield) {
    this.have = have;
  }

  isLate(): boolean {
    return true;
  }

  isOutstanding(piece: number, block: number): boolean {
    return this.outstanding.has(piece * blocksPerPiece + block);
  }
}

/** What the picker should know, in the plainest form: everything is counted anew each time. */
export class Model {
  readonly peers: ModelPeer[] = [];
  readonly states: PieceState[] = new Array(pieceCount).fill('missing');
  readonly priorities: number[] = new Array(pieceCount).fill(4);
  /** Keys of received blocks. */
  readonly received = new Set<number>();
  readonly inMemory = new Set<number>();
  readonly restricted = new Set<number>();
  room = 4;
  sequential = false;
  streaming = false;
  readonly trace: string[] = [];
  readonly picker: PiecePicker;
  readonly #chosen: SeededRandom;

  constructor(seed: number) {
    this.#chosen = new SeededRandom(seed ^ 0x5555);
    this.picker = new PiecePicker({
      layout,
      random: new SeededRandom(seed),
      openPiece: (piece) => {
        assert.ok(!this.inMemory.has(piece), 'a piece in memory is not opened');
        if (this.inMemory.size >= this.room) return false;
        this.inMemory.add(piece);
        return true;
      },
    });
  }

  below(bound: number): number {
    return this.#chosen.below(bound);
  }

  peer(): ModelPeer | undefined {
    return this.peers.length === 0 ? undefined : this.peers[this.below(this.peers.length)];
  }

  keys(piece: number): number[] {
    return Array.from({ length: layout.blockCount(piece) }, (_, b) => piece * blocksPerPiece + b);
  }

  copies(key: number): number {
    return this.peers.filter((peer) => peer.outstanding.has(key)).length;
  }

  isNeeded(piece: number): boolean {
    return this.priorities[piece]! > 0 && this.states[piece] !== 'verified';
  }

  isFree(key: number): boolean {
    return !this.received.has(key) && this.copies(key) === 0;
  }

  hasFree(piece: number): boolean {
    return this.isNeeded(piece) && this.keys(piece).some((key) => this.isFree(key));
  }

  availability(piece: number): number {
    return this.peers.filter((peer) => peer.have.has(piece)).length;
  }

  release(peer: ModelPeer, key: number): void {
    peer.outstanding.delete(key);
    this.picker.releaseBlock(Math.floor(key / blocksPerPiece), key % blocksPerPiece);
  }

  conclude(piece: number, state: 'missing' | 'verified'): void {
    this.states[piece] = state;
    this.inMemory.delete(piece);
    this.restricted.delete(piece);
    for (const key of this.keys(piece)) {
      this.received.delete(key);
      for (const peer of this.peers) peer.outstanding.delete(key);
    }
  }

  check(): void {
    const { picker } = this;
    picker.checkInvariants();
    let neededBytes = 0;
    let verifiedBytes = 0;
    for (let piece = 0; piece < pieceCount; piece++) {
      assert.equal(picker.stateOf(piece), this.states[piece], `state of ${piece}`);
      assert.equal(picker.availability(piece), this.availability(piece), `copies of ${piece}`);
      assert.equal(picker.wants(piece), this.isNeeded(piece));
      if (this.isNeeded(piece)) neededBytes += layout.pieceBytes(piece);
      if (this.states[piece] === 'verified') verifiedBytes += layout.pieceBytes(piece);
      for (const key of this.inMemory.has(piece) ? this.keys(piece) : []) {
        assert.equal(picker.requestCount(piece, key % blocksPerPiece), this.copies(key));
      }
    }
    assert.equal(picker.wantedLeftBytes, neededBytes);
    assert.equal(picker.verifiedBytes, verifiedBytes);
    const all = Array.from({ length: pieceCount }, (_, piece) => piece);
    const lacking = all.filter((p) => this.hasFree(p) && this.availability(p) === 0);
    assert.equal(picker.unavailableCount, lacking.length);
    assert.equal(picker.firstUnavailable, lacking[0] ?? -1);
    for (const peer of this.peers) {
      const interesting = all.some((piece) => peer.have.has(piece) && this.isNeeded(piece));
      assert.equal(picker.isInteresting(peer.have), interesting);
    }
    for (const { piece, blocks, parked } of picker.partialPieces()) {
      assert.equal(this.states[piece], 'partial');
      assert.equal(parked, !this.inMemory.has(piece));
      const expected = this.keys(piece).map((key) => (this.received.has(key) ? 1 : 0));
      assert.deepEqual([...blocks], expected);
    }
  }
}
