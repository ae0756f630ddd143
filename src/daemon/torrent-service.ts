/**
 * All torrents of the daemon on top of one client: added, removed, started and stopped by people, and
 * back as they were after a restart or a crash.
 * Invariant: what was answered is on the disk, in the session store.
 */
import type {
  ActionResult,
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
} from '../api/contract/torrents.ts';
import { DaemonRefusal } from '../api/service/refusal.ts';
import type { AddTorrent, FileReader, TorrentsPort } from '../api/service/torrents-port.ts';
import type { ClientFace } from './client-contract.ts';
import type { DaemonSettings } from './daemon-settings.ts';
import { FreeSpace } from './free-space.ts';
import type { ManagedTorrent } from './managed-torrent.ts';
import type { ResumeFiles } from './resume-files.ts';
import type { SaveFolders } from './save-folders.ts';
import { reachedGoal } from './seeding-goals.ts';
import { SessionCore } from './session-core.ts';
import { sessionInfo } from './session-info.ts';
import type { SessionStore } from './session-store.ts';
import { actOnEach } from './torrent-actions.ts';
import { idleTrackers, peerOf, trackerOf } from './torrent-views.ts';

export interface TorrentServiceOptions {
  readonly client: ClientFace;
  readonly store: SessionStore;
  /** Of the client's state folder. */
  readonly resume: ResumeFiles;
  readonly folders: SaveFolders;
  readonly settings: DaemonSettings;
  readonly dataDir: string;
  /** Told of what goes wrong with nobody waiting for it. */
  readonly onTrouble: (message: string) => void;
}

export class TorrentService implements TorrentsPort {
  readonly #options: TorrentServiceOptions;
  readonly #core: SessionCore;
  readonly #startedAtMs = Date.now();
  readonly #space = new FreeSpace();

  /** Begins to start what is wanted. Throws ClientError when the store cannot be read. */
  constructor(options: TorrentServiceOptions) {
    this.#options = options;
    this.#core = new SessionCore(options);
  }

  // -------------------------------------------------------------- all torrents

  session(): SessionInfo {
    this.#core.rounds.lookAgain();
    return this.#session();
  }

