/**
 * Where the state of transfers lives, and the folder of one transfer. Two processes may transfer
 * different things side by side; the same torrent into the same folder shares one state folder, whose
 * lock refuses the second.
 */
import { hash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { InfoHash } from '../base/ids.ts';

/** The platform's place for state: XDG_STATE_HOME on Unix, Application Support, LOCALAPPDATA. */
export function defaultStateRoot(): string {
  const home = homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Shoal');
  if (process.platform === 'win32') {
    return join(process.env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Shoal');
  }
  const xdg = process.env.XDG_STATE_HOME;
  // The XDG specification has relative paths ignored.
  return join(xdg?.startsWith('/') === true ? xdg : join(home, '.local', 'state'), 'shoal');
}

/** The state folder of this torrent with its content in `dir`, however `dir` is written. */
export async function transferStateDir(
  stateRoot: string,
  infoHash: InfoHash,
  dir: string,
): Promise<string> {
  const place = await realpath(dir).catch(() => resolve(dir));
  const stateDir = join(
    stateRoot,
    'transfers',
    `${infoHash}-${hash('sha256', place).slice(0, 16)}`,
  );
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  return stateDir;
}
