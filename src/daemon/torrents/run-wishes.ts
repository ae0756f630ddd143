/** What is kept of a torrent when it is to run, or to run no more. Pure; undefined when nothing changes. */
import type { Goal, StoredTorrent } from '../session/stored-torrent.ts';

/** Who starts a torrent whose goal is reached wants it to seed on. */
export function newsOfStart(
  row: StoredTorrent,
  forced: boolean,
  hasReachedGoal: boolean,
): Partial<StoredTorrent> | undefined {
  if (row.wanted === 'started' && forced === row.forced && !hasReachedGoal) return undefined;
  return {
    wanted: 'started',
    forced,
    checksAlone: false,
    goalReached: undefined,
    goalWaived: row.goalWaived || hasReachedGoal,
  };
}

/** `goalReached`: what stopped it, when no person did. */
export function newsOfStop(
  row: StoredTorrent,
  goalReached: Goal | undefined,
): Partial<StoredTorrent> | undefined {
  if (row.wanted === 'stopped' && !row.checksAlone) return undefined;
  return { wanted: 'stopped', forced: false, checksAlone: false, goalReached };
}
