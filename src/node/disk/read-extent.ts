/**
 * One run of a torrent's content in memory, read in one go: which run serves a request, and reading it.
 * Invariant: places the disk did not have are listed as gaps and never served.
 */
import { read } from 'node:fs';
import type { StorageError } from '../../engine/ports.ts';
import { type Segment, segmentsOf } from './content-map.ts';
import type { ReadFiles } from './read-files.ts';
import { toStorageError } from './storage-error.ts';
import { finalPath, type StorageSpec } from './storage-spec.ts';

/** Longest run; pieces up to this length are read whole. */
const longestExtentBytes = 1024 * 1024;
/** Pieces below this length are read together with their neighbours, up to `groupBytes`. */
const smallPieceBytes = 256 * 1024;
const groupBytes = 512 * 1024;
/** With more files than this in them, neighbours are not read along. */
const mostFilesAhead = 8;
/** Files of one run that are open at the same time. */
const filesAtOnce = 4;

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

/**
 * The run that holds the request; positions are in the torrent's byte space of `endBytes`. `alone` keeps
 * to the piece.
 */
export function extentFor(
  pieceLength: number,
  endBytes: number,
  startBytes: number,
  lengthBytes: number,
  alone: boolean,
): ExtentPlace {
  const unit = extentUnit(pieceLength, alone);
  let from: number;
  let to: number;
  if (pieceLength < smallPieceBytes && !alone) {
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

function extentUnit(pieceLength: number, alone: boolean): number {
  return pieceLength < smallPieceBytes && !alone
    ? Math.floor(groupBytes / pieceLength) * pieceLength
    : Math.min(pieceLength, longestExtentBytes);
}

/** Whether a run of several pieces has too many files in it to be read for the sake of one of them. */
export function isScattered(spec: StorageSpec, place: ExtentPlace): boolean {
  if (place.lengthBytes <= spec.pieceLength) return false;
  return segmentsOf(spec.files, place.startBytes, place.lengthBytes).length > mostFilesAhead;
}

/** Fills `into` from `startBytes` on, through the thread pool; few files at a time, as each is opened. `done` comes later. */
export function readExtent(
  files: ReadFiles,
  spec: StorageSpec,
  startBytes: number,
  into: Uint8Array,
  done: (gaps: readonly Gap[]) => void,
): void {
  const gaps: Gap[] = [];
  const segments = segmentsOf(spec.files, startBytes, into.length);
  const lanes = Math.max(1, Math.min(filesAtOnce, segments.length));
  let next = 0;
  let running = lanes;
  const advance = (): void => {
    const segment = segments[next++];
    if (segment !== undefined) readSegment(files, spec, segment, into, gaps, advance);
    else if (--running === 0) done(gaps);
  };
  for (let lane = 0; lane < lanes; lane++) {
    if (lane < segments.length) advance();
    else setImmediate(advance);
  }
}

/** `done` is called later, never during the call. */
function readSegment(
  files: ReadFiles,
  spec: StorageSpec,
  { file, fileOffset, rangeOffset, lengthBytes }: Segment,
  into: Uint8Array,
  gaps: Gap[],
  done: () => void,
): void {
  const target = into.subarray(rangeOffset, rangeOffset + lengthBytes);
  const entry = spec.files[file]!;
  if (entry.padding) {
    target.fill(0);
    setImmediate(done);
    return;
  }
  const miss = (count: number, error: StorageError): void => {
    gaps.push({ from: rangeOffset + count, to: rangeOffset + lengthBytes, error });
  };
  files.acquire(spec, file, (openError, opened) => {
    const path = opened?.path ?? finalPath(spec, file);
    if (opened === undefined) {
      const problem = openError ?? Object.assign(new Error('missing'), { code: 'ENOENT' });
      miss(0, toStorageError(problem, path, 'read'));
      setImmediate(done);
      return;
    }
    const position = opened.inParts ? entry.offsetBytes + fileOffset : fileOffset;
    readFully(opened.fd, target, 0, position, (readError, count) => {
      files.release(opened);
      if (readError !== null) miss(count, toStorageError(readError, path, 'read'));
      else if (count < lengthBytes) {
        const message = `${path} is shorter than it should be. Recheck the torrent.`;
        miss(count, { code: 'ESHORT', path, message });
      }
      done();
    });
  });
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
