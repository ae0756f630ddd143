/**
 * What renaming a file, a folder or the top of a torrent means for the places of its files. Pure.
 * Invariant: no two files of the torrent get the same place, also not on disks that do not tell letter
 * case or Unicode form apart; a file never becomes another's folder.
 */
import type { TorrentRename } from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { ContentFile } from '../../node/disk/content-map.ts';
import { safeComponent } from '../../protocol/safe-path.ts';
import { pathRules } from '../client/source-description.ts';
import { namesOf } from './owned-paths.ts';

export interface RenamePlan {
  /** Steps below the torrent's folder. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly isFolder: boolean;
  /** The torrent's top is renamed, so that it has another name. */
  readonly isTop: boolean;
  /** New places of the files it concerns, by index. */
  readonly paths: ReadonlyMap<number, readonly string[]>;
}

/** `files` as they lie now. Undefined when nothing changes. Throws DaemonRefusal. */
export function planRename(
  files: readonly ContentFile[],
  { path, name }: TorrentRename,
): RenamePlan | undefined {
  const from = path.replace(/\/$/, '').split('/');
  const concerned = new Map<number, readonly string[]>();
  const others: ContentFile[] = [];
  let isFolder = false;
  for (const [index, file] of files.entries()) {
    if (file.padding) continue;
    if (!startsWith(file.path, from)) others.push(file);
    else {
      concerned.set(index, [...from.slice(0, -1), name, ...file.path.slice(from.length)]);
      isFolder ||= file.path.length > from.length;
    }
  }
  if (concerned.size === 0) {
    throw new DaemonRefusal('NOT_FOUND', `The torrent has no file or folder ${path}`, {
      field: 'path',
    });
  }
  requireName(name);
  if (name === from.at(-1)) return undefined;
  const plan: RenamePlan = {
    from,
    to: [...from.slice(0, -1), name],
    isFolder,
    isTop: from.length === 1 && others.length === 0,
    paths: concerned,
  };
  requireApart(others, plan);
  return plan;
}

function requireName(name: string): void {
  const safe = safeComponent(name, pathRules);
  if (safe === name) return;
  const offer = safe === undefined ? '' : `, such as ${JSON.stringify(safe)}`;
  const message = `${JSON.stringify(name)} is no name for a file here. Choose another${offer}`;
  throw new DaemonRefusal('BAD_REQUEST', message, { field: 'name' });
}

function requireApart(others: readonly ContentFile[], { to, paths }: RenamePlan): void {
  const taken = new Set<string>();
  for (const file of others) {
    for (const path of namesOf(file)) {
      // Its folders too: neither is a file put in their place, nor are two folders made one.
      for (let steps = path.length; steps >= to.length; steps--) {
        taken.add(keyOf(path.slice(0, steps)));
      }
    }
  }
  const wanted = [to, ...[...paths.values()].flatMap((path) => namesOf({ path }))];
  if (!wanted.some((path) => taken.has(keyOf(path)))) return;
  throw new DaemonRefusal(
    'NAME_TAKEN',
    `The torrent has a file or folder ${to.join('/')} already. Choose another name`,
    { field: 'name' },
  );
}

function keyOf(path: readonly string[]): string {
  return path.join('/').normalize('NFC').toLowerCase();
}

function startsWith(path: readonly string[], begin: readonly string[]): boolean {
  return begin.length <= path.length && begin.every((step, index) => path[index] === step);
}
