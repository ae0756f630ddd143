/**
 * File-system failures as the engine's StorageError, in words: the path, the cause and, where there is
 * one, the way out.
 */
import { formatBytes } from '../../base/amounts.ts';
import type { StorageError } from '../../engine/ports.ts';
import { errorCode } from '../socket-cause.ts';

/** Thrown inside the disk code; plain StorageErrors cross to the main thread. */
export class FileError extends Error implements StorageError {
  override readonly name = 'FileError';
  readonly code: string;
  readonly path: string;

  constructor(code: string, path: string, message: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

const causes: Readonly<Record<string, string>> = {
  EACCES: 'permission denied. Change its owner or rights, or choose another folder.',
  EPERM: 'not permitted by the system. Change its owner or rights, or choose another folder.',
  EBADF: 'the file is write-protected. Change its owner or rights.',
  EROFS: 'the file system is read-only.',
  EIO: 'the disk reports an input/output error.',
  ENOTDIR: 'a file is where a folder should be. Move it away.',
  EISDIR: 'a folder has the name of the file. Move it away.',
  ELOOP: 'it is a symbolic link, which Shoal does not follow. Put the file itself there.',
  EXDEV: 'it leads outside the download folder through a symbolic link.',
  ENOTREG: 'it is a device, a pipe or a socket, not a file. Move it away.',
  ENAMETOOLONG: 'the name is too long for this file system.',
  EFBIG: 'the file is too large for this file system.',
  EMFILE: 'too many open files. Raise the limit (ulimit -n).',
  ENFILE: 'too many open files on this machine.',
  EDQUOT: 'the disk quota is used up.',
  EEXIST: 'another file has this name already.',
};

/** `verb` completes "cannot … in": `write`, `read`. `missingBytes` is what a full disk is short of. */
export function toStorageError(
  error: unknown,
  path: string,
  verb: 'write' | 'read',
  missingBytes?: number,
): StorageError {
  if (error instanceof FileError) {
    return { code: error.code, path: error.path, message: error.message };
  }
  const code = errorCode(error);
  if (code === 'ENOSPC') {
    const need = missingBytes === undefined ? 'more' : `${formatBytes(missingBytes)} more`;
    return { code, path, message: `disk full: ${path} needs ${need}` };
  }
  if (code === 'ENOENT') return { code, path, message: `${path} is missing` };
  const cause = causes[code] ?? `${error instanceof Error ? error.message : String(error)}`;
  return { code, path, message: `cannot ${verb} ${path}: ${cause}` };
}

/** A refusal of our own, worded like the system's. */
export function refusal(code: string, path: string, verb: 'write' | 'read' = 'write'): FileError {
  return new FileError(code, path, `cannot ${verb} ${path}: ${causes[code] ?? code}`);
}
