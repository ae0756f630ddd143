/**
 * Folders below the download folder, created one component at a time.
 * Invariant: nothing is created above or outside the root; a symbolic link is passed through only when
 * it ends up inside the root.
 */
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { errorCode } from '../socket-cause.ts';
import { FileError, refusal } from './storage-error.ts';

/** `components` are safe names below `rootDir`, which must exist. Throws FileError or a system error. */
export function ensureFolder(rootDir: string, components: readonly string[]): void {
  if (lstatSync(rootDir, { throwIfNoEntry: false }) === undefined) throw missingRoot(rootDir);
  let folder = rootDir;
  for (const component of components) {
    folder = join(folder, component);
    if (!checkFolder(rootDir, folder)) makeFolder(rootDir, folder);
  }
}

/** False when it does not exist; throws when something else has its name or it leads outside. */
function checkFolder(rootDir: string, folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory()) return true;
  if (!stats.isSymbolicLink()) throw refusal('ENOTDIR', folder);
  if (!isInside(rootDir, folder)) throw refusal('EXDEV', folder);
  return true;
}

function makeFolder(rootDir: string, folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && checkFolder(rootDir, folder)) return;
    throw code === 'ENOENT' ? missingRoot(rootDir) : error;
  }
}

function missingRoot(rootDir: string): FileError {
  return new FileError('ENOENT', rootDir, `the download folder ${rootDir} is missing`);
}

/** Whether `path`, with its links followed, lies in `rootDir`. False when it does not exist. */
export function isInside(rootDir: string, path: string): boolean {
  try {
    const root = realpathSync(rootDir);
    const real = realpathSync(path);
    return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
  } catch {
    return false;
  }
}
