/**
 * The daemon over HTTP/JSON, as types: what is sent and what is answered under `/api/v1`. HASH is an
 * info-hash of 40 hex digits, the one that a torrent's `hash` says.
 *
 *   GET    /api/v1/health                        open to everybody: 200 DaemonHealth
 *   GET    /api/v1/session                       SessionInfo
 *   GET    /api/v1/torrents                      TorrentList, in the order they were added
 *   POST   /api/v1/torrents                      201 TorrentInfo
 *            application/json                    AddTorrentRequest
 *            application/x-bittorrent            a .torrent as the body, with the query
 *                                                ?dir=&paused=true|false&tracker=URL&tracker=URL
 *   GET    /api/v1/torrents/HASH                 TorrentInfo
 *   DELETE /api/v1/torrents/HASH?data=true|false 204; with data=true its files go too
 *   POST   /api/v1/torrents/HASH/start           200 TorrentInfo; so do the three that follow
 *   POST   /api/v1/torrents/HASH/stop
 *   POST   /api/v1/torrents/HASH/verify          reads all its data again
 *   POST   /api/v1/torrents/HASH/reannounce      asks its trackers now
 *   GET    /api/v1/torrents/HASH/files           FileList
 *   GET    /api/v1/torrents/HASH/peers           PeerList
 *   GET    /api/v1/torrents/HASH/trackers        TrackerList
 *
 * Everything but health needs `Authorization: Bearer TOKEN`; the token is the first line of the file
 * `token` in the daemon's data folder. POSTs without a body need no content type. What is refused
 * answers 4xx or 5xx with `DaemonFailure`. Sizes are bytes, rates bytes per second, times ISO 8601,
 * hashes lower-case hex. Names, paths and messages are untrusted text.
 */

export const torrentsPath = '/api/v1/torrents';
export const sessionPath = '/api/v1/session';
export const healthPath = '/api/v1/health';

/** Where the daemon listens unless told otherwise, on 127.0.0.1. */
export const defaultDaemonPort = 6880;
/** Names inside the daemon's data folder. */
export const tokenFileName = 'token';
/** One line, the URL under which the daemon answers; present while it runs. */
export const addressFileName = 'address';

export const torrentStates = [
  /** Waits for the info dictionary of a magnet link. */
  'metadata',
  /** Reads and hashes what is on the disk. */
  'checking',
  /** Waits until fewer torrents are active. */
  'queued',
  'downloading',
  'seeding',
  'stopped',
  /** Halted by `error`. */
  'error',
] as const;
export type TorrentState = (typeof torrentStates)[number];

/** One code and one sentence. */
export interface Cause {
  readonly code: string;
  readonly message: string;
}

export interface TorrentInfo {
  readonly hash: string;
  /** The info-hash until the metadata of a magnet link is here. */
  readonly name: string;
  readonly state: TorrentState;
  /** 0 until the metadata is here. */
  readonly lengthBytes: number;
  /** Verified. */
  readonly doneBytes: number;
  /** 0 to 1: of what is wanted, or while checking of what is read. */
  readonly progress: number;
  readonly downRate: number;
  readonly upRate: number;
  /** Payload since it was added. */
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  /** Uploaded bytes over the size of the torrent; 0 while that is unknown. */
  readonly ratio: number;
  /** Connected. */
  readonly peers: number;
  /** Of them, those who have everything. */
  readonly seeds: number;
  readonly etaSeconds?: number;
  /** Why it stands still, when it does. */
  readonly stalled?: Cause;
  readonly addedAt: string;
  readonly completedAt?: string;
  /** Holds the torrent's file or folder. */
  readonly dir: string;
  readonly error?: Cause;
}

export interface TorrentList {
  readonly torrents: readonly TorrentInfo[];
}

export interface AddTorrentRequest {
  /** A magnet link, an http(s) URL of a .torrent, or an info-hash in hex or base32. */
  readonly source: string;
  /** Absolute, or below the daemon's folder; that folder unless told. */
  readonly dir?: string;
  /** Added without being started. */
  readonly paused?: boolean;
  /** Announce URLs beyond the torrent's own. */
  readonly trackers?: readonly string[];
}

export interface SessionInfo {
  readonly version: string;
  readonly pid: number;
  /** The daemon began. */
  readonly startedAt: string;
  readonly downRate: number;
  readonly upRate: number;
  readonly torrents: number;
  /** How many torrents are in each state; every state is there. */
  readonly counts: Readonly<Record<TorrentState, number>>;
  readonly peerPort: number;
  /** Where downloads go unless told. */
  readonly dir: string;
  readonly dataDir: string;
}

export interface DaemonHealth {
  readonly status: 'ok';
}

export interface TorrentFile {
  readonly index: number;
  /** Steps joined by `/`, below the torrent's `dir`. */
  readonly path: string;
  readonly lengthBytes: number;
}

export interface FileList {
  /** Without padding; empty until the metadata is here. */
  readonly files: readonly TorrentFile[];
}

export interface TorrentPeer {
  /** `host:port`; IPv6 in brackets. */
  readonly address: string;
  readonly client: string;
  readonly incoming: boolean;
  readonly amChoking: boolean;
  readonly amInterested: boolean;
  readonly peerChoking: boolean;
  readonly peerInterested: boolean;
  readonly downRate: number;
  readonly upRate: number;
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  /** Share of the pieces it has, 0 to 1. */
  readonly progress: number;
}

export interface PeerList {
  readonly peers: readonly TorrentPeer[];
}

export interface TorrentTracker {
  readonly url: string;
  readonly tier: number;
  readonly state: 'idle' | 'announcing' | 'working' | 'failed';
  /** The failure, or the tracker's warning; empty when there is neither. */
  readonly message: string;
  readonly nextAnnounceInSeconds?: number;
  readonly seeders?: number;
  readonly leechers?: number;
  readonly downloads?: number;
}

export interface TrackerList {
  /** Empty while the torrent is stopped. */
  readonly trackers: readonly TorrentTracker[];
}

/** The body of every refusal. */
export interface DaemonFailure {
  readonly error: {
    readonly code: DaemonFailureCode;
    /** What is wrong and what to do about it. */
    readonly message: string;
    /** Which field of the body or the query it is about. */
    readonly field?: string;
  };
}

export type DaemonFailureCode =
  | 'BAD_REQUEST'
  /** The source is no usable torrent, magnet link or info-hash. */
  | 'BAD_TORRENT'
  | 'TOKEN_NEEDED'
  | 'TOKEN_WRONG'
  | 'FORBIDDEN_HOST'
  | 'FORBIDDEN_ORIGIN'
  | 'FORBIDDEN_DIR'
  /** An URL that leads to this machine or its link. */
  | 'FORBIDDEN_URL'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'TORRENT_DUPLICATE'
  /** Not possible in the state that it is in. */
  | 'TORRENT_STOPPED'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'TOO_MANY_REQUESTS'
  | 'DISK_FOLDER'
  | 'SOURCE_UNREACHABLE'
  | 'SHUTTING_DOWN'
  | 'INTERNAL';
