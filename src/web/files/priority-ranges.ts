/** A choice of files as the API takes it: ranges of numbers, as few as there can be. */
import type { FilePriority, FilesChange } from '../../api/contract/torrents.ts';

/** As many as one request may have. */
export const mostRanges = 10_000;

/** `files` is ascending. */
export function rangesOf(files: readonly number[], priority: FilePriority): FilesChange['ranges'] {
  const ranges: { first: number; last: number; priority: FilePriority }[] = [];
  for (const file of files) {
    const last = ranges.at(-1);
    if (last !== undefined && file === last.last + 1) last.last = file;
    else ranges.push({ first: file, last: file, priority });
  }
  return ranges;
}

/** The same as requests, each of which is small enough. */
export function requestsOf(files: readonly number[], priority: FilePriority): FilesChange[] {
  const ranges = rangesOf(files, priority);
  const requests: FilesChange[] = [];
  for (let at = 0; at < ranges.length; at += mostRanges) {
    requests.push({ ranges: ranges.slice(at, at + mostRanges) });
  }
  return requests;
}
