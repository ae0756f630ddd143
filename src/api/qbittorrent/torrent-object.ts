/** A torrent as qBittorrent's torrents/info and sync/maindata give it. Times are Unix seconds. */
import { join } from 'node:path';
import type { Settings, TorrentInfo } from '../contract/torrents.ts';
import { stateName } from './torrent-state.ts';

/** What qBittorrent says when it does not know how long it takes. */
export const unknownEtaSeconds = 8_640_000;

export type GoalSettings = Pick<Settings, 'seedRatio' | 'seedTimeSeconds'>;

export function torrentObject(torrent: TorrentInfo, goals: GoalSettings): Record<string, unknown> {
  const { lengthBytes, wantedBytes, doneBytes, peers, seeds } = torrent;
  const addedOn = unixSeconds(torrent.addedAt);
  const savePath = torrent.dir;
  const contentPath = join(savePath, torrent.name);
  return {
    hash: torrent.hash,
    infohash_v1: torrent.hash,
    infohash_v2: '',
    name: torrent.name,
    state: stateName(torrent),
    size: wantedBytes,
    total_size: lengthBytes,
    progress: torrent.progress,
    completed: doneBytes,
    amount_left: Math.max(0, wantedBytes - doneBytes),
    dlspeed: Math.round(torrent.downRate),
    upspeed: Math.round(torrent.upRate),
    downloaded: torrent.downloadedBytes,
    uploaded: torrent.uploadedBytes,
    downloaded_session: torrent.downloadedBytes,
    uploaded_session: torrent.uploadedBytes,
    ratio: torrent.ratio,
    eta: etaOf(torrent),
    priority: torrent.completedAt === undefined ? torrent.queuePosition + 1 : 0,
    num_seeds: seeds,
    num_leechs: Math.max(0, peers - seeds),
    num_complete: torrent.swarmSeeders ?? -1,
    num_incomplete: torrent.swarmLeechers ?? -1,
    availability: torrent.completedAt === undefined ? 0 : -1,
    category: torrent.category ?? '',
    tags: torrent.labels.join(', '),
    added_on: addedOn,
    completion_on: torrent.completedAt === undefined ? -1 : unixSeconds(torrent.completedAt),
    last_activity: torrent.activeAt === undefined ? addedOn : unixSeconds(torrent.activeAt),
    seen_complete: torrent.completedAt === undefined ? -1 : unixSeconds(torrent.completedAt),
    reannounce: 0,
    popularity: 0,
    save_path: savePath,
    download_path: '',
    content_path: contentPath,
    root_path: contentPath,
    comment: '',
    private: torrent.private,
    has_metadata: torrent.state !== 'metadata' && lengthBytes > 0,
    magnet_uri: magnetOf(torrent),
    tracker: torrent.trackerFailed ? '' : (torrent.tracker ?? ''),
    trackers_count: torrent.tracker === undefined ? 0 : 1,
    dl_limit: torrent.downLimit ?? 0,
    up_limit: torrent.upLimit ?? 0,
    seq_dl: torrent.sequential,
    f_l_piece_prio: false,
    force_start: torrent.forced,
    super_seeding: false,
    auto_tmm: false,
    ratio_limit: ownGoal(torrent.seedRatio, (ratio) => ratio),
    seeding_time_limit: ownGoal(torrent.seedTimeSeconds, minutesOf),
    inactive_seeding_time_limit: -2,
    max_ratio: goalInForce(torrent.seedRatio, goals.seedRatio, (ratio) => ratio),
    max_seeding_time: goalInForce(torrent.seedTimeSeconds, goals.seedTimeSeconds, minutesOf),
    max_inactive_seeding_time: -1,
  };
}

export function unixSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

export function etaOf({ etaSeconds }: Pick<TorrentInfo, 'etaSeconds'>): number {
  return etaSeconds === undefined ? unknownEtaSeconds : Math.round(etaSeconds);
}

function magnetOf({ hash, name, tracker }: TorrentInfo): string {
  const tr = tracker === undefined ? '' : `&tr=${encodeURIComponent(tracker)}`;
  return `magnet:?xt=urn:btih:${hash}&dn=${encodeURIComponent(name)}${tr}`;
}

function minutesOf(seconds: number): number {
  return Math.round(seconds / 60);
}

/** -2 is the daemon's, -1 is none. */
function ownGoal(own: number | 'unlimited' | undefined, shown: (goal: number) => number): number {
  if (own === undefined) return -2;
  return own === 'unlimited' ? -1 : shown(own);
}

function goalInForce(
  own: number | 'unlimited' | undefined,
  general: number | null,
  shown: (goal: number) => number,
): number {
  const goal = own ?? general;
  return goal === null || goal === 'unlimited' ? -1 : shown(goal);
}
