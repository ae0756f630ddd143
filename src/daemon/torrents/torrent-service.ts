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
} from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type {
  AddTorrent,
  FileReader,
  TorrentOutline,
  TorrentsPort,
} from '../../api/service/torrents-port.ts';
import { FreeSpace } from './free-space.ts';
import type { ManagedTorrent } from './managed-torrent.ts';
import { reachedGoal } from './seeding-goals.ts';
import { SessionCore, type TorrentServiceOptions } from './session-core.ts';
import { sessionInfo } from './session-info.ts';
import { actOnEach } from './torrent-actions.ts';
import type { TorrentLabels } from './torrent-labels.ts';
import { idleTrackers, peerOf, trackerOf } from './torrent-views.ts';

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

  get labels(): TorrentLabels {
    return this.#core.labels;
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
    if (added.isStarted) await this.#core.starter.soon();
    await added.settled();
    return this.#answer(added);
  }

  /** Data that was hashed just now, to be seeded. */
  async seedVerified(source: Uint8Array, dir: string): Promise<TorrentInfo> {
    const added = await this.#core.add({ source, dir, paused: false }, true);
    await this.#core.starter.soon();
    await added.settled();
    return this.#answer(added);
  }

  async actOnMany(action: TorrentAction, hashes: readonly string[] | 'all'): Promise<ActionResult> {
    this.#core.requireOpen();
    const { roster, starter } = this.#core;
    const all = hashes === 'all' ? Array.from(roster.all(), ({ infoHash }) => infoHash) : hashes;
    const { store } = this.#options;
    const result = await actOnEach(
      [...new Set(all)],
      (hash) => this.#begin(action, roster.find(hash)),
      (work) => store.together(work),
    );
    roster.closeGaps();
    await starter.soon();
    await store.flushed();
    return result;
  }

  /** Written when it returns; what follows from it may last. */
  #begin(action: TorrentAction, torrent: ManagedTorrent): Promise<void> {
    switch (action) {
      case 'start':
      case 'force-start':
        return this.#beginStart(torrent, action === 'force-start');
      case 'stop':
        // The trackers are told behind the answer.
        void torrent.stop();
        return Promise.resolve();
      case 'verify':
        return this.#beginVerify(torrent);
      case 'reannounce':
        return this.#beginAnnounce(torrent);
      case 'remove':
        return this.#core.remove(torrent, false);
      case 'remove-with-data':
        return this.#core.remove(torrent, true);
    }
  }

  async moveInQueue(hashes: readonly string[], to: QueueMove): Promise<void> {
    const { roster, starter } = this.#core;
    roster.move(new Set(hashes.map((hash) => roster.find(hash))), to);
    await starter.soon();
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

  async outline(hash: string): Promise<TorrentOutline> {
    const torrent = this.#core.roster.find(hash);
    torrent.refresh();
    return this.#core.content.outline(torrent);
  }

  async detail(hash: string): Promise<TorrentDetail> {
    const torrent = this.#core.roster.find(hash);
    torrent.refresh();
    return this.#core.content.detail(torrent);
  }

  async remove(hash: string, withData: boolean): Promise<void> {
    const { roster } = this.#core;
    await this.#core.remove(roster.find(hash), withData);
    roster.closeGaps();
    await this.#options.store.flushed();
  }

  start(hash: string): Promise<TorrentInfo> {
    return this.#do('start', hash);
  }

  forceStart(hash: string): Promise<TorrentInfo> {
    return this.#do('force-start', hash);
  }

  async stop(hash: string): Promise<TorrentInfo> {
    const torrent = this.#core.roster.find(hash);
    void torrent.stop();
    return this.#answer(torrent);
  }

  verify(hash: string): Promise<TorrentInfo> {
    return this.#do('verify', hash);
  }

  reannounce(hash: string): Promise<TorrentInfo> {
    return this.#do('reannounce', hash);
  }

  async #do(action: TorrentAction, hash: string): Promise<TorrentInfo> {
    this.#core.requireOpen();
    const torrent = this.#core.roster.find(hash);
    await this.#begin(action, torrent);
    await this.#core.starter.soon();
    // It starts by itself when its files are there.
    if (!torrent.isMoving && torrent.row.moving === undefined) await torrent.settled();
    return this.#answer(torrent);
  }

  #beginStart(torrent: ManagedTorrent, forced: boolean): Promise<void> {
    const goal = reachedGoal(torrent.kept, this.#options.settings.get());
    const started = torrent.start(forced, goal !== undefined);
    // What stood in the way of its files may be gone.
    this.#core.moves.carryOn(torrent);
    return torrent.row.moving === undefined ? started : Promise.resolve();
  }

  async #beginVerify(torrent: ManagedTorrent): Promise<void> {
    this.#core.moves.requireStill(torrent);
    if (!torrent.isStarted) await this.#core.content.requireMetainfo(torrent, 'verify it');
    await torrent.verify();
  }

  async #beginAnnounce(torrent: ManagedTorrent): Promise<void> {
    if (torrent.isStarted) torrent.torrent?.reannounce();
    else {
      const message = `${torrent.info.name} is stopped. Start it to announce it`;
      throw new DaemonRefusal('TORRENT_STOPPED', message);
    }
  }

  async change(hash: string, change: TorrentChange): Promise<TorrentInfo> {
    const torrent = this.#core.roster.find(hash);
    this.#core.wishes.change(torrent, change);
    await this.#core.starter.soon();
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
    await this.#core.starter.soon();
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
    const running = torrent.isAlone ? undefined : torrent.torrent?.trackers();
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
