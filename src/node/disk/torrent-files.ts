/**
 * The files of one torrent as one thread sees them: finds the name a file has now, opens it, creates
 * what is missing, reads and writes runs of it.
 * Invariant: only regular files are opened, never through a symbolic link; nothing is ever truncated;
 * a file that was there and vanished is an error, never silently made anew.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../socket-cause.ts';
import type { FilePool, OpenFile } from './file-pool.ts';
import { ensureFolder, isInside } from './safe-folder.ts';
import { FileError, refusal, toStorageError } from './storage-error.ts';
import {
  candidatePaths,
  fileState,
  finalPath,
  partsPath,
  type StorageSpec,
  unfinishedPath,
} from './storage-spec.ts';

const noFollow = constants.O_NOFOLLOW ?? 0;
const nonBlock = constants.O_NONBLOCK ?? 0;
/** Codes of opening for writing that leave reading possible. */
const readOnlyCodes: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ETXTBSY']);
const zeroRunBytes = 1024 * 1024;
/** Stands for the parts file where an index of a file is expected. */
const partsFile = -1;

export class TorrentFiles {
  readonly spec: StorageSpec;
  readonly #pool: FilePool;
  readonly #safeFolders = new Set<string>();
  readonly #partsPath: string;

  constructor(spec: StorageSpec, pool: FilePool) {
    this.spec = spec;
    this.#pool = pool;
    this.#partsPath = partsPath(spec);
  }

  /** Writes all of `data`. Throws FileError. */
  write(file: number, fileOffset: number, data: Uint8Array): void {
    let opened: OpenFile | undefined;
    try {
      opened = this.#openForWriting(file);
      const inParts = opened.path === this.#partsPath;
      writeAll(opened.fd, data, this.#base(file, inParts) + fileOffset);
      if (fstatSync(opened.fd).nlink === 0) {
        this.closeFile(inParts ? partsFile : file);
        throw vanished(opened.path);
      }
    } catch (error) {
      throw this.#worded(error, file, opened?.path, 'write');
    }
  }

  /**
   * Fills `into` from the file; returns how many bytes it had, 0 when it does not exist. Throws FileError.
   */
  read(file: number, fileOffset: number, into: Uint8Array): number {
    let opened: OpenFile | undefined;
    try {
      opened = this.openExisting(file);
      if (opened === undefined && this.#isUnwanted(file)) opened = this.openParts(false);
      if (opened === undefined) return 0;
      const inParts = opened.path === this.#partsPath;
      return readAll(opened.fd, into, this.#base(file, inParts) + fileOffset);
    } catch (error) {
      throw this.#worded(error, file, opened?.path, 'read');
    }
  }

  /** Undefined when the file has no name on the disk. The parts file is no such name. Throws. */
  openExisting(file: number): OpenFile | undefined {
    const key = this.#key(file);
    const known = this.#pool.get(key);
    if (known !== undefined) return known;
    for (const path of candidatePaths(this.spec, file)) {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) continue;
      refuseOddFile(path, stats);
      const readOnly = this.spec.sources !== undefined;
      if (!readOnly) this.#checkFolderOf(path, file);
      try {
        const how = readOnly ? 'read' : 'write';
        const opened = this.#pool.add(key, path, () => openRegular(path, how, 0));
        Atomics.or(this.spec.states, file, fileState.seen);
        return opened;
      } catch (error) {
        // Another thread may have given it its final name in between.
        if (errorCode(error) !== 'ENOENT') throw error;
      }
    }
    return undefined;
  }

  /** Makes the file with its `.part` name, or opens it where it exists. Throws. */
  create(file: number): OpenFile {
    // Whoever makes a file marks it as seen afterwards: a mark and no file is a file that vanished.
    for (let marked = false; ; marked = true) {
      const existing = this.openExisting(file);
      if (existing !== undefined) return existing;
      if ((Atomics.load(this.spec.states, file) & fileState.seen) === 0) break;
      if (marked) throw vanished(finalPath(this.spec, file));
    }
    const { path: components, executable } = this.spec.files[file]!;
    ensureFolder(this.spec.rootDir, components.slice(0, -1));
    const path = unfinishedPath(this.spec, file);
    const mode = executable === true ? 0o777 : 0o666;
    const opened = this.#pool.add(this.#key(file), path, () => openRegular(path, 'create', mode));
    Atomics.or(this.spec.states, file, fileState.seen);
    return opened;
  }

  /** The parts file; undefined when it does not exist and `create` is false. Throws. */
  openParts(create: boolean): OpenFile | undefined {
    const key = this.#key(partsFile);
    const known = this.#pool.get(key);
    if (known !== undefined) return known;
    const path = this.#partsPath;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined && !create) return undefined;
    if (stats !== undefined) refuseOddFile(path, stats);
    return this.#pool.add(key, path, () => openRegular(path, create ? 'create' : 'write', 0o666));
  }

  /** Closes a descriptor whose file is no longer where it was opened: removed, renamed or replaced. */
  dropIfRemoved(file: number): void {
    const opened = this.#pool.get(this.#key(file));
    if (opened === undefined) return;
    const here = lstatSync(opened.path, { throwIfNoEntry: false });
    const own = fstatSync(opened.fd);
    if (here?.ino !== own.ino || here.dev !== own.dev) this.closeFile(file);
  }

  closeFile(file: number): void {
    this.#pool.close(this.#key(file));
  }

  close(): void {
    this.#pool.closeAll(`${this.spec.id}:`);
  }

  #key(file: number): string {
    return `${this.spec.id}:${file}`;
  }

  #isUnwanted(file: number): boolean {
    return (Atomics.load(this.spec.states, file) & fileState.nameMask) === fileState.unwanted;
  }

