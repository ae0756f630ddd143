/**
 * One run of a torrent's content in memory, read in one go: which run serves a request, and reading it.
 * Invariant: places the disk did not have are listed as gaps and never served.
 */
import { read } from 'node:fs';
import type { StorageError } from '../../engine/ports.ts';
import { segmentsOf } from './content-map.ts';
import type { ReadFiles } from './read-files.ts';
import { toStorageError } from './storage-error.ts';
import { finalPath, type StorageSpec } from './storage-spec.ts';

/** Longest run; pieces up to this length are read whole. */
const longestExtentBytes = 1024 * 1024;
/** Pieces below this length are read together with their neighbours, up to `groupBytes`. */
const smallPieceBytes = 256 * 1024;
const groupBytes = 512 * 1024;

export interface ExtentPlace {
  /** Distinguishes the extents of one torrent; negative for one made for an odd request. */
  readonly key: number;
  readonly startBytes: number;
  readonly lengthBytes: number;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly error: StorageError;
}

/** The run that holds the request; positions are in the torrent's byte space of `endBytes`. */
export function extentFor(
  pieceLength: number,
  endBytes: number,
  startBytes: number,
  lengthBytes: number,
): ExtentPlace {
  const unit = extentUnit(pieceLength);
  let from: number;
  let to: number;
  if (pieceLength < smallPieceBytes) {
    from = Math.floor(startBytes / unit) * unit;
    to = from + unit;
  } else {
    const pieceStart = Math.floor(startBytes / pieceLength) * pieceLength;
    from = pieceStart + Math.floor((startBytes - pieceStart) / unit) * unit;
    to = Math.min(from + unit, pieceStart + pieceLength);
  }
  to = Math.min(to, endBytes);
  if (startBytes + lengthBytes <= to)
    return { key: from, startBytes: from, lengthBytes: to - from };
  return { key: -1 - startBytes, startBytes, lengthBytes };
}

function extentUnit(pieceLength: number): number {
  return pieceLength < smallPieceBytes
    ? Math.floor(groupBytes / pieceLength) * pieceLength
    : Math.min(pieceLength, longestExtentBytes);
}

/** Fills `into` from `startBytes` on, through the thread pool. */
export function readExtent(
  files: ReadFiles,
  spec: StorageSpec,
  startBytes: number,
  into: Uint8Array,
  done: (gaps: readonly Gap[]) => void,
): void {
  const gaps: Gap[] = [];
  const segments = segmentsOf(spec.files, startBytes, into.length);
  let left = segments.length + 1;
  const settle = (): void => {
    if (--left === 0) done(gaps);
  };
  for (const { file, fileOffset, rangeOffset, lengthBytes } of segments) {
    const target = into.subarray(rangeOffset, rangeOffset + lengthBytes);
    const entry = spec.files[file]!;
    if (entry.padding) {
      target.fill(0);
      settle();
      continue;
    }
    const miss = (count: number, error: StorageError): void => {
      gaps.push({ from: rangeOffset + count, to: rangeOffset + lengthBytes, error });
    };
    files.acquire(spec, file, (openError, opened) => {
      const path = opened?.path ?? finalPath(spec, file);
      if (opened === undefined) {
        const problem = openError ?? Object.assign(new Error('missing'), { code: 'ENOENT' });
        miss(0, toStorageError(problem, path, 'read'));
        settle();
        return;
      }
      const position = opened.inParts ? entry.offsetBytes + fileOffset : fileOffset;
      readFully(opened.fd, target, 0, position, (readError, count) => {
        files.release(opened);
        if (readError !== null) miss(count, toStorageError(readError, path, 'read'));
        else if (count < lengthBytes) {
          miss(count, {
            code: 'ESHORT',
            path,
            message: `${path} is shorter than it should be. Recheck the torrent.`,
          });
        }
        settle();
      });
    });
  }
  settle();
}

function readFully(
  fd: number,
  into: Uint8Array,
  filled: number,
  position: number,
  done: (error: Error | null, count: number) => void,
): void {
  read(fd, into, filled, into.length - filled, position + filled, (error, count) => {
    if (error !== null) done(error, filled);
    else if (count === 0 || filled + count === into.length) done(null, filled + count);
    else readFully(fd, into, filled + count, position, done);
  });
}
