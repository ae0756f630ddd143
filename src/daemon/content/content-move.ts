/**
 * Brings a torrent's files to another folder in two steps: first all of them are there too, then those
 * in the old folder go. Within one file system the first step takes no room and no time.
 * Invariants: until `removeOld` the old folder has every file, or can get it back with `takeBack`; each
 * step may be cut short at any time and done again; nothing that is not the torrent's is replaced or
 * deleted.
 *
 * Codes of ClientError: NAME_TAKEN, DISK_FULL, MOVE_FAILED.
 */
import type { Stats } from 'node:fs';
import { lstat, open, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureFolder, isInside } from '../../node/disk/safe-folder.ts';
import { makeFolders } from '../../node/make-folders.ts';
import { errorCode } from '../../node/socket-cause.ts';
import { ClientError } from '../client/client-error.ts';
import {
  copyFile,
  isCopy,
  isThere,
  linkIfPossible,
  renameToFree,
  temporaryName,
} from './copy-file.ts';

export interface ContentMove {
  /** Absolute. */
  readonly from: string;
  readonly to: string;
  /** All names the torrent may use, as `ownedPaths` gives them; steps below both folders. */
  readonly paths: readonly (readonly string[])[];
}

export interface MoveWatch {
  readonly signal?: AbortSignal;
  onProgress?(doneBytes: number, totalBytes: number): void;
}

/** Before anything is done: rejects with ClientError when it cannot be, as far as that can be told. */
export async function requireMovable({ from, to, paths }: ContentMove): Promise<void> {
  let bytes = 0;
  for (const path of paths) {
    const target = join(to, ...path);
    if (await isThere(target)) throw taken(target);
    bytes += allocatedBytes(await statsOf(from, path));
  }
  const place = await existingAbove(to);
  const [here, there] = [await stat(from).catch(() => undefined), await stat(place)];
  if (here === undefined || here.dev === there.dev) return;
  const { bavail, bsize } = await statfs(place);
  if (bavail * bsize >= bytes) return;
  throw new ClientError(
    'DISK_FULL',
    `${to} has ${bavail * bsize} bytes free and ${bytes} are needed. Free some space, or choose another folder.`,
  );
}

/**
 * Afterwards the new folder has every file that the old one has, on the disk. May be begun again. Rejects
 * with ClientError, or the signal's reason.
 */
export async function bringOver(move: ContentMove, watch: MoveWatch = {}): Promise<void> {
  const { from, to, paths } = move;
  const sizes: number[] = [];
  for (const path of paths) sizes.push((await statsOf(from, path))?.size ?? 0);
  const totalBytes = sizes.reduce((sum, bytes) => sum + bytes, 0);
  let doneBytes = 0;
  const folders = new Set<string>();
  await orMoveError(makeFolders(to));
  for (const [index, path] of paths.entries()) {
    watch.signal?.throwIfAborted();
    let copiedBytes = 0;
    const onBytes = (bytes: number): void => {
      copiedBytes += bytes;
      watch.onProgress?.(doneBytes + copiedBytes, totalBytes);
    };
    const placing = orMoveError(placeOne(move, path, { signal: watch.signal, onBytes }));
    const isPlaced = await placing.catch((error: unknown) => {
      watch.signal?.throwIfAborted();
      throw error;
    });
    if (isPlaced) for (const folder of foldersOf(to, path)) folders.add(folder);
    doneBytes += sizes[index] ?? 0;
    watch.onProgress?.(doneBytes, totalBytes);
  }
  for (const folder of folders) await syncFolder(folder);
}

/** False when there is nothing to bring. */
async function placeOne(
  { from, to }: ContentMove,
  path: readonly string[],
  watch: { signal: AbortSignal | undefined; onBytes(bytes: number): void },
): Promise<boolean> {
  const stats = await statsOf(from, path);
  if (stats === undefined) return false;
  const source = join(from, ...path);
  const target = join(to, ...path);
  ensureFolder(to, path.slice(0, -1));
  const present = await lstat(target).catch(() => undefined);
  if (present !== undefined) {
    // From an earlier try; its copies get their names when they are whole.
    if (present.isFile() && isCopy(stats, present)) return true;
    throw taken(target);
  }
  try {
    if (!(await linkIfPossible(source, target))) await renameToFree(source, target);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw taken(target);
    if (errorCode(error) !== 'EXDEV') throw error;
    await copyFile(source, target, watch);
  }
  return true;
}

/** What `bringOver` did is undone. */
export async function takeBack({ from, to, paths }: ContentMove): Promise<void> {
  for (const path of paths) {
    const target = join(to, ...path);
    if (isInside(to, dirname(target))) await rm(temporaryName(target), { force: true });
    const present = await statsOf(to, path);
    if (present === undefined) continue;
    const source = await lstat(join(from, ...path)).catch(() => undefined);
    if (source === undefined) await orMoveError(rename(target, join(from, ...path)));
    else if (source.isFile() && isCopy(source, present)) await rm(target);
  }
  await removeEmptyFolders(to, paths);
}

/** The second step. Files that did not get over stay. */
export async function removeOld({ from, to, paths }: ContentMove): Promise<void> {
  for (const path of paths) {
    const [old, present] = [await statsOf(from, path), await statsOf(to, path)];
    if (old === undefined || present === undefined || !isCopy(old, present)) continue;
    await orMoveError(rm(join(from, ...path)));
  }
  await removeEmptyFolders(from, paths);
}

/** Of a regular file in a folder that is not left by a link. */
async function statsOf(root: string, path: readonly string[]): Promise<Stats | undefined> {
  const whole = join(root, ...path);
  const stats = await lstat(whole).catch(() => undefined);
  if (stats?.isFile() !== true) return undefined;
  return path.length === 1 || isInside(root, dirname(whole)) ? stats : undefined;
}

/** Of a sparse file what it really takes. */
function allocatedBytes(stats: Stats | undefined): number {
  if (stats === undefined) return 0;
  return stats.blocks === 0 ? 0 : Math.min(stats.size, stats.blocks * 512);
}

async function existingAbove(path: string): Promise<string> {
  let at = path;
  while (!(await isThere(at)) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** `root` and each folder on the way. */
function foldersOf(root: string, path: readonly string[]): string[] {
  return path.map((_step, index) => join(root, ...path.slice(0, index)));
}

async function removeEmptyFolders(
  root: string,
  paths: readonly (readonly string[])[],
): Promise<void> {
  const folders = new Set(paths.flatMap((path) => foldersOf(root, path).slice(1)));
  // The deepest first.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    // What is not empty, or no folder, stays.
    await rmdir(folder).catch(() => undefined);
  }
}

/** Makes names durable; systems that cannot open a folder do so on their own. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

function taken(path: string): ClientError {
  return new ClientError(
    'NAME_TAKEN',
    `${path} is there already and is not overwritten. Move it away, or choose another folder.`,
  );
}

async function orMoveError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ClientError || !(error instanceof Error)) throw error;
    const isFull = ['ENOSPC', 'EDQUOT'].includes(errorCode(error));
    const wayOut = isFull ? 'Free some space, or choose another folder' : 'Mend that and try again';
    throw new ClientError(
      isFull ? 'DISK_FULL' : 'MOVE_FAILED',
      `the files cannot be moved: ${error.message}. ${wayOut}.`,
      { cause: error },
    );
  }
}
