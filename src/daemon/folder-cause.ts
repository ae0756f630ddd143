/** Why a folder cannot be used, in words for people. */
import { errorCode } from '../node/socket-cause.ts';

export function folderCause(error: unknown): string {
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in its place';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
