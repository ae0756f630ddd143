/** Whether progress can be remembered: the state folder takes files, and its disk has room. */

import { access, constants, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatBytes } from '../../base/amounts.ts';
import { errorCode } from '../../node/socket-cause.ts';
import { defaultStateFolder } from '../../node/state-folder.ts';
import { folderCause } from '../folder-cause.ts';
import { fine, type MachineCheck, trouble } from './machine-check.ts';

/** State of thousands of torrents fits. */
const neededBytes = 64 * 2 ** 20;

/** Makes nothing that stays: a folder that is missing is only asked for above. */
export async function checkStateFolder(folder = defaultStateFolder()): Promise<MachineCheck> {
  const facts = { folder };
  try {
    const existing = await nearestExisting(folder);
    await tryWriting(existing, existing === folder);
    const { bavail, bsize } = await statfs(existing);
    const freeBytes = bavail * bsize;
    const free = `${formatBytes(freeBytes)} free`;
    if (freeBytes < neededBytes) {
      const message = `the disk of the state folder ${folder} is nearly full: ${free}`;
      const wayOut = 'Free some space, or choose another place with --state-dir.';
      return trouble('stateFolder', message, wayOut, { folder, freeBytes });
    }
    const made = existing === folder ? '' : ', made when it is needed';
    return fine('stateFolder', `state folder ${folder}${made}, ${free}`, { folder, freeBytes });
  } catch (error) {
    return trouble(
      'stateFolder',
      `progress cannot be remembered in ${folder}: ${folderCause(error)}`,
      'Mend its permissions, or choose another place with XDG_STATE_HOME or --state-dir.',
      facts,
    );
  }
}

/** The folder, or the one nearest above it. Rejects where something else stands in its place. */
async function nearestExisting(folder: string): Promise<string> {
  try {
    const found = await stat(folder);
    if (found.isDirectory()) return folder;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    return nearestExisting(dirname(folder));
  }
  throw Object.assign(new Error(`${folder} is a file`), { code: 'ENOTDIR' });
}

async function tryWriting(folder: string, isOurs: boolean): Promise<void> {
  await access(folder, constants.W_OK | constants.X_OK);
  if (!isOurs) return;
  const path = join(folder, `.doctor-${process.pid}`);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write('x');
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
