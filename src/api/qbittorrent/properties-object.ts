/** torrents/properties, files, trackers and pieceStates, as qBittorrent gives them. */
import type {
  FilePriority,
  PieceMap,
  TorrentDetail,
  TorrentFile,
  TorrentTracker,
} from '../contract/torrents.ts';
import { etaOf, unixSeconds } from './torrent-object.ts';

export function propertiesObject(
  torrent: TorrentDetail,
  nowMs: number,
  nextAnnounceInSeconds: number,
): Record<string, unknown> {
  const elapsed = Math.max(1, Math.floor(nowMs / 1000) - unixSeconds(torrent.addedAt));
  const { downloadedBytes, uploadedBytes, peers, seeds } = torrent;
  return {
    hash: torrent.hash,
    infohash_v1: torrent.hash,
    infohash_v2: torrent.infoHashV2 ?? '',
    name: torrent.name,
    has_metadata: torrent.hasMetadata,
    save_path: torrent.dir,
    download_path: '',
    creation_date: torrent.createdAt === undefined ? -1 : unixSeconds(torrent.createdAt),
    created_by: torrent.createdBy ?? '',
    comment: torrent.comment ?? '',
    private: torrent.private,
    is_private: torrent.private,
    piece_size: torrent.hasMetadata ? torrent.pieceLength : -1,
    pieces_num: torrent.hasMetadata ? torrent.pieceCount : -1,
    pieces_have: torrent.piecesDone,
    total_size: torrent.hasMetadata ? torrent.lengthBytes : -1,
    total_wasted: torrent.wastedBytes,
    total_downloaded: downloadedBytes,
    total_downloaded_session: downloadedBytes,
    total_uploaded: uploadedBytes,
    total_uploaded_session: uploadedBytes,
    dl_speed: Math.round(torrent.downRate),
    dl_speed_avg: Math.round(downloadedBytes / elapsed),
    up_speed: Math.round(torrent.upRate),
    up_speed_avg: Math.round(uploadedBytes / elapsed),
    dl_limit: torrent.downLimit ?? -1,
    up_limit: torrent.upLimit ?? -1,
    eta: etaOf(torrent),
    share_ratio: torrent.ratio,
    popularity: 0,
    reannounce: Math.round(nextAnnounceInSeconds),
    time_elapsed: Math.round(torrent.activeSeconds),
    seeding_time: Math.round(torrent.seedingSeconds),
    addition_date: unixSeconds(torrent.addedAt),
    completion_date: torrent.completedAt === undefined ? -1 : unixSeconds(torrent.completedAt),
    last_seen: torrent.completedAt === undefined ? -1 : unixSeconds(torrent.completedAt),
    nb_connections: peers,
    nb_connections_limit: -1,
    peers: Math.max(0, peers - seeds),
    peers_total: torrent.swarmLeechers ?? 0,
    seeds,
    seeds_total: torrent.swarmSeeders ?? 0,
  };
}

const priorityNumbers: Readonly<Record<FilePriority, number>> = {
  skip: 0,
  low: 1,
  normal: 1,
  high: 6,
};

/** 0 skips; 1 is normal; 6 and 7 are high. Undefined for a number that means nothing. */
export function priorityOf(number: number): FilePriority | undefined {
  if (number === 0) return 'skip';
  if (number === 1 || number === 4) return 'normal';
  return number === 6 || number === 7 ? 'high' : undefined;
}

export function fileObject(
  file: TorrentFile,
  position: number,
  isSeed: boolean,
): Record<string, unknown> {
  const { index, path, lengthBytes, doneBytes, priority } = file;
  return {
    index,
    name: path,
    size: lengthBytes,
    progress: lengthBytes === 0 ? 1 : doneBytes / lengthBytes,
    priority: priorityNumbers[priority],
    availability: doneBytes >= lengthBytes ? 1 : 0,
    ...(position === 0 && { is_seed: isSeed }),
  };
}

const trackerStatuses: Readonly<Record<TorrentTracker['state'], number>> = {
  idle: 1,
  working: 2,
  announcing: 3,
  failed: 4,
};

export function trackerObject(tracker: TorrentTracker): Record<string, unknown> {
  const { url, tier, state, message, seeders, leechers, downloads } = tracker;
  return {
    url,
    tier,
    status: trackerStatuses[state],
    msg: message,
    num_seeds: seeders ?? -1,
    num_leeches: leechers ?? -1,
    num_peers:
      seeders === undefined && leechers === undefined ? -1 : (seeders ?? 0) + (leechers ?? 0),
    num_downloaded: downloads ?? -1,
  };
}

/** What finds peers besides trackers stands first in the list; the public ways but PEX are not there. */
export function peerSources(isPrivate: boolean): Record<string, unknown>[] {
  return ['** [DHT] **', '** [PeX] **', '** [LSD] **'].map((url) => ({
    url,
    tier: -1,
    status: url === '** [PeX] **' && !isPrivate ? 2 : 0,
    msg: isPrivate ? 'This torrent is private' : '',
    num_seeds: 0,
    num_leeches: 0,
    num_peers: 0,
    num_downloaded: 0,
  }));
}

/** 0 not here, 1 under way, 2 here. */
export function pieceStates({ states }: PieceMap): number[] {
  return Array.from(Buffer.from(states, 'base64'), (state) => (state === 3 ? 0 : state));
}
