/**
 * Copies a file to another file system so that it can take the place of the first: same bytes, length,
 * time and rights, forced to the disk before it gets its name.
 * Invariant: under the target's name is nothing or the whole; what has that name already stays.
 */
import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../../node/socket-cause.ts';

export interface CopyWatch {
  /** Checked between two chunks; the copy rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  onBytes(bytes: number): void;
}

const chunkBytes = 1024 * 1024;
const zeros = Buffer.alloc(chunkBytes);

/** The file changed while it was copied. */
export class SourceChangedError extends Error {
  override readonly name = 'SourceChangedError';
}

/** Rejects with EEXIST when the target is there. Holes stay holes. */
export async function copyFile(source: string, target: string, watch: CopyWatch): Promise<void> {
  const temporary = temporaryName(target);
  // What a crash left behind, or a link somebody put there, is never written into.
  await rm(temporary, { force: true });
  const from = await open(source, 'r');
  try {
    const before = await from.stat();
    const to = await open(temporary, 'wx', before.mode & 0o777);
    try {
      await copyBytes(from, to, watch);
      await to.truncate(before.size);
      await to.utimes(before.atimeMs / 1000, before.mtimeMs / 1000);
      await to.sync();
      const copied = await to.stat();
      const after = await from.stat();
      if (!isUnchanged(before, after) || copied.size !== before.size) {
        throw new SourceChangedError(`${source} changed while it was copied`);
      }
    } finally {
      await to.close();
    }
    await nameWithoutReplacing(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await from.close();
  }
}

/** Whether one is the other, or was copied from it. Some file systems know times only to two seconds. */
export function isCopy(one: Stats, other: Stats): boolean {
  if (one.dev === other.dev && one.ino === other.ino) return true;
  return one.size === other.size && Math.abs(one.mtimeMs - other.mtimeMs) < 2000;
}

/** Gives the file another name beside or instead of its own, and never takes a name that is in use: EEXIST. */
export async function nameWithoutReplacing(path: string, target: string): Promise<void> {
  if (await linkIfPossible(path, target)) await rm(path);
  else await renameToFree(path, target);
}

/** Where the file system knows no second name for a file. */
export async function renameToFree(path: string, target: string): Promise<void> {
  if (await isThere(target)) throw Object.assign(new Error('it exists'), { code: 'EEXIST' });
  await rename(path, target);
}

/** False where the file system, or its rules, know no second name for a file. */
export async function linkIfPossible(path: string, target: string): Promise<boolean> {
  try {
    await link(path, target);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return false;
    throw error;
  }
}

export function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** In the same folder, so that it is on the same file system; the same after a crash, so that it is found. */
export function temporaryName(target: string): string {
  return join(dirname(target), `.shoal-${hash('sha256', basename(target)).slice(0, 16)}.moving`);
}

async function copyBytes(from: FileHandle, to: FileHandle, watch: CopyWatch): Promise<void> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let at = 0; ; ) {
    watch.signal?.throwIfAborted();
    const { bytesRead } = await from.read(buffer, 0, chunkBytes, at);
    if (bytesRead === 0) return;
    const isHole = buffer.compare(zeros, 0, bytesRead, 0, bytesRead) === 0;
    if (!isHole) await writeAll(to, buffer.subarray(0, bytesRead), at);
    at += bytesRead;
    watch.onBytes(bytesRead);
  }
}

async function writeAll(to: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await to.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

function isUnchanged(before: Stats, after: Stats): boolean {
  return before.size === after.size && before.mtimeMs === after.mtimeMs;
}
