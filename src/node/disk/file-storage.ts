/**
 * The files of one torrent as the engine's Storage. Writing, checking and everything else that touches
 * files goes to the disk workers; reads for uploads go through the read cache.
 *
 * Files carry `.part` until `finishFile`; shares of unwanted files live in `.<name>.parts`. Pieces are
 * not forced to the disk one by one: whoever saves resume state that claims them does it first. A
 * crash in between may leave torn pieces, which a changed size or mtime and the recheck it causes find.
 * Invariant: changes of what is wanted wait for the operations before them and hold back those after;
 * nothing is reported after `close`.
 */
import type { Layout } from '../../engine/layout.ts';
import type { BlockLease, Slab, Storage, StorageError, StorageSink } from '../../engine/ports.ts';
import { asShared } from '../slab-pool.ts';
import { type ContentFile, segmentsOf } from './content-map.ts';
import type { DiskOpRequest } from './disk-lane.ts';
import { diskOp, opStatus, wantDigestsFlag } from './disk-ops.ts';
import { type DiskPool, storageErrorOf } from './disk-pool.ts';
import { type FileFacts, readFileFacts, removeIfUnused } from './file-facts.ts';
import { type PieceCheck, shareCheck } from './piece-check.ts';
import { sweepPieces } from './piece-sweep.ts';
import type { ReadCache, ReadSource } from './read-cache.ts';
import {
  candidatePaths,
  fileState,
  type Preallocation,
  type StorageSpec,
  shortPiecesOf,
} from './storage-spec.ts';
import { partsName } from './unfinished-name.ts';

export interface FileStorageOptions {
  /** Absolute, and must exist. Nothing is made outside it. */
  readonly rootDir: string;
  /** Safe as a file name; the parts file is `.<name>.parts`. */
  readonly name: string;
  /** Paths below `rootDir`, the torrent's own folder included; in ascending order of offset. */
  readonly files: readonly ContentFile[];
  readonly layout: Layout;
  readonly check: PieceCheck;
  readonly sink: StorageSink;
  readonly preallocation: Preallocation;
  readonly disk: DiskPool;
  readonly cache: ReadCache;
  /** All when left out. */
  readonly wanted?: readonly boolean[];
  /** Files known to have their final name. */
  readonly finished?: readonly boolean[];
  /** A file could not get its final name, or a change of what is wanted failed. */
  onFileProblem?(file: number | undefined, error: StorageError): void;
}

export class FileStorage implements Storage {
  readonly #spec: StorageSpec;
  readonly #layout: Layout;
  readonly #sink: StorageSink;
  readonly #disk: DiskPool;
  readonly #cache: ReadCache;
  readonly #source: ReadSource;
  readonly #onFileProblem: FileStorageOptions['onFileProblem'];
  #underWay = 0;
  /** Waiting for operations under way; those submitted after wait behind it. */
  #exclusive: DiskOpRequest | undefined;
  #held: DiskOpRequest[] = [];
  #settled: (() => void)[] = [];
  #claimsVersion = -1;
  #contested = false;
  #closed = false;
  #closeDone: (() => void) | undefined;

