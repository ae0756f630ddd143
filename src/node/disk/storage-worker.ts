/**
 * One torrent inside a disk worker: carries out operations on it, synchronously, in the order given.
 * A piece is hashed and written from the same shared memory it was received into.
 */
import { fstatSync, ftruncateSync, lstatSync, renameSync } from 'node:fs';
import { blockBytes } from '../../engine/layout.ts';
import type { StorageError } from '../../engine/ports.ts';
import { segmentsOf } from './content-map.ts';
import { diskOp, type OpAnswer, opStatus, wantDigestsFlag } from './disk-ops.ts';
import type { FilePool } from './file-pool.ts';
import { blockDigests, pieceIsValid } from './piece-check.ts';
import { PieceReader } from './piece-reader.ts';
import { FileError, refusal, toStorageError } from './storage-error.ts';
import { fileState, finalPath, type StorageSpec, unfinishedPath } from './storage-spec.ts';
import { cutTo, readAll, TorrentFiles } from './torrent-files.ts';

export interface OpResult {
  readonly status: number;
  readonly answer: OpAnswer | undefined;
}

const done: OpResult = { status: opStatus.done, answer: undefined };
const moveRunBytes = 1024 * 1024;

export class StorageWorker {
  readonly #spec: StorageSpec;
  readonly #files: TorrentFiles;
  readonly #reader: PieceReader;

  constructor(spec: StorageSpec, pool: FilePool, run: Uint8Array) {
    this.#spec = spec;
    this.#files = new TorrentFiles(spec, pool);
    this.#reader = new PieceReader(this.#files, run);
  }

  /** `slab` is the memory of the operation, where it has one. Never throws. */
  perform(
    op: number,
    piece: number,
    slab: Uint8Array | undefined,
    detail: number,
    payload: Uint8Array | undefined,
  ): OpResult {
    try {
      return this.#perform(op, piece, slab ?? new Uint8Array(0), detail, payload);
    } catch (error) {
      const verb =
        op === diskOp.check || op === diskOp.digest || op === diskOp.load ? 'read' : 'write';
      return failed(toStorageError(error, this.#spec.rootDir, verb));
    }
  }

  pieceBytes(piece: number): number {
    return this.#reader.pieceBytes(piece);
  }

  close(): void {
    this.#files.close();
  }

  #perform(
    op: number,
    piece: number,
    slab: Uint8Array,
    detail: number,
    payload: Uint8Array | undefined,
  ): OpResult {
    switch (op) {
      case diskOp.write:
        return this.#write(piece, slab, (detail & wantDigestsFlag) !== 0);
      case diskOp.park:
        this.#park(piece, slab, payload ?? new Uint8Array(0));
        return done;
      case diskOp.load:
        this.#reader.load(piece, slab, payload ?? new Uint8Array(0));
        return done;
      case diskOp.check:
        this.#forgetMissing(piece, detail);
        return { status: opStatus.done, answer: this.#reader.check(piece, detail) };
      case diskOp.digest:
        return {
          status: opStatus.done,
          answer: this.#reader.digest(piece, detail >>> 2, detail & 3),
        };
      case diskOp.finishFile:
        this.#finishFile(piece);
        return done;
      case diskOp.setWanted:
        this.#setWanted(payload ?? new Uint8Array(0));
        return done;
      default:
        this.close();
        return done;
    }
  }

  #write(piece: number, slab: Uint8Array, wantDigests: boolean): OpResult {
    const { check } = this.#spec;
    const valid = check !== undefined && pieceIsValid(check, piece, slab);
    const answer = wantDigests || !valid ? blockDigests(slab) : undefined;
    if (!valid) return { status: opStatus.corrupt, answer };
    this.#writeRange(piece * this.#spec.pieceLength, slab);
    return { status: opStatus.done, answer };
  }

  #park(piece: number, slab: Uint8Array, blocks: Uint8Array): void {
    const start = piece * this.#spec.pieceLength;
    for (let i = 0; i < blocks.length; i++) {
      if (blocks[i] !== 1) continue;
      let end = i + 1;
      while (end < blocks.length && blocks[end] === 1) end++;
      const run = slab.subarray(i * blockBytes, Math.min(end * blockBytes, slab.length));
      this.#writeRange(start + i * blockBytes, run);
      i = end;
    }
  }

