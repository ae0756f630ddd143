/**
 * Makes a folder with those above it. Node's own recursive way never returns where the system answers
 * ENOENT for good, as below /proc.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode } from './socket-cause.ts';

/** Does nothing where the folder is. Rejects with what the file system says. */
export async function makeFolders(path: string, mode = 0o777): Promise<void> {
  const folder = resolve(path);
  if (await isMade(folder, mode)) return;
  const above = dirname(folder);
  if (above !== folder) await makeFolders(above, mode);
  if (!(await isMade(folder, mode))) await mkdir(folder, { mode });
}

/** False when the folder above is missing. */
async function isMade(folder: string, mode: number): Promise<boolean> {
  try {
    await mkdir(folder, { mode });
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    // What is there may be refused for more reasons than that it is there.
    const isFolder = await stat(folder).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isFolder) return true;
    throw error;
  }
}
