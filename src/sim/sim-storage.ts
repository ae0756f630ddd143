/**
 * The engine's Storage on a simulated disk, for one run of a client. Operations take time and end in
 * any order. A crash drops those under way: what was not written is lost.
 * Invariant: each operation is reported once, unless the client is gone; only data that was verified
 * and written is ever lent.
 */
import type { Hashes } from '../base/hashes.ts';
import type { Random } from '../base/random.ts';
import { blockBytes } from '../engine/layout.ts';
import type { BlockLease, Slab, Storage, StorageError, StorageSink } from '../engine/ports.ts';
import type { DiskFault, SimDisk } from './sim-disk.ts';
import { ensure } from './sim-failure.ts';
import type { World } from './world.ts';

/** What is sent in place of the right bytes. */
export type Spoiler = (piece: number, begin: number, bytes: Uint8Array) => Uint8Array;

export interface SimStorageOptions {
  readonly world: World;
  readonly disk: SimDisk;
  readonly random: Random;
  readonly hashes: Hashes;
  readonly sink: StorageSink;
  /** Absent in an honest peer. */
  readonly spoil?: Spoiler | undefined;
}

const shortestMs = 1;
const longestMs = 25;
/** Pieces whose bytes are in memory; a read of any other waits for the disk. */
const warmPieces = 24;

export class SimStorage implements Storage {
  readonly #options: SimStorageOptions;
  readonly #warm = new Set<number>();
  readonly #reading = new Set<number>();
  #pending = 0;
  #gone = false;
  #onIdle: (() => void) | undefined;
  /** Lent and not given back. */
  leasedCount = 0;

  constructor(options: SimStorageOptions) {
    this.#options = options;
  }

  /** The client crashed: nothing more is written or reported. */
  abandon(): void {
    this.#gone = true;
  }

  #later(run: () => void): void {
    const { world, random } = this.#options;
    this.#pending++;
    world.after(shortestMs + random.next() * (longestMs - shortestMs), () => {
      if (this.#gone) return;
      this.#pending--;
      run();
      if (this.#pending === 0) this.#reportIdle();
    });
  }

  #error(fault: DiskFault): StorageError | undefined {
    const { disk } = this.#options;
    if (disk.fault !== fault) return undefined;
    const path = 'content';
    return fault === 'full'
      ? { code: 'ENOSPC', message: `disk full: ${path}`, path }
      : { code: 'EIO', message: `${path} cannot be read`, path };
  }

  // -------------------------------------------------------------- writing

  writePiece(piece: number, slab: Slab, wantDigests: boolean): void {
    const { disk, sink, world } = this.#options;
    const bytes = this.#bytesOf(piece, slab);
    this.#later(() => {
      if (!disk.content.matches(piece, 0, bytes)) {
        sink.onPieceCorrupt(piece, this.#digests(bytes));
        return;
      }
      const error = this.#error('full');
      if (error !== undefined) {
        sink.onPieceWriteFailed(piece, error);
        return;
      }
      disk.writeGood(piece);
      world.trace.note(world.nowMs(), 1, piece, disk.goodCount);
      sink.onPieceWritten(piece, wantDigests ? this.#digests(bytes) : undefined);
    });
  }

