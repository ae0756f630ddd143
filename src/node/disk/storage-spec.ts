/** What a worker must know of a torrent to touch its files. Crosses to each worker once. */
import { join } from 'node:path';
import type { Layout } from '../../engine/layout.ts';
import type { ContentFile } from './content-map.ts';
import type { PieceCheck } from './piece-check.ts';
import { unfinishedName } from './unfinished-name.ts';

/**
 * States of a file, shared by all threads. The low bits say which of its names is looked for first;
 * `seen` that it was on the disk, so that its absence is a fault and not a fresh start.
 */
export const fileState = {
  /** Being downloaded: `x.part`, else `x`. */
  incomplete: 0,
  /** Whole: `x`, else `x.part`. */
  finished: 1,
  /** Not wanted: what exists is used, else its share of pieces goes to the parts file. */
  unwanted: 2,
  nameMask: 3,
  seen: 4,
} as const;

export type Preallocation = 'sparse' | 'full';

export interface StorageSpec {
  readonly id: number;
  readonly rootDir: string;
  /** Of the parts file, in `rootDir`. */
  readonly partsName: string;
  readonly files: readonly ContentFile[];
  readonly pieceLength: number;
  /** Pieces below `pieceLength`, as pairs of index and length. */
  readonly shortPieces: readonly number[];
  readonly check: PieceCheck | undefined;
  readonly preallocation: Preallocation;
  /** Absolute path of each file where they are only read, as when making a torrent; overrides all names. */
  readonly sources?: readonly string[];
  /** One `fileState` a file, in shared memory. */
  readonly states: Int32Array;
  /** One flag a file, in shared memory: 0 not preallocated, 1 under way, 2 done. */
  readonly preallocated: Int32Array;
}

/** Enough of a spec to find its files. */
export type FilePlaces = Pick<StorageSpec, 'rootDir' | 'files' | 'states' | 'sources'>;

/**
 * Shares of unwanted files in pieces that wanted files need. A sparse file with the same byte space as
 * the torrent's content, so that it needs no index and any tool can inspect it.
 */
export function partsPath(spec: StorageSpec): string {
  return join(spec.rootDir, spec.partsName);
}

export function finalPath(spec: FilePlaces, file: number): string {
  return spec.sources?.[file] ?? join(spec.rootDir, ...spec.files[file]!.path);
}

/** Of a file that is not whole. */
export function unfinishedPath(spec: FilePlaces, file: number): string {
  const { path } = spec.files[file]!;
  return join(spec.rootDir, ...path.slice(0, -1), unfinishedName(path.at(-1)!));
}

/** The names a file may have on the disk now, the likeliest first. */
export function candidatePaths(spec: FilePlaces, file: number): string[] {
  const source = spec.sources?.[file];
  if (source !== undefined) return [source];
  const final = finalPath(spec, file);
  const part = unfinishedPath(spec, file);
  const state = Atomics.load(spec.states, file) & fileState.nameMask;
  return state === fileState.finished ? [final, part] : [part, final];
}

/** For a spec. Only the last piece and, in version 2, each file's last can be short. */
export function shortPiecesOf(layout: Layout, files: readonly ContentFile[]): number[] {
  const short = new Map<number, number>();
  for (const file of files) {
    if (file.lengthBytes === 0) continue;
    const last = Math.floor((file.offsetBytes + file.lengthBytes - 1) / layout.pieceLength);
    const bytes = layout.pieceBytes(last);
    if (bytes !== layout.pieceLength) short.set(last, bytes);
  }
  return [...short].flat();
}