  #session(): SessionInfo {
    const { client, folders, dataDir } = this.#options;
    return sessionInfo({
      startedAtMs: this.#startedAtMs,
      torrents: this.#core.roster.all(),
      totals: this.#core.speeds.totals,
      limits: this.#core.limits.now,
      peerPort: client.port,
      dir: folders.dir,
      freeBytes: this.#space.of(folders.dir),
      dataDir,
    });
  }

  list(): readonly TorrentInfo[] {
    this.#core.rounds.lookAgain();
    return Array.from(this.#core.roster.all(), ({ info }) => info);
  }

  changes(revision: number | undefined): TorrentChanges {
    this.#core.rounds.lookAgain();
    const { roster, log } = this.#core;
    const { changed, removed, revision: now } = log.since(revision);
    const torrents =
      changed === undefined
        ? Array.from(roster.all(), ({ info }) => info)
        : changed.flatMap((hash) => roster.get(hash)?.info ?? []);
    const full = changed === undefined;
    return { revision: now, full, torrents, removed, session: this.#session() };
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.#core.notices.listen(listener);
  }

  /** Something that is no torrent's own. */
  tell(notice: Notice): void {
    this.#core.notices.tell(notice);
  }

  async add(torrent: AddTorrent): Promise<TorrentInfo> {
    const added = await this.#core.add(torrent);
    this.#core.starter.look();
    await added.settled();
    return this.#answer(added);
  }

  /** Data that was hashed just now, to be seeded. */
  async seedVerified(source: Uint8Array, dir: string): Promise<TorrentInfo> {
    const added = await this.#core.add({ source, dir, paused: false }, true);
    this.#core.starter.look();
    await added.settled();
    return this.#answer(added);
  }

  async actOnMany(action: TorrentAction, hashes: readonly string[] | 'all'): Promise<ActionResult> {
    const all =
      hashes === 'all' ? Array.from(this.#core.roster.all(), (one) => one.infoHash) : hashes;
    const acts: Readonly<Record<TorrentAction, (hash: string) => Promise<unknown>>> = {
      start: (hash) => this.start(hash),
      'force-start': (hash) => this.forceStart(hash),
      stop: (hash) => this.stop(hash),
      verify: (hash) => this.verify(hash),
      reannounce: (hash) => this.reannounce(hash),
      remove: (hash) => this.remove(hash, false),
      'remove-with-data': (hash) => this.remove(hash, true),
    };
    return actOnEach([...new Set(all)], acts[action]);
  }

  async moveInQueue(hashes: readonly string[], to: QueueMove): Promise<void> {
    const { roster, starter } = this.#core;
    roster.move(new Set(hashes.map((hash) => roster.find(hash))), to);
    starter.soon();
    await this.#options.store.flushed();
  }

  speed(hash: string | undefined, seconds: number): SpeedHistory {
    if (hash !== undefined) this.#core.roster.find(hash);
    this.#core.rounds.lookAgain();
    return this.#core.speeds.answer(hash, seconds);
  }

  // -------------------------------------------------------------- one torrent

  get(hash: string): TorrentInfo {
    return this.#core.roster.find(hash).refresh();
  }

  async detail(hash: string): Promise<TorrentDetail> {
    const torrent = this.#core.roster.find(hash);
    torrent.refresh();
    return this.#core.content.detail(torrent);
  }

  async remove(hash: string, withData: boolean): Promise<void> {
    await this.#core.remove(this.#core.roster.find(hash), withData);
    await this.#options.store.flushed();
  }

  async start(hash: string): Promise<TorrentInfo> {
    return this.#start(hash, false);
  }

  async forceStart(hash: string): Promise<TorrentInfo> {
    return this.#start(hash, true);
  }

  async #start(hash: string, forced: boolean): Promise<TorrentInfo> {
    this.#core.requireOpen();
    const torrent = this.#core.roster.find(hash);
    torrent.start(forced, reachedGoal(torrent.row, this.#options.settings.get()) !== undefined);
    // It starts by itself when its files are there; what stood in their way may be gone.
    this.#core.moves.carryOn(torrent);
    if (torrent.isMoving || torrent.row.moving !== undefined) return this.#answer(torrent);
    await torrent.settled();
    this.#core.starter.look();
    await torrent.settled();
    return this.#answer(torrent);
  }

  async stop(hash: string): Promise<TorrentInfo> {
    const torrent = this.#core.roster.find(hash);
    torrent.stop({});
    return this.#answer(torrent);
  }

  async verify(hash: string): Promise<TorrentInfo> {
    this.#core.requireOpen();
    const torrent = this.#core.roster.find(hash);
    this.#core.moves.requireStill(torrent);
    if (!torrent.isStarted) await this.#core.content.requireMetainfo(torrent, 'verify it');
    await torrent.verify();
    this.#core.starter.look();
    await torrent.settled();
    return this.#answer(torrent);
  }

  async reannounce(hash: string): Promise<TorrentInfo> {
    const torrent = this.#core.roster.find(hash);
    if (!torrent.isStarted) {
      throw new DaemonRefusal(
        'TORRENT_STOPPED',
        `${torrent.info.name} is stopped. Start it to announce it`,
      );
    }
    torrent.torrent?.reannounce();
    return torrent.info;
  }

  async change(hash: string, change: TorrentChange): Promise<TorrentInfo> {
    const torrent = this.#core.roster.find(hash);
    this.#core.wishes.change(torrent, change);
    this.#core.starter.look();
    return this.#answer(torrent);
  }

  async move(hash: string, move: TorrentMove): Promise<TorrentInfo> {
    const torrent = this.#core.roster.find(hash);
    await this.#core.moves.move(torrent, move);
    return this.#answer(torrent);
  }

  async rename(hash: string, rename: TorrentRename): Promise<TorrentInfo> {
    const torrent = this.#core.roster.find(hash);
    await this.#core.moves.rename(torrent, rename);
    return this.#answer(torrent);
  }

  async files(hash: string): Promise<readonly TorrentFile[]> {
    return this.#core.content.files(this.#core.roster.find(hash));
  }

  async setPriorities(hash: string, ranges: FilesChange['ranges']): Promise<void> {
    await this.#core.wishes.setPriorities(this.#core.roster.find(hash), ranges);
    this.#core.starter.soon();
    await this.#options.store.flushed();
  }

  peers(hash: string): readonly TorrentPeer[] {
    return (this.#core.roster.find(hash).torrent?.peers() ?? []).map(peerOf);
  }

  async addPeers(hash: string, addresses: readonly string[]): Promise<void> {
    await this.#core.wishes.addPeers(this.#core.roster.find(hash), addresses);
  }

  trackers(hash: string): readonly TorrentTracker[] {
    const torrent = this.#core.roster.find(hash);
    const running = torrent.isStarted ? torrent.torrent?.trackers() : undefined;
    return running?.map(trackerOf) ?? idleTrackers(this.#core.content.tiers(torrent));
  }

  async setTrackers(hash: string, tiers: readonly (readonly string[])[]): Promise<void> {
    this.#core.wishes.setTrackers(this.#core.roster.find(hash), tiers);
    await this.#options.store.flushed();
  }

  pieces(hash: string): PieceMap {
    return this.#core.content.pieces(this.#core.roster.find(hash));
  }

  async torrentFile(hash: string): Promise<Uint8Array | undefined> {
    return this.#core.content.torrentFile(this.#core.roster.find(hash));
  }

  async openFile(hash: string, index: number): Promise<FileReader> {
    return this.#core.content.openFile(this.#core.roster.find(hash), index);
  }

  async #answer(torrent: ManagedTorrent): Promise<TorrentInfo> {
    await this.#options.store.flushed();
    return torrent.refresh();
  }

  /** Leaves every swarm and saves. The client and the store stay open for their owner to close. Idempotent. */
  close(): Promise<void> {
    return this.#core.close();
  }
}
