/** Where a person's settings lie, by the custom of each platform. */
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** Pure: the folder of the settings for a platform, environment and home folder. */
export function configFolderFor(
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === 'win32') {
    const roaming = environment.APPDATA ?? '';
    return win32.join(roaming === '' ? win32.join(home, 'AppData', 'Roaming') : roaming, 'Shoal');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Shoal');
  const config = environment.XDG_CONFIG_HOME ?? '';
  // The XDG specification says to ignore a relative path.
  return posix.join(posix.isAbsolute(config) ? config : posix.join(home, '.config'), 'shoal');
}

/**
 * XDG_CONFIG_HOME on Linux and its like, Application Support on macOS, APPDATA on Windows. Throws
 * where the system knows no home folder.
 */
export function defaultConfigFolder(): string {
  return configFolderFor(process.platform, process.env, homedir());
}
