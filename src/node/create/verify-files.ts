/**
 * Checks files on the disk against a torrent, on all cores, without changing anything: which pieces are
 * right, and what is wrong with which file.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../../base/amounts.ts';
import { Bitfield } from '../../base/bitfield.ts';
import type { Layout } from '../../engine/layout.ts';
import type { ContentFile } from '../disk/content-map.ts';
import { diskOp } from '../disk/disk-ops.ts';
import type { DiskPool } from '../disk/disk-pool.ts';
import { type PieceCheck, shareCheck } from '../disk/piece-check.ts';
import { sweepPieces } from '../disk/piece-sweep.ts';
import { toStorageError } from '../disk/storage-error.ts';
import { finalPath, type StorageSpec, shortPiecesOf } from '../disk/storage-spec.ts';

export interface VerifyFilesOptions {
  /** Absolute. */
  readonly rootDir: string;
  /** Paths below `rootDir`, in ascending order of offset. */
  readonly files: readonly ContentFile[];
  readonly layout: Layout;
  readonly check: PieceCheck;
  readonly disk: DiskPool;
  onProgress?(checkedBytes: number, totalBytes: number): void;
  readonly signal?: AbortSignal;
}

export interface Verification {
  readonly valid: Bitfield;
  /** Files that are missing, of another size, or not readable: `is missing`, `is 3 bytes too short`. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/** Rejects only with the signal's reason. */
export async function verifyFiles(options: VerifyFilesOptions): Promise<Verification> {
  const { layout, files, disk, signal } = options;
  const spec: StorageSpec = {
    id: disk.newStorageId(),
    rootDir: options.rootDir,
    partsName: '.parts',
    files,
    pieceLength: layout.pieceLength,
    shortPieces: shortPiecesOf(layout, files),
    check: shareCheck(options.check),
    preallocation: 'sparse',
    sources: files.map((file) => join(options.rootDir, ...file.path)),
    states: new Int32Array(new SharedArrayBuffer(4 * files.length)),
    preallocated: new Int32Array(new SharedArrayBuffer(4 * files.length)),
  };
  const problems = await sizeProblems(spec);
  signal?.throwIfAborted();
  const valid = new Bitfield(layout.pieceCount);
  await new Promise<void>((resolve) => {
    let checkedBytes = 0;
    const stop = sweepPieces({
      op: diskOp.check,
      pieces: Uint32Array.from({ length: layout.pieceCount }, (_, i) => i),
      pieceLength: layout.pieceLength,
      workerCount: disk.workerCount,
      detailOf: (count) => count,
      submit: (request) => disk.submit(spec, request),
      onRun: (first, count, answer, error) => {
        if (error !== undefined && !problems.some((known) => known.path === error.path)) {
          problems.push({ path: error.path, message: error.message });
        }
        for (let i = 0; i < count; i++) {
          checkedBytes += layout.pieceBytes(first + i);
          if (answer instanceof Uint8Array && answer[i] === 1) valid.set(first + i);
        }
        options.onProgress?.(checkedBytes, layout.lengthBytes);
      },
      onDone: () => {
        signal?.removeEventListener('abort', stop);
        disk.submitToAll(spec, diskOp.close, () => {
          disk.forgetStorage(spec.id);
          resolve();
        });
      },
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
  signal?.throwIfAborted();
  return { valid, problems };
}

async function sizeProblems(spec: StorageSpec): Promise<{ path: string; message: string }[]> {
  const problems: { path: string; message: string }[] = [];
  for (let file = 0; file < spec.files.length; file++) {
    const { padding, lengthBytes } = spec.files[file]!;
    if (padding) continue;
    const path = finalPath(spec, file);
    try {
      const { size } = await lstat(path);
      const difference = size - lengthBytes;
      if (difference === 0) continue;
      const how = difference < 0 ? 'too short' : 'too long';
      problems.push({ path, message: `${path} is ${formatBytes(Math.abs(difference))} ${how}` });
    } catch (error) {
      problems.push({ path, message: toStorageError(error, path, 'read').message });
    }
  }
  return problems;
}