  constructor(options: FileStorageOptions) {
    const { files, layout, sink, disk } = options;
    this.#layout = layout;
    this.#sink = sink;
    this.#disk = disk;
    this.#cache = options.cache;
    this.#onFileProblem = options.onFileProblem;
    this.#spec = {
      id: disk.newStorageId(),
      rootDir: options.rootDir,
      partsName: partsName(options.name),
      files,
      pieceLength: layout.pieceLength,
      shortPieces: shortPiecesOf(layout, files),
      check: shareCheck(options.check),
      preallocation: options.preallocation,
      states: new Int32Array(new SharedArrayBuffer(4 * files.length)),
      preallocated: new Int32Array(new SharedArrayBuffer(4 * files.length)),
    };
    for (let i = 0; i < files.length; i++) {
      if (options.finished?.[i] === true) this.#spec.states[i] = fileState.finished;
      else if (options.wanted?.[i] === false) this.#spec.states[i] = fileState.unwanted;
    }
    this.#source = {
      spec: this.#spec,
      endBytes: layout.pieceCount * layout.pieceLength,
      onReadable: () => this.#closed || sink.onReadable(),
      onReadFailed: (piece, begin, error) => this.#closed || sink.onReadFailed(piece, begin, error),
    };
    disk.claims.add(this.#spec);
  }

  writePiece(piece: number, slab: Slab, wantDigests: boolean): void {
    const conflict = this.#conflict(piece);
    if (conflict !== undefined) {
      setImmediate(() => this.#closed || this.#sink.onPieceWriteFailed(piece, conflict));
      return;
    }
    this.#submit({
      op: diskOp.write,
      piece,
      slab: asShared(slab),
      detail: wantDigests ? wantDigestsFlag : 0,
      costBytes: this.#layout.pieceBytes(piece),
      done: (status, answer) => {
        if (this.#closed) return;
        const digests = answer instanceof Uint8Array ? answer : undefined;
        if (status === opStatus.failed)
          this.#sink.onPieceWriteFailed(piece, storageErrorOf(answer));
        else if (status === opStatus.corrupt) {
          this.#sink.onPieceCorrupt(piece, digests ?? new Uint8Array(0));
        } else {
          this.#cache.invalidate(this.#source, piece);
          this.#sink.onPieceWritten(piece, digests);
        }
      },
    });
  }

  parkPiece(piece: number, slab: Slab, blocks: Uint8Array): void {
    const conflict = this.#conflict(piece);
    if (conflict === undefined) {
      this.#moveBlocks(diskOp.park, piece, slab, blocks, (error) => {
        this.#sink.onPieceParked(piece, error);
      });
    } else setImmediate(() => this.#closed || this.#sink.onPieceParked(piece, conflict));
  }

  loadPiece(piece: number, slab: Slab, blocks: Uint8Array): void {
    this.#moveBlocks(diskOp.load, piece, slab, blocks, (error) => {
      this.#sink.onPieceLoaded(piece, error);
    });
  }

  #moveBlocks(
    op: typeof diskOp.park | typeof diskOp.load,
    piece: number,
    slab: Slab,
    blocks: Uint8Array,
    report: (error: StorageError | undefined) => void,
  ): void {
    this.#submit({
      op,
      piece,
      slab: asShared(slab),
      payload: blocks.slice(),
      costBytes: this.#layout.pieceBytes(piece),
      done: (status, answer) => {
        if (this.#closed) return;
        report(status === opStatus.failed ? storageErrorOf(answer) : undefined);
      },
    });
  }

  tryRead(piece: number, begin: number, lengthBytes: number): BlockLease | undefined {
    if (this.#closed) return undefined;
    return this.#cache.tryRead(this.#source, piece, begin, lengthBytes);
  }

  prefetch(piece: number, begin: number): void {
    if (!this.#closed) this.#cache.prefetch(this.#source, piece, begin);
  }

  check(pieces: readonly number[]): void {
    let failure: StorageError | undefined;
    this.#cache.invalidateAll(this.#source);
    sweepPieces({
      op: diskOp.check,
      pieces: Uint32Array.from(pieces).sort(),
      pieceLength: this.#layout.pieceLength,
      workerCount: this.#disk.workerCount,
      detailOf: (count) => count,
      submit: (request) => this.#submit(request),
      onRun: (first, count, answer, error) => {
        failure ??= error;
        const valid = answer instanceof Uint8Array ? answer : undefined;
        for (let i = 0; i < count && !this.#closed; i++) {
          this.#sink.onPieceChecked(first + i, valid?.[i] === 1);
        }
      },
      onDone: () => {
        if (this.#closed) return;
        this.#cache.invalidateAll(this.#source);
        this.#sink.onCheckDone(failure);
      },
    });
  }

  setFilesWanted(wanted: readonly boolean[]): void {
    const payload = Uint8Array.from(wanted, (is) => (is ? 1 : 0));
    const done: DiskOpRequest['done'] = (status, answer) => {
      this.#exclusive = undefined;
      this.#cache.invalidateAll(this.#source);
      if (status === opStatus.failed && !this.#closed) {
        this.#onFileProblem?.(undefined, storageErrorOf(answer));
      }
    };
    this.#submit({ op: diskOp.setWanted, piece: 0, payload, costBytes: 0, done });
  }

  finishFile(file: number): void {
    this.#submit({
      op: diskOp.finishFile,
      piece: file,
      costBytes: 0,
      done: (status, answer) => {
        if (status !== opStatus.failed || this.#closed) return;
        this.#onFileProblem?.(file, storageErrorOf(answer));
      },
    });
  }

  /** Calls `done`, later, once every operation submitted so far was answered. */
  whenSettled(done: () => void): void {
    this.#settled.push(done);
    setImmediate(() => this.#reportSettled());
  }

  #reportSettled(): void {
    if (this.#underWay > 0 || this.#held.length > 0) return;
    for (const done of this.#settled.splice(0)) done();
  }

  /** The names, likeliest first, of each file that these pieces touch. */
  namesOfPieces(pieces: readonly number[]): string[][] {
    const touched = new Set<number>();
    for (const piece of pieces) {
      const start = piece * this.#layout.pieceLength;
      for (const { file } of segmentsOf(this.#spec.files, start, this.#layout.pieceBytes(piece))) {
        if (!this.#spec.files[file]!.padding) touched.add(file);
      }
    }
    return Array.from(touched, (file) => candidatePaths(this.#spec, file));
  }

  /** Size and time of each file, for telling at the next start whether it changed. */
  facts(): Promise<readonly (FileFacts | undefined)[]> {
    return readFileFacts(this.#spec);
  }

  close(done: () => void): void {
    this.#closed = true;
    this.#closeDone = done;
    this.#cache.forget(this.#source);
    this.#closeWhenIdle();
  }

  #submit(request: DiskOpRequest): void {
    if (this.#closed) return;
    if (this.#exclusive !== undefined) this.#held.push(request);
    else if (request.op === diskOp.setWanted && this.#underWay > 0) this.#exclusive = request;
    else this.#run(request);
  }

  #run(request: DiskOpRequest): void {
    if (request.op === diskOp.setWanted) this.#exclusive = request;
    this.#underWay++;
    this.#disk.submit(this.#spec, {
      ...request,
      done: (status, answer) => {
        this.#underWay--;
        request.done(status, answer);
        if (this.#underWay === 0) this.#runHeld();
      },
    });
  }

  #runHeld(): void {
    if (this.#exclusive !== undefined) {
      this.#run(this.#exclusive);
      return;
    }
    while (this.#held.length > 0 && this.#exclusive === undefined) {
      const request = this.#held.shift()!;
      if (request.op === diskOp.setWanted && this.#underWay > 0) this.#exclusive = request;
      else this.#run(request);
    }
    this.#reportSettled();
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    const done = this.#closeDone;
    if (done === undefined || this.#underWay > 0 || this.#exclusive !== undefined) return;
    this.#closeDone = undefined;
    this.#disk.submitToAll(this.#spec, diskOp.close, () => {
      this.#disk.forgetStorage(this.#spec.id);
      this.#disk.claims.remove(this.#spec);
      void removeIfUnused(this.#spec).then(done);
    });
  }

  #conflict(piece: number): StorageError | undefined {
    const { pieceLength, files } = this.#spec;
    const { claims } = this.#disk;
    if (claims.version !== this.#claimsVersion) {
      this.#claimsVersion = claims.version;
      this.#contested = claims.isContested(this.#spec);
    }
    if (!this.#contested) return undefined;
    const start = piece * pieceLength;
    for (const { file } of segmentsOf(files, start, this.#layout.pieceBytes(piece))) {
      const path = claims.conflict(this.#spec, file);
      if (path === undefined) continue;
      const message = `cannot write ${path}: another torrent uses it. Give one of them another folder.`;
      return { code: 'ESHARED', path, message };
    }
    return undefined;
  }
}
