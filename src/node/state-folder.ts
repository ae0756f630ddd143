/**
 * Where Shoal keeps its state, by the custom of each platform, and making a folder only its owner can
 * look into.
 */
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, posix, win32 } from 'node:path';
import { errorCode } from './socket-cause.ts';

/** Pure: the default state folder for a platform, environment and home folder. */
export function stateFolderFor(
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === 'win32') {
    const local = environment.LOCALAPPDATA ?? '';
    return win32.join(local === '' ? win32.join(home, 'AppData', 'Local') : local, 'Shoal');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Shoal');
  const state = environment.XDG_STATE_HOME ?? '';
  // The XDG specification says to ignore a relative path.
  return posix.join(posix.isAbsolute(state) ? state : posix.join(home, '.local', 'state'), 'shoal');
}

/** XDG_STATE_HOME on Linux and its like, Application Support on macOS, LOCALAPPDATA on Windows. */
export function defaultStateFolder(): string {
  return stateFolderFor(process.platform, process.env, homedir());
}

/**
 * Makes the folder, and those above it, if missing; takes rights of group and others away.
 * Throws what the file system does, also when something else than a folder is there.
 */
export function makePrivateFolder(path: string): void {
  makeFolders(path);
  const stats = statSync(path);
  // Says that it exists, and is no folder.
  if (!stats.isDirectory()) mkdirSync(path);
  if (process.platform === 'win32') return;
  if ((stats.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/** Node's own recursive way never returns where the system answers ENOENT for good, as below /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolders(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
