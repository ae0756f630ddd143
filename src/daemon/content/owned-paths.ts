/** Every name that a torrent's data may have on the disk: whole files, unfinished ones, what is kept beside them. */
import type { ContentFile } from '../../node/disk/content-map.ts';
import { partsName, unfinishedName } from '../../node/disk/unfinished-name.ts';

/** Steps below the torrent's folder. `name` is the torrent's own, whatever its files are called now. */
export function ownedPaths(files: readonly ContentFile[], name: string): (readonly string[])[] {
  return [...files.filter(({ padding }) => !padding).flatMap(namesOf), [partsName(name)]];
}

/** The final name of a file, and the one it has until it is whole. */
export function namesOf({ path }: Pick<ContentFile, 'path'>): (readonly string[])[] {
  return [path, [...path.slice(0, -1), unfinishedName(path.at(-1) ?? '')]];
}
