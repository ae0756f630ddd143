/**
 * The state folder of one transfer. Two processes may transfer different things side by side; the same
 * torrent into the same folder shares one state folder, whose lock refuses the second.
 */
import { hash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { InfoHash } from '../../base/ids.ts';
import { makePrivateFolder } from '../../node/state-folder.ts';

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
  makePrivateFolder(stateDir);
  return stateDir;
}
