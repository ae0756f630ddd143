/** A torrent's state in Transmission's numbers (tr_torrent_activity, tr_stat_errtype), and its ETA. */
import type { TorrentInfo, TorrentState } from '../contract/torrents.ts';
import type { TorrentOutline } from '../service/torrents-port.ts';
import { ratioInForce, timeInForceSeconds } from './seed-goals.ts';
import type { TorrentView } from './torrent-view.ts';

const stopped = 0;
const checking = 2;
const waitsToDownload = 3;
const downloading = 4;
const waitsToSeed = 5;
const seeding = 6;
const localError = 3;
const notAvailable = -1;
const unknown = -2;
const longestSeconds = 2 ** 31 - 1;

const statuses: Readonly<Record<Exclude<TorrentState, 'queued'>, number>> = {
  metadata: downloading,
  checking,
  // Its files are not in their place: for clients that import what is complete, as good as being checked.
  moving: checking,
  downloading,
  seeding,
  stopped,
  error: stopped,
};

export function statusOf({ info, isComplete }: TorrentView): number {
  if (info.state !== 'queued') return statuses[info.state];
  return isComplete ? waitsToSeed : waitsToDownload;
}

/**
 * Local errors only, as Transmission halts for them. A tracker that cannot be reached stands in
 * trackerStats: with an error here, clients would not take what is complete.
 */
export function errorOf({ state, error }: TorrentInfo): { error: number; errorString: string } {
  if (state !== 'error') return { error: 0, errorString: '' };
  return { error: localError, errorString: error?.message ?? 'The torrent was halted' };
}

export function etaOf({ info, isComplete }: TorrentView): number {
  const { state, etaSeconds } = info;
  if (etaSeconds !== undefined && etaSeconds >= 0 && !isComplete) {
    return Math.min(longestSeconds, Math.round(etaSeconds));
  }
  return state === 'downloading' || state === 'metadata' ? unknown : notAvailable;
}

/** Stopped because it was seeded enough. */
export function isFinished({ seedingSeconds }: TorrentOutline, view: TorrentView): boolean {
  const { info, settings, isComplete } = view;
  if (info.state !== 'stopped' || !isComplete) return false;
  const ratio = ratioInForce(info, settings);
  const timeSeconds = timeInForceSeconds(info, settings);
  return (
    (ratio !== undefined && info.ratio >= ratio) ||
    (timeSeconds !== undefined && seedingSeconds >= timeSeconds)
  );
}