  parkPiece(piece: number, slab: Slab, blocks: Uint8Array): void {
    const { disk, sink } = this.#options;
    const bytes = this.#bytesOf(piece, slab);
    const wanted = blocks.slice();
    this.#later(() => {
      const error = this.#error('full');
      if (error === undefined) {
        this.#eachBlock(piece, wanted, (begin, end) =>
          disk.park(piece, begin, bytes.subarray(begin, end)),
        );
      }
      sink.onPieceParked(piece, error);
    });
  }

  loadPiece(piece: number, slab: Slab, blocks: Uint8Array): void {
    const { disk, sink } = this.#options;
    const bytes = this.#bytesOf(piece, slab);
    const wanted = blocks.slice();
    this.#later(() => {
      const error = this.#error('unreadable');
      if (error === undefined) {
        this.#eachBlock(piece, wanted, (begin, end) =>
          disk.load(piece, begin, bytes.subarray(begin, end)),
        );
      }
      sink.onPieceLoaded(piece, error);
    });
  }

  #bytesOf(piece: number, slab: Slab): Uint8Array {
    const lengthBytes = this.#options.disk.content.layout.pieceBytes(piece);
    ensure(slab.bytes.length >= lengthBytes, () => `the slab of piece ${piece} is too short`);
    return slab.bytes.subarray(0, lengthBytes);
  }

  #eachBlock(piece: number, blocks: Uint8Array, visit: (begin: number, end: number) => void): void {
    const { layout } = this.#options.disk.content;
    ensure(blocks.length === layout.blockCount(piece), () => `blocks of piece ${piece}`);
    blocks.forEach((wanted, block) => {
      const begin = block * blockBytes;
      if (wanted === 1) visit(begin, begin + layout.blockLength(piece, block));
    });
  }

  #digests(bytes: Uint8Array): Uint8Array {
    const blocks = Math.ceil(bytes.length / blockBytes);
    const digests = new Uint8Array(blocks * 20);
    for (let block = 0; block < blocks; block++) {
      const begin = block * blockBytes;
      digests.set(this.#options.hashes.sha1(bytes.subarray(begin, begin + blockBytes)), block * 20);
    }
    return digests;
  }

  // -------------------------------------------------------------- reading

  tryRead(piece: number, begin: number, lengthBytes: number): BlockLease | undefined {
    const { disk, spoil } = this.#options;
    ensure(!this.#gone, () => 'a closed storage is read');
    ensure(disk.isGood(piece), () => `piece ${piece} is uploaded but not verified and written`);
    if (!this.#warm.has(piece)) {
      this.#read(piece, begin);
      return undefined;
    }
    const bytes = disk.content.view(piece, begin, lengthBytes);
    let leased = true;
    this.leasedCount++;
    return {
      bytes: spoil === undefined ? bytes : spoil(piece, begin, bytes),
      release: () => {
        ensure(leased, () => `a block of piece ${piece} was given back twice`);
        leased = false;
        this.leasedCount--;
      },
    };
  }

  prefetch(piece: number, begin: number): void {
    // Left to chance: a hint may be ignored.
    if (!this.#warm.has(piece) && this.#options.random.next() < 0.5) this.#read(piece, begin);
  }

  #read(piece: number, begin: number): void {
    if (this.#reading.has(piece)) return;
    this.#reading.add(piece);
    this.#later(() => {
      this.#reading.delete(piece);
      const error = this.#error('unreadable');
      if (error !== undefined) {
        this.#options.sink.onReadFailed(piece, begin, error);
        return;
      }
      this.#warm.add(piece);
      if (this.#warm.size > warmPieces) {
        for (const oldest of this.#warm) {
          this.#warm.delete(oldest);
          break;
        }
      }
      this.#options.sink.onReadable();
    });
  }

  check(pieces: readonly number[]): void {
    const { disk, sink } = this.#options;
    const checkFrom = (at: number) =>
      this.#later(() => {
        for (let i = at; i < Math.min(at + 16, pieces.length); i++) {
          sink.onPieceChecked(pieces[i]!, disk.check(pieces[i]!));
        }
        if (at + 16 < pieces.length) checkFrom(at + 16);
        else sink.onCheckDone(undefined);
      });
    checkFrom(0);
  }

  // -------------------------------------------------------------- the rest

  setFilesWanted(_wanted: readonly boolean[]): void {}

  finishFile(file: number): void {
    const { disk } = this.#options;
    const span = disk.content.layout.piecesOfFile(file);
    for (let piece = span?.first ?? 0; span !== undefined && piece <= span.last; piece++) {
      ensure(disk.isGood(piece), () => `file ${file} is finished without piece ${piece}`);
    }
    disk.finishedFiles.add(file);
  }

  close(done: () => void): void {
    this.#onIdle = () => {
      this.#gone = true;
      done();
    };
    if (this.#pending === 0) this.#options.world.after(0, () => this.#reportIdle());
  }

  #reportIdle(): void {
    const onIdle = this.#onIdle;
    this.#onIdle = undefined;
    onIdle?.();
  }
}
