/**
 * The files a new torrent is made of: a file, or everything below a folder, in the order of the raw
 * bytes of their path components. BEP 52 demands that order of its file tree, and of the version 1 list
 * of a hybrid.
 * Invariant: only regular files; the same content gives the same list on every machine.
 */
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, matchesGlob, resolve } from 'node:path';
import { compareBytes } from '../../base/bytes.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/text.ts';
import { toStorageError } from '../disk/storage-error.ts';

export interface ScanOptions {
  /** Globs; one without a slash is tried on each name, one with a slash on the path below the root. */
  readonly exclude?: readonly string[];
  /** `skip` leaves symbolic links out, `follow` takes what they lead to. */
  readonly symlinks?: 'skip' | 'follow';
  readonly signal?: AbortSignal;
}

export interface ScannedFile {
  /** Below the root folder; `[name]` for a single file. */
  readonly path: readonly string[];
  /** Absolute, links resolved. */
  readonly absolutePath: string;
  readonly lengthBytes: number;
  readonly executable: boolean;
}

export interface Scan {
  /** Last component of the scanned path. */
  readonly name: string;
  readonly singleFile: boolean;
  readonly files: readonly ScannedFile[];
  /** Paths left out, and why: `symbolic link`, `socket`, `excluded`, … */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** What was asked for cannot become a torrent; `message` is meant for the user. */
export class ScanError extends Error {
  override readonly name = 'ScanError';
}

const deepestFolder = 200;

/** Throws ScanError; rejects with the signal's reason when aborted. */
export async function scanFolder(path: string, options: ScanOptions = {}): Promise<Scan> {
  const root = resolve(path);
  const stats = await orScanError(root, stat(root));
  const name = basename(await orScanError(root, realpath(root)));
  const walk = new Walk(options);
  if (stats.isFile()) walk.add([basename(root)], await realpath(root), stats);
  else if (stats.isDirectory()) await walk.folder(root, [], []);
  else throw new ScanError(`${path} is neither a file nor a folder`);
  if (walk.files.length === 0) throw new ScanError(`${path} holds no files to share`);
  walk.files.sort(comparePaths);
  const singleFile = stats.isFile();
  return {
    name: singleFile || name === '' ? basename(root) : name,
    singleFile,
    files: walk.files,
    skipped: walk.skipped,
  };
}

class Walk {
  readonly files: ScannedFile[] = [];
  readonly skipped: { path: string; reason: string }[] = [];
  readonly #options: ScanOptions;

  constructor(options: ScanOptions) {
    this.#options = options;
  }

  /** `above` are the real paths of the folders being walked, to notice a link to one of them. */
  async folder(
    path: string,
    components: readonly string[],
    above: readonly string[],
  ): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const real = await orScanError(path, realpath(path));
    if (above.includes(real)) {
      this.skipped.push({ path, reason: 'symbolic link to a folder above it' });
      return;
    }
    if (above.length >= deepestFolder) throw new ScanError(`${path} is nested too deeply`);
    const listing = readdir(path, { withFileTypes: true, encoding: 'buffer' });
    for (const entry of await orScanError(path, listing)) {
      const name = decodeUtf8(entry.name);
      if (name === undefined) {
        const shown = join(path, entry.name.toString('latin1'));
        throw new ScanError(`the name of ${shown} is not UTF-8. Rename it, or exclude its folder.`);
      }
      await this.#entry(join(path, name), [...components, name], entry, [...above, real]);
    }
  }

  add(path: readonly string[], absolutePath: string, stats: Stats): void {
    const executable = process.platform !== 'win32' && (stats.mode & 0o100) !== 0;
    this.files.push({ path, absolutePath, lengthBytes: stats.size, executable });
  }

  async #entry(
    path: string,
    components: readonly string[],
    entry: Dirent<Buffer>,
    above: readonly string[],
  ): Promise<void> {
    if (this.#isExcluded(components)) {
      this.skipped.push({ path, reason: 'excluded' });
      return;
    }
    const follow = this.#options.symlinks === 'follow';
    if (entry.isSymbolicLink() && !follow) {
      this.skipped.push({ path, reason: 'symbolic link' });
      return;
    }
    const stats = await orScanError(path, follow ? stat(path) : lstat(path));
    if (stats.isDirectory()) await this.folder(path, components, above);
    else if (stats.isFile()) this.add(components, follow ? await realpath(path) : path, stats);
    else this.skipped.push({ path, reason: kindOf(stats) });
  }

  #isExcluded(components: readonly string[]): boolean {
    const name = components.at(-1) ?? '';
    const path = components.join('/');
    for (const glob of this.#options.exclude ?? []) {
      if (matchesGlob(glob.includes('/') ? path : name, glob)) return true;
    }
    return false;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'pipe';
  return 'device';
}

function comparePaths(a: ScannedFile, b: ScannedFile): number {
  const shared = Math.min(a.path.length, b.path.length);
  for (let i = 0; i < shared; i++) {
    if (a.path[i] === b.path[i]) continue;
    return compareBytes(encodeUtf8(a.path[i]!), encodeUtf8(b.path[i]!));
  }
  return a.path.length - b.path.length;
}

async function orScanError<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new ScanError(toStorageError(error, path, 'read').message);
  }
}
