/**
 * Where Shoal keeps its state, by the custom of each platform, and making a folder only its owner can
 * look into.
 */
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

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
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) chmodSync(path, 0o700);
}
