/**
 * The daemon's torrents and what keeps them going, wired together: the roster, the queue, the rounds, and
 * the log of changes.
 * Invariant: a torrent is in the roster from when the store has it until its removal is wanted; while
 * it leaves, nobody of its hash comes in.
 */
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { AddTorrent } from '../../api/service/torrents-port.ts';
import { nodeHashes } from '../../node/hashes.ts';
import type { ClientFace, TorrentSource } from '../client/client-contract.ts';
import type { ResumeFiles } from '../client/resume-files.ts';
import { describeSource, type SourceDescription } from '../client/source-description.ts';
import { StoredContent } from '../client/stored-content.ts';
import { TorrentContent } from '../client/torrent-content.ts';
import { ContentMoves } from '../content/content-moves.ts';
import type { SaveFolders } from '../content/save-folders.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';
import { ChangeLog } from './change-log.ts';
import type { DaemonSettings } from './daemon-settings.ts';
import { fetchSource } from './fetch-source.ts';
import { LimitsInForce } from './limits-in-force.ts';
import { ManagedTorrent } from './managed-torrent.ts';
import { reachedGoal } from './seeding-goals.ts';
import { SessionRounds } from './session-rounds.ts';
import { SpeedKeeper } from './speed-keeper.ts';
import { admitted, hasContent, requireFolder } from './torrent-admission.ts';
import { TorrentLabels } from './torrent-labels.ts';
import { TorrentNotices } from './torrent-notices.ts';
import { TorrentRoster } from './torrent-roster.ts';
import { TorrentStarter } from './torrent-starter.ts';
import { TorrentWishes } from './torrent-wishes.ts';

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

export class SessionCore {
  readonly #options: TorrentServiceOptions;
  readonly roster: TorrentRoster;
  readonly starter: TorrentStarter;
  readonly rounds: SessionRounds;
  readonly log = new ChangeLog(Date.now());
  readonly notices = new TorrentNotices();
  readonly speeds: SpeedKeeper;
  readonly content: TorrentContent;
  readonly wishes: TorrentWishes;
  readonly limits: LimitsInForce;
  readonly labels: TorrentLabels;
  readonly moves: ContentMoves;
  readonly #stored: StoredContent;
  /** Removed, and not out of the client yet. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  /** Begins to start what is wanted. Throws ClientError when the store cannot be read. */
  constructor(options: TorrentServiceOptions) {
    this.#options = options;
    const { store, resume, settings, client, folders, onTrouble } = options;
    this.roster = new TorrentRoster(store);
    this.labels = new TorrentLabels(store, folders, this.roster);
    this.speeds = new SpeedKeeper(store);
    this.#stored = new StoredContent(store, resume);
    this.content = new TorrentContent(this.#stored);
    this.wishes = new TorrentWishes(this.content, this.#stored);
    this.moves = new ContentMoves({
      folders,
      resume,
      flushed: () => store.flushed(),
      onProgress: ({ row }, progress) => this.roster.get(row.infoHash)?.showMove(progress),
      onTrouble: ({ row }, words) => {
        const message = `${row.givenName ?? row.name}: ${words}`;
        onTrouble(message);
        this.notices.tell({ kind: 'error', hash: row.infoHash, message });
      },
    });
    this.starter = new TorrentStarter(this.roster, () => settings.get());
    this.limits = new LimitsInForce(client, settings);
    for (const row of store.all()) this.#takeBack(row);
    this.roster.closeGaps();
    this.rounds = new SessionRounds({
      roster: this.roster,
      store,
      speeds: this.speeds,
      onRound: () => this.#onRound(),
      onTrouble,
    });
    settings.onChange((_, changed) => {
      if (changed.size === 0) return;
      void this.starter.soon();
      this.notices.tell({ kind: 'settings', message: 'The settings were changed' });
    });
    void this.starter.soon();
  }

  #takeBack(row: StoredTorrent): void {
    const torrent = this.#manage(row);
    this.moves.carryOn(torrent);
    if (row.wanted === 'removing') this.#finishRemoval(torrent);
    else this.roster.add(torrent);
  }

  #manage(row: StoredTorrent): ManagedTorrent {
    const { client, store, resume } = this.#options;
    return new ManagedTorrent(row, {
      client,
      store,
      resume,
      onChanged: () => void this.starter.soon(),
      onInfo: (torrent, before) => this.#onInfo(torrent, before),
      onMoved: (torrent, down, up) => this.speeds.add(torrent.infoHash, down, up),
      onCompleted: ({ infoHash, info }) => {
        const message = `${info.name} is complete`;
        this.notices.tell({ kind: 'completed', hash: infoHash, message });
      },
    });
  }

