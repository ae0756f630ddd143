/**
 * Files opened for uploads, by the main thread, without blocking it. The least recently used are closed
 * first, never one that is being read.
 * Invariant: only regular files inside the root are opened, never through a symbolic link as last
 * component; at most `limit` stay open, more only while all are in use.
 */
import { close, constants, fstat, open, realpath } from 'node:fs';
import { dirname, sep } from 'node:path';
import { errorCode } from '../socket-cause.ts';
import { refusal } from './storage-error.ts';
import { candidatePaths, fileState, partsPath, type StorageSpec } from './storage-spec.ts';

const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface ReadFile {
  readonly fd: number;
  readonly path: string;
  /** The parts file, where positions are the torrent's and not the file's. */
  readonly inParts: boolean;
}

interface Entry extends ReadFile {
  users: number;
  /** Closed once the last user is done. */
  doomed: boolean;
}

/** `file` is undefined, without an error, when no such file exists. */
export type OpenDone = (error: unknown, file: ReadFile | undefined) => void;

export class ReadFiles {
  readonly #limit: number;
  /** Insertion order is the order of use. */
  readonly #open = new Map<string, Entry>();
  readonly #opening = new Map<string, OpenDone[]>();

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Each file given out must be given back with `release`. `done` may be called at once. */
  acquire(spec: StorageSpec, file: number, done: OpenDone): void {
    const key = `${spec.id}:${file}`;
    const entry = this.#open.get(key);
    if (entry !== undefined) {
      this.#open.delete(key);
      this.#open.set(key, entry);
      entry.users++;
      done(undefined, entry);
      return;
    }
    const waiting = this.#opening.get(key);
    if (waiting !== undefined) {
      waiting.push(done);
      return;
    }
    const callbacks = [done];
    this.#opening.set(key, callbacks);
    const attempts = pathsToTry(spec, file);
    const opened: OpenDone = (error, found) => this.#opened(key, callbacks, error, found);
    openFirst(spec, attempts, 0, (error, found) => {
      const code = errorCode(error);
      if ((code === 'EMFILE' || code === 'ENFILE') && this.#closeIdle()) {
        openFirst(spec, attempts, 0, opened);
      } else opened(error, found);
    });
  }

  #opened(key: string, callbacks: OpenDone[], error: unknown, opened: ReadFile | undefined): void {
    const doomed = this.#opening.get(key) !== callbacks;
    if (!doomed) this.#opening.delete(key);
    const made = opened && { ...opened, users: callbacks.length, doomed };
    if (made !== undefined) {
      this.#open.set(doomed ? doomedKey(made) : key, made);
      this.#trim();
    }
    for (const callback of callbacks) callback(error, made);
  }

  /** Makes room when the process is out of descriptors; false when all are in use. */
  #closeIdle(): boolean {
    const before = this.#open.size;
    for (const [key, entry] of [...this.#open]) if (entry.users === 0) this.#close(key, entry);
    return this.#open.size < before;
  }

  release(file: ReadFile): void {
    for (const [key, entry] of this.#open) {
      if (entry !== file) continue;
      entry.users--;
      if (entry.users === 0 && entry.doomed) this.#close(key, entry);
      return;
    }
  }

  /** Closes what is open of a storage, so that names are looked up afresh. */
  forget(storageId: number): void {
    for (const key of [...this.#opening.keys()]) {
      if (key.startsWith(`${storageId}:`)) this.#opening.delete(key);
    }
    for (const [key, entry] of [...this.#open]) {
      if (!key.startsWith(`${storageId}:`)) continue;
      if (entry.users === 0) this.#close(key, entry);
      else {
        this.#open.delete(key);
        entry.doomed = true;
        this.#open.set(doomedKey(entry), entry);
      }
    }
  }

  closeAll(): void {
    this.#opening.clear();
    for (const [key, entry] of [...this.#open]) {
      if (entry.users === 0) this.#close(key, entry);
      else entry.doomed = true;
    }
  }

  #trim(): void {
    for (const [key, entry] of this.#open) {
      if (this.#open.size <= this.#limit) return;
      if (entry.users === 0) this.#close(key, entry);
    }
  }

  #close(key: string, entry: Entry): void {
    this.#open.delete(key);
    close(entry.fd, ignore);
  }
}

function ignore(): void {}

/** Under which no request finds it. */
function doomedKey(file: ReadFile): string {
  return `doomed:${file.fd}`;
}

interface Attempt {
  readonly path: string;
  readonly inParts: boolean;
}

function pathsToTry(spec: StorageSpec, file: number): Attempt[] {
  const attempts: Attempt[] = candidatePaths(spec, file).map((path) => ({ path, inParts: false }));
  if ((Atomics.load(spec.states, file) & fileState.nameMask) === fileState.unwanted) {
    attempts.push({ path: partsPath(spec), inParts: true });
  }
  return attempts;
}

function openFirst(
  spec: StorageSpec,
  attempts: readonly Attempt[],
  index: number,
  done: (error: unknown, file: ReadFile | undefined) => void,
): void {
  const attempt = attempts[index];
  if (attempt === undefined) {
    done(undefined, undefined);
    return;
  }
  const { path, inParts } = attempt;
  open(path, flags, (error, fd) => {
    if (error !== null) {
      const code = errorCode(error);
      if (code === 'ENOENT') openFirst(spec, attempts, index + 1, done);
      else done(code === 'ELOOP' ? refusal('ELOOP', path, 'read') : error, undefined);
      return;
    }
    const refuse = (problem: unknown): void => close(fd, () => done(problem, undefined));
    fstat(fd, (statError, stats) => {
      if (statError !== null) refuse(statError);
      else if (stats.isDirectory()) refuse(refusal('EISDIR', path, 'read'));
      else if (!stats.isFile()) refuse(refusal('ENOTREG', path, 'read'));
      else {
        checkInside(spec.rootDir, dirname(path), (inside) => {
          if (inside) done(undefined, { fd, path, inParts });
          else refuse(refusal('EXDEV', path, 'read'));
        });
      }
    });
  });
}

function checkInside(rootDir: string, folder: string, done: (inside: boolean) => void): void {
  if (folder === rootDir) {
    done(true);
    return;
  }
  realpath(rootDir, (rootError, root) => {
    realpath(folder, (folderError, real) => {
      if (rootError !== null || folderError !== null) done(false);
      else done(real === root || real.startsWith(root.endsWith(sep) ? root : root + sep));
    });
  });
}
