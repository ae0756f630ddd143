/** Whether data that was complete is still there: what somebody took away is not fetched again unasked. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TorrentInfo } from '../../protocol/metainfo-types.ts';
import { ClientError } from '../client/client-error.ts';
import { contentFiles, type MovedPaths } from '../client/placed-files.ts';

export interface ExpectedContent {
  readonly info: TorrentInfo;
  readonly dir: string;
  readonly moved: MovedPaths;
  /** By index in the metainfo. */
  isWanted(file: number): boolean;
}

/** Rejects with ClientError FILES_MISSING, which names the first file that is not in its place. */
export async function requireContent(content: ExpectedContent): Promise<void> {
  const { info, dir, moved } = content;
  for (const [index, { path, padding, lengthBytes }] of contentFiles(info, moved).entries()) {
    if (padding || lengthBytes === 0 || !content.isWanted(index)) continue;
    const file = join(dir, ...path);
    const isThere = await lstat(file).then(
      () => true,
      () => false,
    );
    if (isThere) continue;
    throw new ClientError(
      'FILES_MISSING',
      `${file} is missing. Put it back and start the torrent, or verify it to download what is missing.`,
    );
  }
}