  #onInfo({ infoHash, info }: ManagedTorrent, before: TorrentInfo): void {
    if (!this.roster.has(infoHash)) return;
    this.log.changed(infoHash);
    if (info.state !== 'error' || before.state === 'error') return;
    const message = `${info.name}: ${info.error?.message ?? 'it cannot go on'}`;
    this.notices.tell({ kind: 'error', hash: infoHash, message });
  }

  /** A crash came in between. */
  #finishRemoval(torrent: ManagedTorrent): void {
    this.#leave(torrent, true).catch((error: unknown) => {
      this.roster.add(torrent);
      this.log.changed(torrent.infoHash);
      this.#options.onTrouble(`the files of ${torrent.info.name} are left: ${String(error)}`);
    });
  }

  // -------------------------------------------------------------- in and out

  /**
   * The torrent that is in the roster and the store now; not flushed yet. With `isVerified` its data is
   * there and was hashed just now.
   */
  async add({ source, ...asked }: AddTorrent, isVerified = false): Promise<ManagedTorrent> {
    this.requireOpen();
    const { folders, settings, store } = this.#options;
    const dir = folders.choose(asked.dir ?? this.labels.folderOf(asked.category));
    const loaded = await this.#load(source);
    const described = describeSource(loaded, nodeHashes);
    this.#requireNew(described);
    await requireFolder(dir);
    const { metainfo } = described;
    const hasData = metainfo !== undefined && !isVerified && (await hasContent(metainfo, dir));
    await this.#leaving.get(described.infoHash);
    this.requireOpen();
    this.#requireNew(described);
    const isStarted = asked.paused === undefined ? settings.get().startAdded : !asked.paused;
    const queuePosition = this.roster.nextPosition;
    const checksAlone = isStarted && hasData;
    const row = admitted({ described, asked, dir, isStarted, checksAlone, queuePosition });
    store.add(row, loaded);
    const torrent = this.#manage(row);
    if (isVerified) torrent.trustOnce();
    this.roster.add(torrent);
    this.log.changed(row.infoHash);
    const message = `${torrent.info.name} was added`;
    this.notices.tell({ kind: 'added', hash: row.infoHash, message });
    return torrent;
  }

  async #load(source: Uint8Array | string): Promise<TorrentSource> {
    if (typeof source !== 'string' || !/^https?:/i.test(source)) return source;
    return fetchSource(source, this.#closing.signal);
  }

  requireOpen(): void {
    if (!this.#closing.signal.aborted) return;
    throw new DaemonRefusal('SHUTTING_DOWN', 'The daemon is ending. Start it again, then repeat');
  }

  #requireNew({ infoHash, name }: SourceDescription): void {
    if (!this.roster.has(infoHash)) return;
    throw new DaemonRefusal('TORRENT_DUPLICATE', `${name} is here already, as ${infoHash}`, {
      field: 'source',
      hash: infoHash,
    });
  }

  async remove(torrent: ManagedTorrent, withData: boolean): Promise<void> {
    const { infoHash } = torrent;
    this.moves.cancel(torrent);
    const leaving = this.#leave(torrent, withData);
    this.roster.delete(torrent);
    this.log.removed(infoHash);
    try {
      await leaving;
    } catch (error) {
      this.roster.add(torrent);
      this.log.changed(infoHash);
      const cause = error instanceof Error ? error.message : String(error);
      throw new DaemonRefusal(
        'DISK_FOLDER',
        `Its files cannot be deleted: ${cause}. The torrent is stopped; free its folder and try again, or remove it without its data`,
      );
    }
    this.speeds.forget(infoHash);
    this.#stored.forget(infoHash);
    const message = `${torrent.info.name} was removed`;
    this.notices.tell({ kind: 'removed', hash: infoHash, message });
  }

  async #leave(torrent: ManagedTorrent, withData: boolean): Promise<void> {
    const { infoHash } = torrent;
    const leaving = torrent.remove(withData).finally(() => this.#leaving.delete(infoHash));
    // Who waits for it only wants it to be over.
    this.#leaving.set(
      infoHash,
      leaving.catch(() => undefined),
    );
    await leaving;
  }

  // -------------------------------------------------------------- what happens by itself

  #onRound(): void {
    const goals = this.#options.settings.get();
    for (const torrent of this.roster.all()) {
      if (torrent.status?.phase !== 'seeding' || torrent.row.goalWaived) continue;
      const goal = reachedGoal(torrent.kept, goals);
      if (goal !== undefined) void torrent.stop(goal);
    }
    this.limits.look();
    this.starter.lookAround();
  }

  /** Leaves every swarm and saves. The client and the store stay open for their owner to close. Idempotent. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.rounds.close();
    this.starter.close();
    this.moves.close();
    this.rounds.saveAll();
    await Promise.all([...this.roster.all()].map((torrent) => torrent.settled()));
    await Promise.all(this.#leaving.values());
    this.rounds.saveAll();
    await this.#options.client.close();
    this.rounds.saveAll();
    await this.#options.store.flushed();
  }
}
