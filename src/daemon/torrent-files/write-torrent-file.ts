/** Writes a .torrent file whole or not at all, and never over another file unless told to. */
import { randomUUID } from 'node:crypto';
import { link, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../node/socket-cause.ts';
import { ClientError } from '../client/client-error.ts';

export interface WriteTorrentOptions {
  /** Replace what is there. */
  readonly overwrite: boolean;
}

/** Rejects with ClientError DISK_EXISTS when the file exists and stays, DISK_WRITE otherwise. */
export async function writeTorrentFile(
  path: string,
  bytes: Uint8Array,
  { overwrite }: WriteTorrentOptions,
): Promise<void> {
  try {
    if (overwrite) await replaceFile(path, bytes);
    else await createFile(path, bytes);
  } catch (error) {
    if (error instanceof ClientError) throw error;
    throw new ClientError('DISK_WRITE', `cannot write ${path}: ${causeOf(error, path)}`, {
      cause: error,
    });
  }
}

/** The new file appears complete: it is written under another name first. */
async function createFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, bytes, { flag: 'wx' });
    await link(temporary, path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') throw existing(path);
    // Some file systems know no second name for a file.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    await writeFile(path, bytes, { flag: 'wx' }).catch((again: unknown) => {
      throw errorCode(again) === 'EEXIST' ? existing(path) : again;
    });
  } finally {
    await unlink(temporary).catch(() => {});
  }
}

/** Follows a link to the file it names, and keeps that file's rights. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const before = await stat(target).catch(() => undefined);
  const temporary = temporaryName(target);
  try {
    const mode = before === undefined ? {} : { mode: before.mode & 0o777 };
    await writeFile(temporary, bytes, { flag: 'wx', flush: true, ...mode });
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** In the same folder, so that it is on the same file system. */
function temporaryName(path: string): string {
  return `${path}.${randomUUID().slice(0, 8)}.tmp`;
}

function existing(path: string): ClientError {
  return new ClientError(
    'DISK_EXISTS',
    `${path} exists already. Overwrite it with --force, or choose another name with --output.`,
  );
}

function causeOf(error: unknown, path: string): string {
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no folder ${dirname(path)}. Make it, or choose another place with --output.`;
    case 'EACCES':
    case 'EPERM':
      return 'permission denied. Choose another place with --output.';
    case 'EROFS':
      return 'the file system is read-only. Choose another place with --output.';
    case 'ENOSPC':
      return 'the disk is full. Free some space, or choose another place with --output.';
    case 'EISDIR':
      return 'it is a folder. Name a file in it.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
