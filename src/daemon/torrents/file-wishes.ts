/**
 * How much each file of a torrent is wanted: a byte a file, an index of `filePriorities`. Undefined
 * stands for all normal.
 */
import {
  type FilePriority,
  type FilesChange,
  filePriorities,
} from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';

const indexOfNormal = filePriorities.indexOf('normal');

export function priorityOf(priorities: Uint8Array | undefined, file: number): FilePriority {
  return filePriorities[priorities?.[file] ?? indexOfNormal] ?? 'normal';
}

/** One a file, as far as they are told. */
export function priorityWordsOf(priorities: Uint8Array | undefined): FilePriority[] {
  return Array.from(priorities ?? [], (index) => filePriorities[index] ?? 'normal');
}

/** Throws DaemonRefusal for a file that there is not. */
export function withRanges(
  priorities: Uint8Array | undefined,
  ranges: FilesChange['ranges'],
  fileCount: number,
): Uint8Array | undefined {
  const next = new Uint8Array(fileCount).fill(indexOfNormal);
  next.set(priorities?.subarray(0, fileCount) ?? []);
  for (const { first, last, priority } of ranges) {
    if (last >= fileCount || first > last) {
      throw new DaemonRefusal(
        'BAD_REQUEST',
        `There is no file ${Math.max(first, last)}: they are numbered 0 to ${fileCount - 1}`,
        { field: 'ranges' },
      );
    }
    next.fill(filePriorities.indexOf(priority), first, last + 1);
  }
  return next.every((index) => index === indexOfNormal) ? undefined : next;
}

/** Throws DaemonRefusal for a file that there is not. */
export function withoutFiles(
  skip: readonly number[] | undefined,
  fileCount: number,
): Uint8Array | undefined {
  if (skip === undefined) return undefined;
  const ranges = skip.map((file) => ({ first: file, last: file, priority: 'skip' as const }));
  return withRanges(undefined, ranges, fileCount);
}