  #writeRange(startBytes: number, data: Uint8Array): void {
    for (const segment of segmentsOf(this.#spec.files, startBytes, data.length)) {
      if (this.#spec.files[segment.file]!.padding) continue;
      const { rangeOffset, lengthBytes } = segment;
      const part =
        lengthBytes === data.length ? data : data.subarray(rangeOffset, rangeOffset + lengthBytes);
      this.#files.write(segment.file, segment.fileOffset, part);
    }
  }

  /** A check looks afresh: a file that is gone may be made again afterwards. */
  #forgetMissing(first: number, count: number): void {
    const { files, pieceLength, states } = this.#spec;
    for (const { file } of segmentsOf(files, first * pieceLength, count * pieceLength)) {
      if ((Atomics.load(states, file) & fileState.seen) === 0) continue;
      this.#files.dropIfRemoved(file);
      if (this.#files.openExisting(file) === undefined) Atomics.and(states, file, ~fileState.seen);
    }
  }

  #finishFile(file: number): void {
    const { states, files } = this.#spec;
    const entry = files[file];
    if (entry === undefined || entry.padding) return;
    const path = finalPath(this.#spec, file);
    const part = unfinishedPath(this.#spec, file);
    try {
      const unwanted = (Atomics.load(states, file) & fileState.nameMask) === fileState.unwanted;
      const opened = unwanted ? this.#files.openExisting(file) : this.#files.create(file);
      if (opened === undefined) return;
      if (lstatSync(part, { throwIfNoEntry: false }) !== undefined) {
        if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw refusal('EEXIST', path);
        cutTo(opened.fd, entry.lengthBytes);
        renameSync(part, path);
      } else if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
        this.#files.closeFile(file);
        throw new FileError('ENOENT', path, `${part} was removed while in use`);
      }
    } catch (error) {
      if (error instanceof FileError) throw error;
      const worded = toStorageError(error, path, 'write');
      throw new FileError(worded.code, path, worded.message);
    }
    Atomics.store(states, file, fileState.finished | fileState.seen);
  }

  #setWanted(wanted: Uint8Array): void {
    const { states, files } = this.#spec;
    for (let file = 0; file < files.length; file++) {
      const entry = files[file]!;
      if (entry.padding) continue;
      const state = Atomics.load(states, file);
      const name = state & fileState.nameMask;
      const keepSeen = state & fileState.seen;
      if (wanted[file] === 1) {
        if (name === fileState.unwanted) this.#moveFromParts(file);
        Atomics.store(
          states,
          file,
          name === fileState.finished ? state : Atomics.load(states, file) & fileState.seen,
        );
        if (entry.lengthBytes === 0 && keepSeen === 0) this.#finishFile(file);
      } else if (name === fileState.incomplete) {
        Atomics.store(states, file, fileState.unwanted | keepSeen);
      }
    }
  }

  /**
   * Copies what the parts file holds of the file; runs of zeros are holes, in either file. A file that
   * ends in such a run gets its length all the same.
   */
  #moveFromParts(file: number): void {
    const parts = this.#files.openParts(false);
    if (parts === undefined) return;
    const { offsetBytes, lengthBytes } = this.#spec.files[file]!;
    const run = Buffer.alloc(Math.min(moveRunBytes, lengthBytes));
    const zeros = Buffer.alloc(run.length);
    for (let at = 0; at < lengthBytes; at += run.length) {
      const opened = this.#files.openParts(false);
      if (opened === undefined) return;
      const room = run.subarray(0, Math.min(run.length, lengthBytes - at));
      const count = readAll(opened.fd, room, offsetBytes + at);
      if (count === 0) return;
      const data = room.subarray(0, count);
      if (data.equals(zeros.subarray(0, count))) continue;
      this.#files.create(file);
      Atomics.and(this.#spec.states, file, ~fileState.nameMask);
      this.#files.write(file, at, data);
    }
    const { fd } = this.#files.create(file);
    if (fstatSync(fd).size < lengthBytes) ftruncateSync(fd, lengthBytes);
  }
}

function failed(error: StorageError): OpResult {
  return {
    status: opStatus.failed,
    answer: { code: error.code, path: error.path, message: error.message },
  };
}
