/** The types of the library face: what `Client` takes and gives. */
import type { FilePriority } from '../../api/contract/torrents.ts';
import type { FileReader } from '../../api/service/torrents-port.ts';
import type { Endpoint } from '../../base/endpoint.ts';
import type { InfoHash } from '../../base/ids.ts';
import type { PieceMap } from '../../engine/piece-map.ts';
import type { LogEntry } from '../../engine/ports.ts';
import type { PeerStatus, TorrentStatus } from '../../engine/torrent-status.ts';
import type { TrackerStatus } from '../../engine/tracker-status.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';

export type { FilePriority, FileReader, PieceMap };

export interface ClientOptions {
  /** Peer port; 0 or absent lets the system choose. */
  readonly port?: number;
  /** Address to listen on; absent is every interface. */
  readonly host?: string;
  /** Where downloads go unless `add` says otherwise. Default: the working directory. */
  readonly dir?: string;
  /** Resume state; absent keeps none. One client at a time holds a state folder. */
  readonly stateDir?: string;
  /** Bytes per second over all torrents; absent is unlimited. */
  readonly downLimit?: number;
  readonly upLimit?: number;
  /** Links of all torrents together. Default 500. */
  readonly maxPeers?: number;
  /** Memory for pieces under way, in bytes. Default 64 MiB. */
  readonly bufferBytes?: number;
  /** A whole torrent that has had no peer for so long lets go of its memory, where `AddOptions.reload` is given. Default 3 minutes. */
  readonly sleepAfterMs?: number;
  readonly log?: (entry: LogEntry) => void;
}

export interface AddOptions {
  readonly dir?: string;
  /** Which files, by index in the metainfo. Absent is all. */
  readonly selectFiles?: (metainfo: Metainfo) => readonly boolean[];
  /** By index in the metainfo; goes before `selectFiles` and what a link selects. Missing ones are normal. */
  readonly priorities?: readonly FilePriority[];
  /**
   * Where files lie instead of where the metainfo says: by index, the steps below `dir`, the torrent's own
   * folder included. Each step a safe name, no two files in one place, or `add` rejects with BAD_PATH.
   */
  readonly paths?: ReadonlyMap<number, readonly string[]>;
  readonly sequential?: boolean;
  /** Peers to dial at once. */
  readonly peers?: readonly Endpoint[];
  /** Announce URLs beyond the torrent's own. */
  readonly trackers?: readonly string[];
  /** Announce URLs by tier, in place of the torrent's own and of `trackers`. */
  readonly trackerTiers?: readonly (readonly string[])[];
  readonly downLimit?: number;
  readonly upLimit?: number;
  /** Stop seeding at this ratio of uploaded to size. */
  readonly seedRatio?: number;
  /** Stop seeding after this long. */
  readonly seedTimeMs?: number;
  /** The files at `dir` are the user's own complete data: never written, renamed or created. */
  readonly seedInPlace?: boolean;
  /** The data was hashed just now, by `createTorrent`: it is not read again before it is served. */
  readonly alreadyVerified?: boolean;
  /** Gives the source once more. With it, a whole torrent that nobody asks for keeps hardly anything in memory. */
  readonly reload?: () => TorrentSource | undefined;
  /** Which files, by index in the metainfo, must be there already; `add` rejects with FILES_MISSING and fetches nothing. */
  readonly mustBeThere?: (file: number) => boolean;
  /** It has shared whole data for at least so long in earlier runs. */
  readonly seededForMs?: number;
  /** All data is read again, whatever is remembered of it. */
  readonly recheck?: boolean;
}

/** A .torrent file's bytes, or a magnet link. */
export type TorrentSource = Uint8Array | string;

export interface ClientTorrent {
  readonly infoHash: InfoHash;
  /** Undefined until a magnet's metadata arrived. Parsed anew for each use while the torrent sleeps. */
  readonly metainfo: Metainfo | undefined;
  readonly dir: string;
  /** Whole, and nobody asks for it: little changes about it, and whatever is asked of it wakes it. */
  readonly isAsleep: boolean;
  status(): TorrentStatus;
  peers(): readonly PeerStatus[];
  trackers(): readonly TrackerStatus[];
  /** A snapshot at once, then one every `intervalMs` (default 1000) and at each change of phase, until closed or aborted. */
  updates(options?: { intervalMs?: number; signal?: AbortSignal }): AsyncIterable<TorrentStatus>;
  /** Resolves when everything wanted is verified and in its place; rejects on abort or removal. */
  completed(signal?: AbortSignal): Promise<void>;
  /** Resolves when a seeding goal (`seedRatio`, `seedTimeMs`) is reached; never without one. */
  goalReached(signal?: AbortSignal): Promise<void>;
  setLimits(limits: { downLimit?: number; upLimit?: number }): void;
  /** One a file of the metainfo, or what is told while that is not here yet. */
  priorities(): readonly FilePriority[];
  /**
   * One a file of the metainfo; missing ones are normal. Without leaving the swarm: a complete torrent
   * downloads again when more is wanted, and `completed` waits for that; one whose missing files are
   * skipped becomes complete. Before the metadata of a magnet is here it is kept until then.
   */
  setPriorities(priorities: readonly FilePriority[]): void;
  /** Pieces by index instead of by rarity. */
  setSequential(on: boolean): void;
  /** Verified bytes of each file of the metainfo; empty until that is here. */
  fileProgress(): readonly number[];
  /** Empty until the metadata is here. */
  pieceMap(): PieceMap;
  /** To be dialled like those of trackers. */
  addPeers(endpoints: readonly Endpoint[]): void;
  /** In place of all there were. Those that go are told `stopped`, those that are new are announced to. */
  setTrackers(tiers: readonly (readonly string[])[]): void;
  /** Reads and hashes all its data again; `phase` is `checking` for that long. Nothing before the metadata is here. */
  recheck(): void;
  /**
   * Throws ClientError NO_METADATA or NO_FILE. A read waits for pieces that are not here and has them
   * fetched first, also of a skipped file; it rejects with ClientError TORRENT_REMOVED or DISK_READ.
   */
  openFile(index: number): FileReader;
  /** Asks the trackers as soon as they allow it; back-offs are forgotten. */
  reannounce(): void;
  /** Announces `stopped`, saves state, leaves the swarm. Data and state stay. */
  remove(): Promise<void>;
}

export interface ClientFace {
  readonly port: number;
  readonly torrents: readonly ClientTorrent[];
  /** Throws DecodeError for a bad torrent or magnet, ClientError for a duplicate or a folder that cannot be used. */
  add(source: TorrentSource, options?: AddOptions): Promise<ClientTorrent>;
  setLimits(limits: { downLimit?: number; upLimit?: number }): void;
  /** Links of all torrents together; those beyond it stay until they end by themselves. */
  setMaxPeers(maxPeers: number): void;
  /** Leaves every swarm (`stopped` is announced, at most 3 s), saves state, closes everything. Idempotent. */
  close(): Promise<void>;
}
