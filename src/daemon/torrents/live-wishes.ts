/** What is wanted of a torrent, as the client takes it when the torrent enters. */
import type { AddOptions } from '../client/client-contract.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';
import { priorityWordsOf } from './file-wishes.ts';

/** `alone`: it is only checked, and meets nobody. */
export function addOptionsOf(row: StoredTorrent, alone: boolean): AddOptions {
  const { dir, paths, recheck, trackers, sequential, downLimit, upLimit, priorities } = row;
  const tiers = alone ? [] : row.tiers;
  return {
    dir,
    paths,
    recheck,
    sequential,
    trackers,
    ...(tiers !== undefined && { trackerTiers: tiers }),
    ...limitsOf({ downLimit, upLimit }),
    ...(priorities !== undefined && { priorities: priorityWordsOf(priorities) }),
  };
}

/** The client takes what is absent as unlimited. */
export function limitsOf(limits: {
  readonly downLimit: number | null | undefined;
  readonly upLimit: number | null | undefined;
}): { downLimit?: number; upLimit?: number } {
  const { downLimit, upLimit } = limits;
  return {
    ...(downLimit != null && { downLimit }),
    ...(upLimit != null && { upLimit }),
  };
}
