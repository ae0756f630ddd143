/**
 * What a daemon answers, checked against the contract before anybody relies on it. Invariant: a
 * result holds the contract's keys with values of their types, and nothing else the server sent.
 */
import {
  type Cause,
  type SessionInfo,
  type TorrentFile,
  type TorrentInfo,
  type TorrentPeer,
  type TorrentState,
  type TorrentTracker,
  torrentStates,
} from '../contract/torrents.ts';
import {
  amount,
  choice,
  count,
  type Fields,
  fields,
  flag,
  hex,
  list,
  optional,
  text,
  time,
} from './answer-fields.ts';

export function readTorrents(value: unknown): TorrentInfo[] {
  return list(fields(value, 'the answer'), 'torrents').map(readTorrent);
}

export function readTorrent(value: unknown): TorrentInfo {
  const torrent = fields(value, 'a torrent');
  return {
    hash: hex(torrent, 'hash', 40),
    name: text(torrent, 'name'),
    state: choice(torrent, 'state', torrentStates),
    lengthBytes: count(torrent, 'lengthBytes'),
    doneBytes: count(torrent, 'doneBytes'),
    progress: amount(torrent, 'progress'),
    downRate: amount(torrent, 'downRate'),
    upRate: amount(torrent, 'upRate'),
    uploadedBytes: count(torrent, 'uploadedBytes'),
    downloadedBytes: count(torrent, 'downloadedBytes'),
    ratio: amount(torrent, 'ratio'),
    peers: count(torrent, 'peers'),
    seeds: count(torrent, 'seeds'),
    ...optional(torrent, 'etaSeconds', amount),
    ...optional(torrent, 'stalled', readCause),
    addedAt: time(torrent, 'addedAt'),
    ...optional(torrent, 'completedAt', time),
    dir: text(torrent, 'dir'),
    ...optional(torrent, 'error', readCause),
  };
}

export function readSession(value: unknown): SessionInfo {
  const session = fields(value, 'the answer');
  const counts = fields(session.counts, '"counts"');
  return {
    version: text(session, 'version'),
    pid: count(session, 'pid'),
    startedAt: time(session, 'startedAt'),
    downRate: amount(session, 'downRate'),
    upRate: amount(session, 'upRate'),
    torrents: count(session, 'torrents'),
    counts: Object.fromEntries(
      torrentStates.map((state) => [state, count(counts, state)]),
    ) as Record<TorrentState, number>,
    peerPort: count(session, 'peerPort'),
    dir: text(session, 'dir'),
    dataDir: text(session, 'dataDir'),
  };
}

export function readFiles(value: unknown): TorrentFile[] {
  return list(fields(value, 'the answer'), 'files').map((one) => {
    const file = fields(one, 'a file');
    return {
      index: count(file, 'index'),
      path: text(file, 'path'),
      lengthBytes: count(file, 'lengthBytes'),
    };
  });
}

export function readPeers(value: unknown): TorrentPeer[] {
  return list(fields(value, 'the answer'), 'peers').map((one) => {
    const peer = fields(one, 'a peer');
    return {
      address: text(peer, 'address'),
      client: text(peer, 'client'),
      incoming: flag(peer, 'incoming'),
      amChoking: flag(peer, 'amChoking'),
      amInterested: flag(peer, 'amInterested'),
      peerChoking: flag(peer, 'peerChoking'),
      peerInterested: flag(peer, 'peerInterested'),
      downRate: amount(peer, 'downRate'),
      upRate: amount(peer, 'upRate'),
      downloadedBytes: count(peer, 'downloadedBytes'),
      uploadedBytes: count(peer, 'uploadedBytes'),
      progress: amount(peer, 'progress'),
    };
  });
}

const trackerStates = ['idle', 'announcing', 'working', 'failed'] as const;

export function readTrackers(value: unknown): TorrentTracker[] {
  return list(fields(value, 'the answer'), 'trackers').map((one) => {
    const tracker = fields(one, 'a tracker');
    return {
      url: text(tracker, 'url'),
      tier: count(tracker, 'tier'),
      state: choice(tracker, 'state', trackerStates),
      message: text(tracker, 'message'),
      ...optional(tracker, 'nextAnnounceInSeconds', amount),
      ...optional(tracker, 'seeders', count),
      ...optional(tracker, 'leechers', count),
      ...optional(tracker, 'downloads', count),
    };
  });
}

export interface ReadDaemonFailure {
  readonly code: string;
  readonly message: string;
}

/** The body of a refusal; undefined when it is none of a daemon. */
export function readDaemonFailure(value: unknown): ReadDaemonFailure | undefined {
  try {
    const error = fields(fields(value, 'the answer').error, 'error');
    const code = text(error, 'code');
    return /^[A-Z][A-Z_]{1,40}$/.test(code) ? { code, message: text(error, 'message') } : undefined;
  } catch {
    return undefined;
  }
}

function readCause(from: Fields, key: string): Cause {
  const cause = fields(from[key], `"${key}"`);
  return { code: text(cause, 'code'), message: text(cause, 'message') };
}
