/**
 * How long a torrent is seeded, in Transmission's modes: 0 as the session says, 1 its own goal, 2 without
 * end. Shoal counts the time that a torrent was seeded; it stands in the fields of Transmission's idle
 * time, as Sonarr and Radarr use them.
 */
import type { Settings, TorrentChange, TorrentInfo } from '../contract/torrents.ts';

/** Shown where there is no goal. */
export const shownRatio = 2;
export const shownIdleMinutes = 30;

const ofSession = 0;
const own = 1;
const endless = 2;

type Goals = Pick<TorrentInfo, 'seedRatio' | 'seedTimeSeconds'>;
type SessionGoals = Pick<Settings, 'seedRatio' | 'seedTimeSeconds'>;

export function ratioGoal({ seedRatio }: Goals, settings: SessionGoals) {
  const limit = typeof seedRatio === 'number' ? seedRatio : (settings.seedRatio ?? shownRatio);
  return { mode: modeOf(seedRatio), limit };
}

export function timeGoal({ seedTimeSeconds }: Goals, settings: SessionGoals) {
  const seconds = typeof seedTimeSeconds === 'number' ? seedTimeSeconds : settings.seedTimeSeconds;
  return { mode: modeOf(seedTimeSeconds), limitMinutes: minutesOf(seconds) };
}

/** Undefined for none. */
export function ratioInForce({ seedRatio }: Goals, settings: SessionGoals): number | undefined {
  return inForce(seedRatio, settings.seedRatio);
}

export function timeInForceSeconds(goals: Goals, settings: SessionGoals): number | undefined {
  return inForce(goals.seedTimeSeconds, settings.seedTimeSeconds);
}

/** Whole minutes, rounded up, so that a goal never shows as none. */
export function minutesOf(seconds: number | null): number {
  return seconds === null ? shownIdleMinutes : Math.ceil(seconds / 60);
}

export interface GoalWishes {
  readonly seedRatioMode?: number | undefined;
  readonly seedRatioLimit?: number | undefined;
  readonly seedIdleMode?: number | undefined;
  /** Minutes. */
  readonly seedIdleLimit?: number | undefined;
}

/** As in Transmission, a limit does nothing until the mode is 1. */
export function goalChange(
  wishes: GoalWishes,
  info: TorrentInfo,
  settings: Settings,
): Pick<TorrentChange, 'seedRatio' | 'seedTimeSeconds'> {
  const { seedRatioMode, seedRatioLimit, seedIdleMode, seedIdleLimit } = wishes;
  const ratio = ratioGoal(info, settings);
  const time = timeGoal(info, settings);
  const seedRatio = wished(seedRatioMode ?? ratio.mode, seedRatioLimit ?? ratio.limit);
  const minutes = wished(seedIdleMode ?? time.mode, seedIdleLimit ?? time.limitMinutes);
  const seedTimeSeconds = typeof minutes === 'number' ? Math.round(minutes * 60) : minutes;
  return {
    ...((seedRatioMode ?? seedRatioLimit) !== undefined && { seedRatio }),
    ...((seedIdleMode ?? seedIdleLimit) !== undefined && { seedTimeSeconds }),
  };
}

function wished(mode: number, limit: number): number | 'unlimited' | null {
  if (mode === own) return limit;
  return mode === endless ? 'unlimited' : null;
}

function modeOf(goal: number | 'unlimited' | undefined): number {
  if (goal === undefined) return ofSession;
  return goal === 'unlimited' ? endless : own;
}

function inForce(
  goal: number | 'unlimited' | undefined,
  ofDaemon: number | null,
): number | undefined {
  if (goal === 'unlimited') return undefined;
  return goal ?? ofDaemon ?? undefined;
}
