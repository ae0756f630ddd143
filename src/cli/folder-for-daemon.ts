/** A folder as people write it, for a daemon that runs on this machine. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** What begins with a dot is meant from here; any other relative path is below the daemon's folder. */
export function folderForDaemon(dir: string): string {
  if (/^~(?=[/\\]|$)/.test(dir)) return resolve(homedir(), `.${dir.slice(1)}`);
  return /^\.{1,2}([/\\]|$)/.test(dir) ? resolve(dir) : dir;
}
