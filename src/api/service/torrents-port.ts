/**
 * The daemon's torrents as its own API and the dialects of other clients see them. `hash` is 40
 * lower-case hex digits. Everything that is refused is a DaemonRefusal, or a DecodeError for a bad
 * torrent. What changes something settles once the change is on the disk.
 */
import type {
  ActionResult,
  AddTorrentRequest,
  FilesChange,
  Notice,
  PieceMap,
  QueueMove,
  SessionInfo,
  SpeedHistory,
  TorrentAction,
  TorrentChange,
  TorrentChanges,
  TorrentDetail,
  TorrentFile,
  TorrentInfo,
  TorrentMove,
  TorrentPeer,
  TorrentRename,
  TorrentTracker,
} from '../contract/torrents.ts';

export interface AddTorrent extends Omit<AddTorrentRequest, 'source'> {
  /** A .torrent's bytes; or a magnet link, an http(s) URL or an info-hash. */
  readonly source: Uint8Array | string;
}

export interface TorrentsPort {
  session(): SessionInfo;
  /** In the order they were added. */
  list(): readonly TorrentInfo[];
  get(hash: string): TorrentInfo;
  detail(hash: string): Promise<TorrentDetail>;
  /** What lists show beyond TorrentInfo; kept in memory once it was asked for. */
  outline(hash: string): Promise<TorrentOutline>;
  /** What changed after `revision`; everything when that is undefined or too long ago. */
  changes(revision: number | undefined): TorrentChanges;
  /** Told of what a person may want to know at once. Gives back how to stop it. */
  onNotice(listener: (notice: Notice) => void): () => void;

  add(torrent: AddTorrent): Promise<TorrentInfo>;
  remove(hash: string, withData: boolean): Promise<void>;
  start(hash: string): Promise<TorrentInfo>;
  /** Whatever the queue says, until it is stopped or started in the usual way. */
  forceStart(hash: string): Promise<TorrentInfo>;
  stop(hash: string): Promise<TorrentInfo>;
  verify(hash: string): Promise<TorrentInfo>;
  reannounce(hash: string): Promise<TorrentInfo>;
  /** What fails with one does not keep it from the others. */
  actOnMany(action: TorrentAction, hashes: readonly string[] | 'all'): Promise<ActionResult>;

  change(hash: string, change: TorrentChange): Promise<TorrentInfo>;
  /** Settles when it is known that it can be done; the state `moving` lasts until it is. */
  move(hash: string, move: TorrentMove): Promise<TorrentInfo>;
  rename(hash: string, rename: TorrentRename): Promise<TorrentInfo>;
  /** Several keep their order among themselves. */
  moveInQueue(hashes: readonly string[], to: QueueMove): Promise<void>;

  /** Without padding; empty until the metadata is here. */
  files(hash: string): Promise<readonly TorrentFile[]>;
  setPriorities(hash: string, ranges: FilesChange['ranges']): Promise<void>;
  peers(hash: string): readonly TorrentPeer[];
  addPeers(hash: string, addresses: readonly string[]): Promise<void>;
  /** Also of a torrent that is stopped. */
  trackers(hash: string): readonly TorrentTracker[];
  /** In place of all there were. */
  setTrackers(hash: string, tiers: readonly (readonly string[])[]): Promise<void>;
  pieces(hash: string): PieceMap;
  speed(hash: string | undefined, seconds: number): SpeedHistory;
  /** The .torrent; undefined until the metadata is here. */
  torrentFile(hash: string): Promise<Uint8Array | undefined>;
  /** The bytes of a file, as they come; `index` as `files` numbers them. */
  openFile(hash: string, index: number): Promise<FileReader>;
}

/** As in TorrentDetail. */
export interface TorrentOutline
  extends Pick<
    TorrentDetail,
    | 'pieceCount'
    | 'pieceLength'
    | 'wastedBytes'
    | 'seedingSeconds'
    | 'activeSeconds'
    | 'comment'
    | 'createdBy'
    | 'createdAt'
  > {
  /** Without padding; 0 until the metadata is here. */
  readonly fileCount: number;
}

export interface FileReader {
  /** Its last step; untrusted text. */
  readonly name: string;
  readonly lengthBytes: number;
  /** Verified bytes from `begin` up to but without `end`; waits for pieces that are not here, and has them fetched first. */
  read(begin: number, end: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
