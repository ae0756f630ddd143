/**
 * The daemon over HTTP/JSON, as types: what is sent and what is answered under `/api/v1`. The schemas
 * beside this file say each field; the daemon gives them as OpenAPI under `/api/openapi.json`.
 *
 *   GET    health                        open to everybody: DaemonHealth
 *   POST   login, logout                 LoginRequest: 204 with a cookie for pages
 *   GET    session                       SessionInfo
 *   GET    settings                      Settings
 *   PATCH  settings                      SettingsChange: Settings
 *   GET    events?since=&intervalMs=     server-sent events: `changes` TorrentChanges, `notice` Notice
 *   GET    speed?seconds=                SpeedHistory of all torrents
 *   GET    folders?path=                 FolderListing, of allowed folders
 *   GET    catalog, catalog/REF          the home tracker's catalog, passed on
 *   GET    catalog/REF/torrent           a .torrent of it
 *   GET    tracker                       the home tracker's statistics, passed on
 *   POST   shares                        ShareRequest: 201 Share
 *   GET    shares/ID                     Share
 *   PUT    shares/ID/files/INDEX         the bytes of a file that was announced
 *   DELETE shares/ID                     204; takes back what is not shared yet
 *   GET    torrents                      TorrentList, in the order they were added
 *   POST   torrents                      201 TorrentInfo; AddTorrentRequest, or a .torrent as
 *                                        application/x-bittorrent with AddTorrentQuery
 *   POST   torrents/actions              ActionRequest: ActionResult
 *   GET    torrents/HASH                 TorrentDetail
 *   PATCH  torrents/HASH                 TorrentChange: TorrentInfo
 *   DELETE torrents/HASH?data=           204; with data=true its files go too
 *   POST   torrents/HASH/start, force-start, stop, verify, reannounce: TorrentInfo
 *   POST   torrents/HASH/move            TorrentMove: TorrentInfo
 *   POST   torrents/HASH/rename          TorrentRename: TorrentInfo
 *   POST   torrents/HASH/queue           QueueMove: TorrentInfo
 *   GET    torrents/HASH/files           FileList
 *   PATCH  torrents/HASH/files           FilesChange: FileList
 *   GET    torrents/HASH/files/INDEX     the bytes, also while they are still coming (Range)
 *   GET    torrents/HASH/peers           PeerList
 *   POST   torrents/HASH/peers           AddPeers: 204
 *   GET    torrents/HASH/trackers        TrackerList
 *   PUT    torrents/HASH/trackers        TrackerTiers: TrackerList
 *   GET    torrents/HASH/pieces          PieceMap
 *   GET    torrents/HASH/speed?seconds=  SpeedHistory
 *   GET    torrents/HASH/torrent         the .torrent
 *
 * HASH is an info-hash of 40 hex digits. Everything but health and login needs `Authorization: Bearer
 * TOKEN`, or the cookie of a login; the token is the first line of the file `token` in the daemon's data
 * folder. POSTs without a body need no content type. What is refused answers 4xx or 5xx with
 * `DaemonFailure`. Sizes are bytes, rates bytes per second, times ISO 8601, hashes lower-case hex.
 * Names, paths and messages are untrusted text.
 */
import type * as daemon from './schema/daemon.ts';
import type * as torrents from './schema/torrents.ts';
import type { Sent } from './sent.ts';
import type { filePriorities, queueMoves, torrentActions, torrentStates } from './torrent-words.ts';

export { filePriorities, queueMoves, torrentActions, torrentStates } from './torrent-words.ts';

export const torrentsPath = '/api/v1/torrents';
export const sessionPath = '/api/v1/session';
export const healthPath = '/api/v1/health';
export const loginPath = '/api/v1/login';
export const logoutPath = '/api/v1/logout';
export const settingsPath = '/api/v1/settings';
export const eventsPath = '/api/v1/events';
export const speedPath = '/api/v1/speed';
export const foldersPath = '/api/v1/folders';
export const sharesPath = '/api/v1/shares';
export const homeTrackerPath = '/api/v1/tracker';

/** Where the daemon listens unless told otherwise, on 127.0.0.1. */
export const defaultDaemonPort = 6880;
/** Names inside the daemon's data folder. */
export const tokenFileName = 'token';
/** One line, the path of the token's file, while the daemon runs with one elsewhere. */
export const tokenPathFileName = 'token-path';
/** One line, the URL under which the daemon answers; present while it runs. */
export const addressFileName = 'address';

export type TorrentState = (typeof torrentStates)[number];
export type FilePriority = (typeof filePriorities)[number];
export type QueueMove = (typeof queueMoves)[number];
export type TorrentAction = (typeof torrentActions)[number];

export type TorrentInfo = Sent<typeof torrents.torrentInfo>;
export type TorrentDetail = Sent<typeof torrents.torrentDetail>;
export type TorrentList = Sent<typeof torrents.torrentList>;
export type AddTorrentRequest = Sent<typeof torrents.addTorrentRequest>;
export type TorrentChange = Sent<typeof torrents.torrentChange>;
export type TorrentMove = Sent<typeof torrents.torrentMove>;
export type TorrentRename = Sent<typeof torrents.torrentRename>;
export type ActionRequest = Sent<typeof torrents.actionRequest>;
export type ActionResult = Sent<typeof torrents.actionResult>;
export type TorrentFile = Sent<typeof torrents.torrentFile>;
export type FileList = Sent<typeof torrents.fileList>;
export type FilesChange = Sent<typeof torrents.filesChange>;
export type TorrentPeer = Sent<typeof torrents.torrentPeer>;
export type PeerList = Sent<typeof torrents.peerList>;
export type TorrentTracker = Sent<typeof torrents.torrentTracker>;
export type TrackerList = Sent<typeof torrents.trackerList>;
export type TrackerTiers = Sent<typeof torrents.trackerTiers>;
export type PieceMap = Sent<typeof torrents.pieceMap>;
export type SpeedHistory = Sent<typeof torrents.speedHistory>;
export type SessionInfo = Sent<typeof daemon.sessionInfo>;
export type Settings = Sent<typeof daemon.settings>;
export type SettingsChange = Sent<typeof daemon.settingsChange>;
export type TorrentChanges = Sent<typeof daemon.torrentChanges>;
export type Notice = Sent<typeof daemon.notice>;
export type ShareRequest = Sent<typeof daemon.shareRequest>;
export type Share = Sent<typeof daemon.share>;
export type FolderListing = Sent<typeof daemon.folderListing>;
export type DaemonHealth = Sent<typeof daemon.daemonHealth>;
export type Cause = NonNullable<TorrentInfo['stalled']>;

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
  | 'TORRENT_MOVING'
  /** Not possible before the metadata of the magnet link is here. */
  | 'NO_METADATA'
  /** Not possible as things are. */
  | 'CONFLICT'
  /** A file or folder of that name is there. */
  | 'NAME_TAKEN'
  /** No home tracker is set, or it keeps no catalog. */
  | 'TRACKER_ABSENT'
  | 'TRACKER_UNREACHABLE'
  | 'RANGE_NOT_SATISFIABLE'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'TOO_MANY_REQUESTS'
  | 'DISK_FOLDER'
  | 'SOURCE_UNREACHABLE'
  | 'SHUTTING_DOWN'
  | 'INTERNAL';
