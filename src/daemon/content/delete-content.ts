/**
 * Takes a torrent's files off the disk: whole ones, unfinished ones and what was kept beside them, then
 * the folders that are empty by that.
 * Invariant: only names of the torrent below `dir` are touched, and no link is followed on the way to
 * them; what else lies in its folders stays, and so do they.
 */
import { lstat, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { partsName, unfinishedName } from '../../node/disk/unfinished-name.ts';
import { errorCode } from '../../node/socket-cause.ts';
import type { TorrentInfo } from '../../protocol/metainfo-types.ts';
import { contentFiles, type MovedPaths } from '../client/placed-files.ts';

/** Rejects with what the file system says of the first file that cannot be deleted. */
export async function deleteContent(
  info: TorrentInfo,
  dir: string,
  moved?: MovedPaths,
): Promise<void> {
  const folders = new Map<string, boolean>();
  for (const { path, padding } of contentFiles(info, moved)) {
    if (padding || !(await isPlainFolder(dir, path.slice(0, -1), folders))) continue;
    const parent = join(dir, ...path.slice(0, -1));
    const name = path.at(-1)!;
    await removeFile(join(parent, name));
    await removeFile(join(parent, unfinishedName(name)));
  }
  await removeFile(join(dir, partsName(info.name)));
  // The deepest first.
  const emptied = [...folders.keys()].sort((a, b) => b.length - a.length);
  for (const folder of emptied) if (folders.get(folder)) await removeIfEmpty(folder);
}

/** Whether each step below `dir` is a folder itself, not a link to one. `seen` remembers, and collects. */
async function isPlainFolder(
  dir: string,
  steps: readonly string[],
  seen: Map<string, boolean>,
): Promise<boolean> {
  let folder = dir;
  for (const step of steps) {
    folder = join(folder, step);
    let isPlain = seen.get(folder);
    if (isPlain === undefined) {
      isPlain = await lstat(folder).then(
        (stats) => stats.isDirectory(),
        () => false,
      );
      seen.set(folder, isPlain);
    }
    if (!isPlain) return false;
  }
  return true;
}

async function removeFile(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isFile() === true) await rm(path, { force: true });
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
}
