/** What the routes need of the daemon. Everything that is refused is a DaemonRefusal, or a DecodeError for a bad torrent. */
import type {
  SessionInfo,
  TorrentFile,
  TorrentInfo,
  TorrentPeer,
  TorrentTracker,
} from '../contract/torrents.ts';

export interface AddTorrent {
  /** A .torrent's bytes; or a magnet link, an http(s) URL or an info-hash. */
  readonly source: Uint8Array | string;
  readonly dir: string | undefined;
  readonly paused: boolean;
  readonly trackers: readonly string[];
}

/** `hash` is 40 lower-case hex digits. */
export interface TorrentsPort {
  session(): SessionInfo;
  /** In the order they were added. */
  list(): readonly TorrentInfo[];
  get(hash: string): TorrentInfo;
  /** Settles once it is on the disk that the torrent is here; so do all that follow. */
  add(torrent: AddTorrent): Promise<TorrentInfo>;
  remove(hash: string, withData: boolean): Promise<void>;
  start(hash: string): Promise<TorrentInfo>;
  stop(hash: string): Promise<TorrentInfo>;
  verify(hash: string): Promise<TorrentInfo>;
  reannounce(hash: string): Promise<TorrentInfo>;
  files(hash: string): Promise<readonly TorrentFile[]>;
  peers(hash: string): readonly TorrentPeer[];
  trackers(hash: string): readonly TorrentTracker[];
}
