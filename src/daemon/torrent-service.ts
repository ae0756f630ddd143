/**
 * All torrents of the daemon on top of one client: added, removed, started and stopped by people, and
 * back as they were after a restart or a crash.
 * Invariant: what was answered is in the session store. No more downloads than `maxActive` get new
 * places; those that wait are started in the order they were added.
 */
import type {
  SessionInfo,
  TorrentFile,
  TorrentInfo,
  TorrentPeer,
  TorrentState,
  TorrentTracker,
} from '../api/contract/torrents.ts';
import { torrentStates } from '../api/contract/torrents.ts';
import { DaemonRefusal } from '../api/service/refusal.ts';
import type { AddTorrent, TorrentsPort } from '../api/service/torrents-port.ts';
import { nodeHashes } from '../node/hashes.ts';
import { packageVersion } from '../node/package-version.ts';
import type { ClientFace, TorrentSource } from './client-contract.ts';
import { ClientError } from './client-error.ts';
import { prepareFolder } from './content-storage.ts';
import { fetchSource } from './fetch-source.ts';
import { ManagedTorrent } from './managed-torrent.ts';
import { contentFiles } from './placed-files.ts';
import type { ResumeFiles } from './resume-files.ts';
import type { SaveFolders } from './save-folders.ts';
import type { SessionStore, StoredTorrent } from './session-store.ts';
import { describeSource, type SourceDescription } from './source-description.ts';
import { peerOf, trackerOf } from './torrent-views.ts';

export interface TorrentServiceOptions {
  readonly client: ClientFace;
  readonly store: SessionStore;
  /** Of the client's state folder. */
  readonly resume: ResumeFiles;
  readonly folders: SaveFolders;
  readonly dataDir: string;
  /** Downloads that run at once; 5 unless told. */
  readonly maxActive?: number;
  /** Told of what goes wrong with nobody waiting for it. */
  readonly onTrouble: (message: string) => void;
}

const tickMs = 1000;
const saveEveryTicks = 10;
const defaultMaxActive = 5;
/** Each reads its resume state and looks at its files. */
const maxStartingAtOnce = 8;

export class TorrentService implements TorrentsPort {
  readonly #options: TorrentServiceOptions;
  readonly #startedAtMs = Date.now();
  /** In the order they were added. */
  readonly #torrents = new Map<string, ManagedTorrent>();
  /** Removed, and not out of the client yet. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #ticker: NodeJS.Timeout;
  #ticks = 0;
  #starting = 0;
  #pumpIsDue = false;

  /** Begins to start what is wanted. Throws ClientError when the store cannot be read. */
  constructor(options: TorrentServiceOptions) {
    this.#options = options;
    for (const row of options.store.all()) {
      const torrent = this.#manage(row);
      if (row.wanted === 'removing') this.#finishRemoval(torrent);
      else this.#torrents.set(row.infoHash, torrent);
    }
    this.#ticker = setInterval(() => this.#tick(), tickMs);
    this.#pumpSoon();
  }

