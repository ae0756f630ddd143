/**
 * Small files that are either the old or the new, whatever happens in between: written under another
 * name, forced to the disk, then renamed over the old one.
 * Invariant: a reader never sees a part of a write. One path must have one writer at a time.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './socket-cause.ts';

/** The file is longer than its reader allows. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
}

/** Readable by the owner alone unless `mode` says otherwise. Throws what the file system does. */
export function writeFileAtomically(path: string, bytes: Uint8Array, mode = 0o600): Promise<void> {
  return writeChunksAtomically(path, [bytes], mode);
}

/** The same for what is too large to hold at once: a chunk is asked for when the last one is written. */
export async function writeChunksAtomically(
  path: string,
  chunks: Iterable<Uint8Array>,
  mode = 0o600,
): Promise<void> {
  const temporary = `${path}.new`;
  try {
    // What a crash left behind may have other rights, or be a link: it is never written into.
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', mode);
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes the rename itself durable; systems that cannot open a folder do so on their own. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, constants.O_RDONLY);
    await handle.sync();
  } catch (error) {
    if (errorCode(error) === 'EIO') throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Undefined when the file does not exist. Throws FileTooLargeError beyond `maxBytes`, before memory is
 * taken for it, and what the file system throws.
 */
export async function readFileCapped(
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = await file.stat();
    if (size > maxBytes) {
      throw new FileTooLargeError(`${path} has ${size} bytes; at most ${maxBytes} are read`);
    }
    // One byte more than it has, to notice a file that grows meanwhile.
    const bytes = new Uint8Array(size + 1);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.slice(0, Math.min(filled, size));
  } finally {
    await file.close();
  }
}
