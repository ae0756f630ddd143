/**
 * How files that are sent become the content of a torrent: its name, whether it is a single file, and
 * where each file lies. Pure.
 * Invariant: names are safe components, and no two files get the same place.
 */
import type { ShareRequest } from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { safeComponent, safeName, safePath } from '../../protocol/safe-path.ts';
import { UniquePaths } from '../../protocol/unique-paths.ts';

export interface ShareLayout {
  readonly name: string;
  readonly isSingleFile: boolean;
  /** Steps below the folder of that name; the name itself for a single file. */
  readonly files: readonly { readonly path: readonly string[]; readonly lengthBytes: number }[];
  readonly lengthBytes: number;
}

/** `name` may be said by the request, or be the folder that all files are in. Throws DaemonRefusal. */
export function layOutShare({ name, files = [] }: ShareRequest): ShareLayout {
  const paths = files.map(({ path }) => path.split(/[/\\]/).filter((step) => step !== ''));
  const top = commonTop(paths);
  const isOne = paths.length === 1 && paths[0]?.length === 1;
  const wanted = name ?? (isOne ? paths[0]?.[0] : top);
  if (wanted === undefined) {
    throw new DaemonRefusal('BAD_REQUEST', 'name is needed for files that are in no folder', {
      field: 'name',
    });
  }
  if (safeComponent(wanted) === undefined) {
    throw new DaemonRefusal('BAD_REQUEST', 'name is no name for a file or folder', {
      field: 'name',
    });
  }
  const isSingleFile = isOne && (name === undefined || name === paths[0]?.[0]);
  // A browser says the folder that was dropped as the first step of each path.
  const isTopSaid = top !== undefined && top === wanted;
  const unique = new UniquePaths('portable');
  const laidOut = files.map(({ lengthBytes }, index) => {
    const steps = isTopSaid ? paths[index]!.slice(1) : paths[index]!;
    return { path: unique.claim(safePath(steps)), lengthBytes };
  });
  return {
    name: safeName(wanted),
    isSingleFile,
    files: laidOut,
    lengthBytes: files.reduce((sum, file) => sum + file.lengthBytes, 0),
  };
}

/** The folder that all paths begin with. */
function commonTop(paths: readonly (readonly string[])[]): string | undefined {
  const top = paths[0]?.[0];
  return paths.every((path) => path.length > 1 && path[0] === top) ? top : undefined;
}