  #manage(row: StoredTorrent): ManagedTorrent {
    const { client, store, resume } = this.#options;
    return new ManagedTorrent(row, { client, store, resume, onChanged: () => this.#pumpSoon() });
  }

  /** A crash came in between. */
  #finishRemoval(torrent: ManagedTorrent): void {
    this.#leave(torrent, true).catch((error: unknown) => {
      this.#torrents.set(torrent.infoHash, torrent);
      this.#options.onTrouble(`the files of ${torrent.info().name} are left: ${String(error)}`);
    });
  }

  // -------------------------------------------------------------- what is asked

  session(): SessionInfo {
    const { client, folders, dataDir } = this.#options;
    const counts = Object.fromEntries(torrentStates.map((state) => [state, 0]));
    let downRate = 0;
    let upRate = 0;
    for (const torrent of this.list()) {
      counts[torrent.state] = (counts[torrent.state] ?? 0) + 1;
      downRate += torrent.downRate;
      upRate += torrent.upRate;
    }
    return {
      version: packageVersion(),
      pid: process.pid,
      startedAt: new Date(this.#startedAtMs).toISOString(),
      downRate,
      upRate,
      torrents: this.#torrents.size,
      counts: counts as Record<TorrentState, number>,
      peerPort: client.port,
      dir: folders.dir,
      dataDir,
      alternativeLimits: false,
      downloadedBytes: 0,
      uploadedBytes: 0,
      allDownloadedBytes: 0,
      allUploadedBytes: 0,
      peers: 0,
    };
  }

  list(): readonly TorrentInfo[] {
    return [...this.#torrents.values()].map((torrent) => torrent.info());
  }

  get(hash: string): TorrentInfo {
    return this.#find(hash).info();
  }

  async add({ source, dir, paused, trackers }: AddTorrent): Promise<TorrentInfo> {
    this.#requireOpen();
    const { folders, store } = this.#options;
    const folder = folders.choose(dir);
    const loaded = await this.#load(source);
    const described = describeSource(loaded, nodeHashes);
    const { infoHash } = described;
    this.#requireNew(described);
    await orRefusal(prepareFolder(folder, true));
    await this.#leaving.get(infoHash);
    this.#requireOpen();
    this.#requireNew(described);
    const row = newRow(described, { dir: folder, paused, trackers });
    store.add(row, loaded);
    const torrent = this.#manage(row);
    this.#torrents.set(infoHash, torrent);
    this.#pump();
    await torrent.settled();
    return torrent.info();
  }

  async #load(source: Uint8Array | string): Promise<TorrentSource> {
    if (typeof source !== 'string' || !/^https?:/i.test(source)) return source;
    return fetchSource(source, this.#closing.signal);
  }

  #requireOpen(): void {
    if (!this.#closing.signal.aborted) return;
    throw new DaemonRefusal('SHUTTING_DOWN', 'The daemon is ending. Start it again, then repeat');
  }

  #requireNew({ infoHash, name }: SourceDescription): void {
    if (!this.#torrents.has(infoHash)) return;
    throw new DaemonRefusal('TORRENT_DUPLICATE', `${name} is here already, as ${infoHash}`, {
      field: 'source',
      hash: infoHash,
    });
  }

  async remove(hash: string, withData: boolean): Promise<void> {
    const torrent = this.#find(hash);
    this.#torrents.delete(hash);
    try {
      await this.#leave(torrent, withData);
    } catch (error) {
      this.#torrents.set(hash, torrent);
      const cause = error instanceof Error ? error.message : String(error);
      throw new DaemonRefusal(
        'DISK_FOLDER',
        `Its files cannot be deleted: ${cause}. The torrent is stopped; free its folder and try again, or remove it without its data`,
      );
    }
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

  async start(hash: string): Promise<TorrentInfo> {
    this.#requireOpen();
    const torrent = this.#find(hash);
    torrent.wantStarted();
    await torrent.settled();
    this.#pump();
    await torrent.settled();
    return torrent.info();
  }

  async stop(hash: string): Promise<TorrentInfo> {
    const torrent = this.#find(hash);
    torrent.wantStopped();
    return torrent.info();
  }

  async verify(hash: string): Promise<TorrentInfo> {
    this.#requireOpen();
    const torrent = this.#running(hash, 'verify');
    torrent.verify();
    await torrent.settled();
    return torrent.info();
  }

  async reannounce(hash: string): Promise<TorrentInfo> {
    const torrent = this.#running(hash, 'announce');
    torrent.torrent?.reannounce();
    return torrent.info();
  }

  async files(hash: string): Promise<readonly TorrentFile[]> {
    const info = await this.#find(hash).contentInfo();
    if (info === undefined) return [];
    return contentFiles(info).flatMap(({ path, lengthBytes, padding }, index) =>
      padding
        ? []
        : [{ index, path: path.join('/'), lengthBytes, doneBytes: 0, priority: 'normal' as const }],
    );
  }

  peers(hash: string): readonly TorrentPeer[] {
    return (this.#find(hash).torrent?.peers() ?? []).map(peerOf);
  }

  trackers(hash: string): readonly TorrentTracker[] {
    return (this.#find(hash).torrent?.trackers() ?? []).map(trackerOf);
  }

  // The rest of the port, until the service has it.
  detail(): never {
    return notYet();
  }
  changes(): never {
    return notYet();
  }
  onNotice(): never {
    return notYet();
  }
  forceStart(): never {
    return notYet();
  }
  actOnMany(): never {
    return notYet();
  }
  change(): never {
    return notYet();
  }
  move(): never {
    return notYet();
  }
  rename(): never {
    return notYet();
  }
  moveInQueue(): never {
    return notYet();
  }
  setPriorities(): never {
    return notYet();
  }
  addPeers(): never {
    return notYet();
  }
  setTrackers(): never {
    return notYet();
  }
  pieces(): never {
    return notYet();
  }
  speed(): never {
    return notYet();
  }
  torrentFile(): never {
    return notYet();
  }
  openFile(): never {
    return notYet();
  }

  #find(hash: string): ManagedTorrent {
    const torrent = this.#torrents.get(hash);
    if (torrent !== undefined) return torrent;
    throw new DaemonRefusal('NOT_FOUND', `There is no torrent ${hash} here. List them for others`);
  }

  #running(hash: string, what: string): ManagedTorrent {
    const torrent = this.#find(hash);
    if (torrent.wanted === 'started') return torrent;
    throw new DaemonRefusal(
      'TORRENT_STOPPED',
      `${torrent.info().name} is stopped. Start it to ${what} it`,
    );
  }

  // -------------------------------------------------------------- what happens by itself

  #tick(): void {
    this.#ticks++;
    this.#pump();
    if (this.#ticks % saveEveryTicks !== 0) return;
    try {
      this.#save();
    } catch (error) {
      this.#options.onTrouble(error instanceof Error ? error.message : String(error));
    }
  }

  #save(): void {
    const unsaved: StoredTorrent[] = [];
    for (const torrent of this.#torrents.values()) {
      const row = torrent.takeUnsaved();
      if (row !== undefined) unsaved.push(row);
    }
    this.#options.store.save(unsaved);
  }

  #pumpSoon(): void {
    if (this.#pumpIsDue) return;
    this.#pumpIsDue = true;
    setImmediate(() => {
      this.#pumpIsDue = false;
      this.#pump();
    });
  }

  /** Starts what waits, as far as there are places. */
  #pump(): void {
    if (this.#closing.signal.aborted) return;
    const { maxActive = defaultMaxActive } = this.#options;
    const nowMs = performance.now();
    let active = 0;
    for (const torrent of this.#torrents.values()) {
      if (torrent.isActiveDownload(nowMs)) active++;
    }
    for (const torrent of this.#torrents.values()) {
      if (this.#starting >= maxStartingAtOnce) return;
      if (!torrent.isWaiting) continue;
      if (!torrent.wasCompleted) {
        if (active >= maxActive) continue;
        active++;
      }
      this.#starting++;
      void torrent.run().finally(() => {
        this.#starting--;
      });
    }
  }

  /** Leaves every swarm and saves. The client and the store stay open for their owner to close. Idempotent. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    clearInterval(this.#ticker);
    this.#save();
    await Promise.all([...this.#torrents.values()].map((torrent) => torrent.settled()));
    await Promise.all(this.#leaving.values());
    await this.#options.client.close();
    this.#save();
  }
}

function notYet(): never {
  throw new DaemonRefusal('INTERNAL', 'The daemon cannot do this yet');
}

function newRow(
  { infoHash, name, metainfo }: SourceDescription,
  asked: { paused?: boolean | undefined; trackers?: readonly string[] | undefined; dir: string },
): StoredTorrent {
  const lengthBytes = metainfo?.contentBytes ?? 0;
  return {
    infoHash,
    dir: asked.dir,
    trackers: asked.trackers ?? [],
    wanted: asked.paused ? 'stopped' : 'started',
    recheck: false,
    addedAtMs: Date.now(),
    completedAtMs: undefined,
    name,
    lengthBytes,
    wantedBytes: lengthBytes,
    doneBytes: 0,
    uploadedBytes: 0,
    downloadedBytes: 0,
  };
}

async function orRefusal(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw new DaemonRefusal('DISK_FOLDER', error.message, { field: 'dir' });
  }
}