  /** Where the file begins in what was opened for it. */
  #base(file: number, inParts: boolean): number {
    return inParts ? this.spec.files[file]!.offsetBytes : 0;
  }

  #openForWriting(file: number): OpenFile {
    if (this.#isUnwanted(file)) {
      const opened = this.openExisting(file) ?? this.openParts(true);
      if (opened !== undefined) return opened;
    }
    const created = this.create(file);
    if (this.spec.preallocation === 'full') this.#preallocate(file, created.fd);
    return created;
  }

  /** Writes zeros from the file's end to its full length, once among all threads. */
  #preallocate(file: number, fd: number): void {
    const flags = this.spec.preallocated;
    while (Atomics.load(flags, file) !== 2) {
      if (Atomics.compareExchange(flags, file, 0, 1) === 0) {
        let done = false;
        try {
          const zeros = new Uint8Array(zeroRunBytes);
          const { lengthBytes } = this.spec.files[file]!;
          for (let at = fstatSync(fd).size; at < lengthBytes; at += zeroRunBytes) {
            writeAll(fd, zeros.subarray(0, Math.min(zeroRunBytes, lengthBytes - at)), at);
          }
          done = true;
        } finally {
          Atomics.store(flags, file, done ? 2 : 0);
          Atomics.notify(flags, file);
        }
      } else {
        Atomics.wait(flags, file, 1, 1000);
      }
    }
  }

  /** A link among the file's folders may not lead outside the root. */
  #checkFolderOf(path: string, file: number): void {
    if (this.spec.files[file]!.path.length < 2) return;
    const folder = dirname(path);
    if (this.#safeFolders.has(folder)) return;
    if (!isInside(this.spec.rootDir, folder)) throw refusal('EXDEV', folder);
    this.#safeFolders.add(folder);
  }

  #worded(
    error: unknown,
    file: number,
    openedPath: string | undefined,
    verb: 'write' | 'read',
  ): FileError {
    const path = openedPath ?? finalPath(this.spec, file);
    if (errorCode(error) !== 'ENOSPC') return toFileError(error, path, verb);
    let heldBytes = 0;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats !== undefined)
      heldBytes = stats.blocks === undefined ? stats.size : stats.blocks * 512;
    const missingBytes = Math.max(this.spec.files[file]!.lengthBytes - heldBytes, 0);
    return toFileError(error, path, verb, missingBytes);
  }
}

/** Cuts a file of our own that is longer than it should be. */
export function cutTo(fd: number, lengthBytes: number): void {
  if (fstatSync(fd).size > lengthBytes) ftruncateSync(fd, lengthBytes);
}

export function writeAll(fd: number, data: Uint8Array, position: number): void {
  let written = 0;
  while (written < data.length) {
    written += writeSync(fd, data, written, data.length - written, position + written);
  }
}

/** Bytes read; fewer than `into` holds at the end of the file. */
export function readAll(fd: number, into: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < into.length) {
    const count = readSync(fd, into, filled, into.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** `write` falls back to reading where writing is not permitted. */
function openRegular(path: string, how: 'read' | 'write' | 'create', mode: number): number {
  const shared = noFollow | nonBlock;
  const access = how === 'read' ? constants.O_RDONLY : constants.O_RDWR;
  let fd: number;
  try {
    fd = openSync(path, access | shared | (how === 'create' ? constants.O_CREAT : 0), mode);
  } catch (error) {
    if (how !== 'write' || !readOnlyCodes.has(errorCode(error))) throw error;
    fd = openSync(path, constants.O_RDONLY | shared);
  }
  try {
    refuseOddFile(path, fstatSync(fd));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}

function refuseOddFile(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw refusal('EISDIR', path);
  throw refusal(stats.isSymbolicLink() ? 'ELOOP' : 'ENOTREG', path);
}

function vanished(path: string): FileError {
  return new FileError(
    'ENOENT',
    path,
    `${path} was removed while in use. Recheck the torrent to fetch it again.`,
  );
}

function toFileError(
  error: unknown,
  path: string,
  verb: 'write' | 'read',
  missingBytes?: number,
): FileError {
  if (error instanceof FileError) return error;
  const worded = toStorageError(error, path, verb, missingBytes);
  return new FileError(worded.code, worded.path, worded.message);
}
