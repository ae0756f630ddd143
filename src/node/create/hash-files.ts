/**
 * Digests for a new torrent, on all cores: each worker reads long runs and hashes them from memory.
 * Version 1 gives SHA-1 per piece; version 2 a merkle root and piece layer per file (BEP 52).
 */
import { dirname } from 'node:path';
import type { Layout } from '../../engine/layout.ts';
import { blockBytes } from '../../engine/layout.ts';
import type { StorageError } from '../../engine/ports.ts';
import type { ContentFile } from '../disk/content-map.ts';
import { digestMerkleFlag, digestSha1Flag, diskOp } from '../disk/disk-ops.ts';
import type { DiskPool } from '../disk/disk-pool.ts';
import { merkleRoot, treeWidth } from '../disk/merkle.ts';
import { sweepPieces } from '../disk/piece-sweep.ts';
import type { StorageSpec } from '../disk/storage-spec.ts';
import { shortPiecesOf } from '../disk/storage-spec.ts';

export interface HashFilesOptions {
  readonly files: readonly ContentFile[];
  /** Absolute path of each file; padding files need none. */
  readonly sources: readonly string[];
  readonly layout: Layout;
  /** SHA-1 of the pieces. */
  readonly v1: boolean;
  /** Merkle trees of the files; each must start a piece. */
  readonly v2: boolean;
  readonly disk: DiskPool;
  onProgress?(hashedBytes: number, totalBytes: number): void;
  readonly signal?: AbortSignal;
}

export interface FileTree {
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** 32 bytes a piece; only of files longer than a piece. */
  readonly layer: Uint8Array | undefined;
}

export interface FileDigests {
  /** 20 bytes a piece; empty without `v1`. */
  readonly pieces: Uint8Array;
  /** One a file; undefined for padding and empty files, and without `v2`. */
  readonly trees: readonly (FileTree | undefined)[];
}

/** A file could not be read, or changed meanwhile; `message` is meant for the user. */
export class HashFilesError extends Error {
  override readonly name = 'HashFilesError';
  readonly code: string;
  readonly path: string;

  constructor(error: StorageError) {
    super(error.message);
    this.code = error.code;
    this.path = error.path;
  }
}

/** Rejects with HashFilesError, or with the signal's reason. */
export function hashFiles(options: HashFilesOptions): Promise<FileDigests> {
  const { files, layout, disk, signal } = options;
  const flags = (options.v1 ? digestSha1Flag : 0) | (options.v2 ? digestMerkleFlag : 0);
  const pieces = new Uint8Array(options.v1 ? 20 * layout.pieceCount : 0);
  const roots = new Uint8Array(options.v2 ? 32 * layout.pieceCount : 0);
  const spec = specOf(options);
  return new Promise((resolve, reject) => {
    let failure: unknown;
    let hashedBytes = 0;
    const stop = sweepPieces({
      op: diskOp.digest,
      pieces: Uint32Array.from({ length: layout.pieceCount }, (_, i) => i),
      pieceLength: layout.pieceLength,
      workerCount: disk.workerCount,
      detailOf: (count) => count * 4 + flags,
      submit: (request) => disk.submit(spec, request),
      onRun: (first, count, answer, error) => {
        if (error !== undefined) {
          failure ??= new HashFilesError(error);
          stop();
        }
        if (answer === undefined || !('sha1' in answer)) return;
        if (options.v1) pieces.set(answer.sha1, first * 20);
        if (options.v2) roots.set(answer.merkle, first * 32);
        for (let i = 0; i < count; i++) hashedBytes += layout.pieceBytes(first + i);
        options.onProgress?.(hashedBytes, layout.lengthBytes);
      },
      onDone: () => {
        signal?.removeEventListener('abort', abort);
        disk.submitToAll(spec, diskOp.close, () => {
          disk.forgetStorage(spec.id);
          if (failure !== undefined) reject(failure);
          else resolve({ pieces, trees: files.map((file) => treeOf(file, layout, roots)) });
        });
      },
    });
    const abort = (): void => {
      failure ??= signal?.reason;
      stop();
    };
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function treeOf(file: ContentFile, layout: Layout, roots: Uint8Array): FileTree | undefined {
  if (file.padding || file.lengthBytes === 0 || roots.length === 0) return undefined;
  const first = file.offsetBytes / layout.pieceLength;
  const count = Math.ceil(file.lengthBytes / layout.pieceLength);
  const layer = roots.slice(first * 32, (first + count) * 32);
  if (count === 1) return { root: layer, layer: undefined };
  const height = Math.log2(layout.pieceLength / blockBytes);
  return { root: merkleRoot(layer, treeWidth(count), height), layer };
}

function specOf(options: HashFilesOptions): StorageSpec {
  const { files, layout, disk } = options;
  const widths = new Uint32Array(options.v2 ? layout.pieceCount : 0);
  if (options.v2) widths.set(pieceTreeWidths(files, layout));
  return {
    id: disk.newStorageId(),
    rootDir: dirname(options.sources[0] ?? '.'),
    partsName: '',
    files,
    pieceLength: layout.pieceLength,
    shortPieces: shortPiecesOf(layout, files),
    check: { kind: 'merkle', roots: new Uint8Array(0), widths },
    preallocation: 'sparse',
    sources: options.sources,
    states: new Int32Array(new SharedArrayBuffer(4 * files.length)),
    preallocated: new Int32Array(new SharedArrayBuffer(4 * files.length)),
  };
}

/**
 * The width in leaves of each piece's tree: that of a whole piece, or, for a file that fits into one
 * piece, only what the file needs (BEP 52, "pieces root").
 */
export function pieceTreeWidths(files: readonly ContentFile[], layout: Layout): Uint32Array {
  const widths = new Uint32Array(layout.pieceCount).fill(layout.pieceLength / blockBytes);
  for (const file of files) {
    if (file.padding || file.lengthBytes === 0 || file.lengthBytes > layout.pieceLength) continue;
    widths[file.offsetBytes / layout.pieceLength] = treeWidth(
      Math.ceil(file.lengthBytes / blockBytes),
    );
  }
  return widths;
}
