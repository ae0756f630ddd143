/**
 * Where the files of a torrent lie below the download folder: where its metainfo says, or where they were
 * moved since.
 * Invariant: every path is made of safe names, and no file lies where another does or needs a folder.
 */
import type { ContentFile } from '../../node/disk/content-map.ts';
import type { TorrentInfo } from '../../protocol/metainfo.ts';
import { safePath } from '../../protocol/safe-path.ts';
import { UniquePaths } from '../../protocol/unique-paths.ts';
import { ClientError } from './client-error.ts';

/** Steps below the download folder of files that do not lie where the metainfo says, by index. */
export type MovedPaths = ReadonlyMap<number, readonly string[]>;

/** A multi-file torrent has a folder of its own below the download folder. Throws ClientError BAD_PATH. */
export function contentFiles(info: TorrentInfo, moved?: MovedPaths): ContentFile[] {
  const files = info.files.map((file, index) => ({
    path: moved?.get(index) ?? (info.singleFile ? file.path : [info.name, ...file.path]),
    offsetBytes: file.offsetBytes,
    lengthBytes: file.lengthBytes,
    padding: file.padding || file.symlink,
    executable: file.executable,
  }));
  if (moved !== undefined && moved.size > 0) requireSoundPaths(files, moved);
  return files;
}

function requireSoundPaths(files: readonly ContentFile[], moved: MovedPaths): void {
  for (const path of moved.values()) {
    const safe = safePath([...path], 'exact');
    if (path.length !== safe.length || path.some((step, i) => step !== safe[i])) {
      throw badPath(path, 'is no path that a file can have');
    }
  }
  const unique = new UniquePaths('exact');
  for (const { path, padding } of files) {
    if (padding) continue;
    const claimed = unique.claim(path);
    if (path.some((step, i) => step !== claimed[i])) {
      throw badPath(path, 'is taken by another file of the torrent');
    }
  }
}

function badPath(path: readonly string[], what: string): ClientError {
  return new ClientError('BAD_PATH', `${path.join('/')} ${what}. Choose another name.`);
}
