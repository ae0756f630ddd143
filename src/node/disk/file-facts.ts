/**
 * What resume state remembers of a torrent's files: size and time of last change. A file that still has
 * both is taken as unchanged; anything else is checked again.
 */
import { lstat, unlink } from 'node:fs/promises';
import {
  candidatePaths,
  type FilePlaces,
  fileState,
  finalPath,
  partsPath,
  type StorageSpec,
} from './storage-spec.ts';

export interface FileFacts {
  readonly lengthBytes: number;
  /** Since the epoch, as exact as the file system has it. */
  readonly mtimeMs: number;
  /** It has its final name, not `.part`. */
  readonly finished: boolean;
}

const atOnce = 16;

/** Undefined for a file that does not exist, is no regular file, or is padding. */
export async function readFileFacts(spec: FilePlaces): Promise<(FileFacts | undefined)[]> {
  const facts: (FileFacts | undefined)[] = new Array(spec.files.length).fill(undefined);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < spec.files.length) {
      const file = next++;
      if (!spec.files[file]!.padding) facts[file] = await factsOf(spec, file);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return facts;
}

async function factsOf(spec: FilePlaces, file: number): Promise<FileFacts | undefined> {
  for (const path of candidatePaths(spec, file)) {
    try {
      const stats = await lstat(path);
      if (!stats.isFile()) return undefined;
      return {
        lengthBytes: stats.size,
        mtimeMs: stats.mtimeMs,
        finished: path === finalPath(spec, file),
      };
    } catch {
      // The other name is tried; a file that cannot be looked at counts as changed.
    }
  }
  return undefined;
}

/** Removes the parts file when no file is unwanted any more. */
export async function removeIfUnused(spec: StorageSpec): Promise<void> {
  for (const state of spec.states) {
    if ((state & fileState.nameMask) === fileState.unwanted) return;
  }
  await unlink(partsPath(spec)).catch(() => undefined);
}
