/**
 * Renames a torrent's file or folder on the disk, as far as it is there: a folder whole, with whatever
 * else lies in it; a file under each of its names.
 * Invariant: nothing is overwritten, no link leads out of the torrent's folder; done again it does nothing.
 */
import { lstat, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isInside } from '../../node/disk/safe-folder.ts';
import { ClientError } from '../client/client-error.ts';
import { isThere, nameWithoutReplacing } from './copy-file.ts';
import { namesOf } from './owned-paths.ts';

export interface ContentRename {
  /** The torrent's folder; absolute. */
  readonly dir: string;
  /** Steps below it; only the last differs. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly isFolder: boolean;
}

/** Rejects with ClientError NAME_TAKEN. */
export async function requireFreeName(rename: ContentRename): Promise<void> {
  for (const [from, to] of pairsOf(rename)) {
    if ((await isThere(to)) && !(await isSame(from, to))) throw taken(to);
  }
}

/** Rejects with ClientError. */
export async function renameContent(content: ContentRename): Promise<void> {
  for (const [from, to] of pairsOf(content)) {
    if (!(await isThere(from))) continue;
    const isOwnName = await isSame(from, to);
    if (!isOwnName && (await isThere(to))) throw taken(to);
    try {
      if (!isInside(content.dir, dirname(from))) throw new Error('a link leads out of its folder');
      // Another letter case of the same name: on some disks that is the same file.
      if (content.isFolder || isOwnName) await rename(from, to);
      else await nameWithoutReplacing(from, to);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new ClientError('RENAME_FAILED', `${from} cannot be renamed: ${cause}.`, {
        cause: error,
      });
    }
  }
}

function pairsOf({ dir, from, to, isFolder }: ContentRename): (readonly [string, string])[] {
  if (isFolder) return [[join(dir, ...from), join(dir, ...to)]];
  const targets = namesOf({ path: to });
  return namesOf({ path: from }).map((path, index) => [
    join(dir, ...path),
    join(dir, ...(targets[index] ?? to)),
  ]);
}

function taken(path: string): ClientError {
  return new ClientError(
    'NAME_TAKEN',
    `${path} is there already and is not overwritten. Choose another name.`,
  );
}

async function isSame(one: string, other: string): Promise<boolean> {
  try {
    const [a, b] = [await lstat(one), await lstat(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
  }
}
