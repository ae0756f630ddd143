/** When a torrent has seeded enough: its own goals, or the daemon's where it has none. Pure. */
import type { Goal, StoredTorrent } from '../session/stored-torrent.ts';

export interface SeedingGoals {
  readonly seedRatio: number | null;
  readonly seedTimeSeconds: number | null;
}

export interface SeedingFacts {
  readonly row: Pick<
    StoredTorrent,
    'lengthBytes' | 'uploadedBytes' | 'seedRatio' | 'seedTimeSeconds'
  >;
  readonly seedingMs: number;
}

/** The goal that is reached, if any. Of a torrent of no bytes no ratio is asked. */
export function reachedGoal(
  { row, seedingMs }: SeedingFacts,
  daemon: SeedingGoals,
): Goal | undefined {
  const ratio = row.seedRatio ?? daemon.seedRatio ?? 'unlimited';
  const seconds = row.seedTimeSeconds ?? daemon.seedTimeSeconds ?? 'unlimited';
  const { lengthBytes, uploadedBytes } = row;
  if (ratio !== 'unlimited' && lengthBytes > 0 && uploadedBytes >= ratio * lengthBytes) {
    return 'ratio';
  }
  return seconds !== 'unlimited' && seedingMs >= seconds * 1000 ? 'time' : undefined;
}
