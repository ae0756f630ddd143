/**
 * Which files are fetched and how soon, as Transmission asks it: wanted and unwanted files on one side,
 * priorities on the other. Shoal has one word for both, so that a file that is not wanted has no
 * priority, and gets the normal one when it is wanted again. In torrent-set an empty list means all files.
 */
import { z } from 'zod';
import type { FilePriority, FilesChange, TorrentFile } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { indices } from './rpc-arguments.ts';

/** Arguments of torrent-add and torrent-set. */
export const fileArguments = z.object({
  'files-wanted': indices.optional(),
  'files-unwanted': indices.optional(),
  'priority-high': indices.optional(),
  'priority-low': indices.optional(),
  'priority-normal': indices.optional(),
});

export type FileWishes = z.output<typeof fileArguments>;

type Ranges = FilesChange['ranges'];

/** Of torrent-add, where an empty list says nothing. Undefined when no file is chosen. */
export function chosenFiles(wishes: FileWishes): FileWishes | undefined {
  const names = Object.keys(fileArguments.shape) as (keyof FileWishes)[];
  const chosen = names.filter((name) => (wishes[name]?.length ?? 0) > 0);
  if (chosen.length === 0) return undefined;
  return Object.fromEntries(chosen.map((name) => [name, wishes[name]]));
}

/** What changes, as the daemon takes it. Throws DaemonRefusal for a position that is none. */
export function wishedPriorities(wishes: FileWishes, files: readonly TorrentFile[]): Ranges {
  const wanted = files.map(({ priority }) => priority !== 'skip');
  const priorities = files.map(({ priority }) => (priority === 'skip' ? 'normal' : priority));
  const each = (name: keyof FileWishes, set: (position: number) => void) => {
    for (const position of positionsOf(wishes[name], files.length, name)) set(position);
  };
  const prioritize = (priority: Exclude<FilePriority, 'skip'>) => (position: number) => {
    priorities[position] = priority;
  };
  each('files-unwanted', (position) => {
    wanted[position] = false;
  });
  each('files-wanted', (position) => {
    wanted[position] = true;
  });
  each('priority-normal', prioritize('normal'));
  each('priority-low', prioritize('low'));
  each('priority-high', prioritize('high'));
  return rangesOf(
    files.flatMap(({ index, priority: current }, position) => {
      const wish = wanted[position] ? (priorities[position] ?? 'normal') : 'skip';
      return wish === current ? [] : [{ index, priority: wish }];
    }),
  );
}

function positionsOf(
  listed: readonly number[] | undefined,
  count: number,
  name: string,
): Iterable<number> {
  if (listed === undefined) return [];
  const wrong = listed.find((position) => position >= count);
  if (wrong !== undefined) {
    throw new DaemonRefusal('BAD_REQUEST', `${name}: there is no file ${wrong}, only ${count}`, {
      field: name,
    });
  }
  return listed.length === 0 ? Array(count).keys() : listed;
}

/** Neighbours with the same priority become one. */
function rangesOf(changes: readonly { index: number; priority: FilePriority }[]): Ranges {
  const ranges: { first: number; last: number; priority: FilePriority }[] = [];
  for (const { index, priority } of changes) {
    const before = ranges.at(-1);
    if (before?.last === index - 1 && before.priority === priority) before.last = index;
    else ranges.push({ first: index, last: index, priority });
  }
  return ranges;
}
