/**
 * One torrent of the daemon, whether it runs or not: what is wanted of it, kept in the session store, and
 * the client's torrent while it runs.
 * Invariants: what is wanted is on the disk before anything is done about it; it enters and leaves the
 * client one step at a time, in the order asked.
 */
import type { Cause, TorrentInfo, TorrentState } from '../api/contract/torrents.ts';
import type { InfoHash } from '../base/ids.ts';
import type { TorrentStatus } from '../engine/torrent-status.ts';
import { nodeHashes } from '../node/hashes.ts';
import { type TorrentInfo as ContentInfo, parseInfo } from '../protocol/metainfo.ts';
import type { ClientFace, ClientTorrent } from './client-contract.ts';
import { deleteContent } from './delete-content.ts';
import { requireContent } from './missing-content.ts';
import type { ResumeFiles } from './resume-files.ts';
import type { SessionStore, StoredTorrent, Wanted } from './session-store.ts';
import { describeSource, pathRules } from './source-description.ts';

export interface ManagedContext {
  readonly client: ClientFace;
  readonly store: SessionStore;
  readonly resume: ResumeFiles;
  /** It moved on, so that others may have their turn. */
  onChanged(): void;
}

/** A download that got nothing for so long gives its place among the active ones to another. */
const idleMs = 5 * 60_000;

export class ManagedTorrent {
  readonly infoHash: InfoHash;
  readonly #context: ManagedContext;
  #row: StoredTorrent;
  #isUnsaved = false;
  #torrent: ClientTorrent | undefined;
  #failure: Cause | undefined;
  #turn: Promise<void> = Promise.resolve();
  /** Steps asked for and not done. */
  #steps = 0;
  /** What the session knows beyond the client's own count, which a crash may have set back. */
  #uploadedBefore = 0;
  #downloadedBefore = 0;
  #movedAtMs = 0;
  /** This run began with a check of everything. */
  #checksAll = false;

  constructor(row: StoredTorrent, context: ManagedContext) {
    this.infoHash = row.infoHash;
    this.#row = row;
    this.#context = context;
  }

  // -------------------------------------------------------------- state

  get wanted(): Wanted {
    return this.#row.wanted;
  }

  get torrent(): ClientTorrent | undefined {
    return this.#torrent;
  }

  get wasCompleted(): boolean {
    return this.#row.completedAtMs !== undefined;
  }

  /** Wants to run, and neither does nor is about to. */
  get isWaiting(): boolean {
    return (
      this.#row.wanted === 'started' &&
      this.#torrent === undefined &&
      this.#failure === undefined &&
      this.#steps === 0
    );
  }

  /** Takes one of the places for downloads. */
  isActiveDownload(nowMs: number): boolean {
    if (this.#row.wanted !== 'started' || this.wasCompleted) return false;
    if (this.#torrent === undefined) return this.#steps > 0 && this.#failure === undefined;
    const { phase, downRate } = this.#torrent.status();
    if (downRate > 0 || phase === 'checking' || this.#movedAtMs === 0) this.#movedAtMs = nowMs;
    return phase !== 'seeding' && nowMs - this.#movedAtMs < idleMs;
  }

  info(): TorrentInfo {
    const status = this.#refresh();
    const row = this.#row;
    const error = this.#failure ?? (status?.error && causeOf(status.error));
    const state = this.#state(status);
    return {
      hash: this.infoHash,
      name: row.name,
      state,
      lengthBytes: row.lengthBytes,
      doneBytes: row.doneBytes,
      progress: progressOf(row, status),
      downRate: status?.downRate ?? 0,
      upRate: status?.upRate ?? 0,
      uploadedBytes: row.uploadedBytes,
      downloadedBytes: row.downloadedBytes,
      ratio: row.lengthBytes === 0 ? 0 : row.uploadedBytes / row.lengthBytes,
      peers: status?.connectedPeers ?? 0,
      seeds: status?.connectedSeeders ?? 0,
      ...(status?.etaSeconds !== undefined && { etaSeconds: status.etaSeconds }),
      ...(status?.stalled !== undefined && { stalled: causeOf(status.stalled) }),
      addedAt: new Date(row.addedAtMs).toISOString(),
      ...(row.completedAtMs !== undefined && {
        completedAt: new Date(row.completedAtMs).toISOString(),
      }),
      dir: row.dir,
      wantedBytes: row.wantedBytes,
      private: false,
      sequential: false,
      forced: false,
      queuePosition: 0,
      labels: [],
      trackerFailed: false,
      ...(state === 'error' && error !== undefined && { error }),
    };
  }

  #state(status: TorrentStatus | undefined): TorrentState {
    if (this.#row.wanted !== 'started') return 'stopped';
    if (this.#failure !== undefined) return 'error';
    if (status === undefined || status.phase === 'stopped') return 'queued';
    return status.phase;
  }

  /** Takes over what the client's torrent has reached; undefined when it does not run. */
  #refresh(): TorrentStatus | undefined {
    const status = this.#torrent?.status();
    if (status === undefined) return undefined;
    const isKnown = status.lengthBytes > 0;
    this.#change({
      name: status.name,
      ...(isKnown && {
        lengthBytes: status.lengthBytes,
        wantedBytes: status.wantedBytes,
        doneBytes: status.doneBytes,
      }),
      uploadedBytes: status.uploadedBytes + this.#uploadedBefore,
      downloadedBytes: status.downloadedBytes + this.#downloadedBefore,
    });
    if (this.#checksAll && isKnown && status.phase !== 'checking') this.#onCheckedAll(status);
    return status;
  }

  /** Until here the check would begin anew after a crash. What is found missing makes it a download again. */
  #onCheckedAll({ phase }: TorrentStatus): void {
    this.#checksAll = false;
    this.#change({ recheck: false, ...(phase === 'downloading' && { completedAtMs: undefined }) });
  }

  #change(news: Partial<StoredTorrent>): void {
    const keys = Object.keys(news) as (keyof StoredTorrent)[];
    if (keys.every((key) => news[key] === this.#row[key])) return;
    this.#row = { ...this.#row, ...news };
    this.#isUnsaved = true;
  }

  /** What has to be saved since it was asked the last time. */
  takeUnsaved(): StoredTorrent | undefined {
    this.#refresh();
    if (!this.#isUnsaved) return undefined;
    this.#isUnsaved = false;
    return this.#row;
  }

  #saveNow(news: Partial<StoredTorrent>): void {
    const row = { ...this.#row, ...news };
    this.#context.store.save([row]);
    this.#row = row;
    this.#isUnsaved = false;
  }

  // -------------------------------------------------------------- what is asked

  /** It may run; `run` is called when it is its turn. */
  wantStarted(): void {
    this.#failure = undefined;
    if (this.#row.wanted !== 'started') this.#saveNow({ wanted: 'started' });
  }

  /** Leaves the swarm behind the answer. */
  wantStopped(): void {
    this.#refresh();
    this.#failure = undefined;
    if (this.#row.wanted !== 'stopped') this.#saveNow({ wanted: 'stopped' });
    void this.#step(() => this.#leave());
  }

  verify(): void {
    this.#failure = undefined;
    this.#checksAll = false;
    this.#saveNow({ recheck: true });
    void this.#step(async () => {
      await this.#leave();
      if (this.#row.wanted === 'started') await this.#enter();
    });
  }

  run(): Promise<void> {
    return this.#step(async () => {
      if (this.#row.wanted === 'started' && this.#torrent === undefined) await this.#enter();
    });
  }

  /** All steps asked so far are done. */
  settled(): Promise<void> {
    return this.#turn;
  }

  /** Resolves when nothing of it is left; rejects when its files cannot be deleted, and then it is stopped. */
  async remove(withData: boolean): Promise<void> {
    if (withData) this.#saveNow({ wanted: 'removing' });
    else this.#context.store.remove(this.infoHash);
    let failure: unknown;
    await this.#step(async () => {
      const info = withData ? await this.contentInfo() : undefined;
      await this.#leave();
      try {
        if (info !== undefined) await deleteContent(info, this.#row.dir);
        if (withData) this.#context.store.remove(this.infoHash);
        await this.#context.resume.forget(this.infoHash);
      } catch (error) {
        failure = error;
        if (withData) this.#saveNow({ wanted: 'stopped' });
      }
    });
    if (failure !== undefined) throw failure;
  }

  /** Undefined until the metadata of a magnet link is here. */
  async contentInfo(): Promise<ContentInfo | undefined> {
    if (this.#torrent?.metainfo !== undefined) return this.#torrent.metainfo;
    const source = this.#context.store.source(this.infoHash);
    if (source === undefined) return undefined;
    const described = describeSource(source, nodeHashes);
    if (described.metainfo !== undefined) return described.metainfo;
    const info = await this.#context.resume.loadInfo(this.infoHash);
    if (info === undefined || !described.isInfo(info)) return undefined;
    return parseInfo(info, nodeHashes, { pathRules });
  }

  // -------------------------------------------------------------- steps

  #step(work: () => Promise<void>): Promise<void> {
    this.#steps++;
    this.#turn = this.#turn
      .then(work)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#steps--;
        this.#context.onChanged();
      });
    return this.#turn;
  }

  async #enter(): Promise<void> {
    const { client, store } = this.#context;
    const { dir, trackers, recheck, uploadedBytes, downloadedBytes } = this.#row;
    const source = store.source(this.infoHash);
    if (source === undefined) throw new Error('the session has no source of this torrent');
    const info = this.wasCompleted && !recheck ? await this.contentInfo() : undefined;
    if (info !== undefined) await requireContent(info, dir);
    const torrent = await client.add(source, { dir, trackers, recheck });
    const status = torrent.status();
    this.#uploadedBefore = Math.max(0, uploadedBytes - status.uploadedBytes);
    this.#downloadedBefore = Math.max(0, downloadedBytes - status.downloadedBytes);
    this.#movedAtMs = 0;
    this.#checksAll = recheck;
    this.#torrent = torrent;
    torrent.completed().then(
      () => this.#onCompleted(),
      (error: unknown) => {
        if (this.#torrent === torrent) this.#fail(error);
      },
    );
  }

  async #leave(): Promise<void> {
    const torrent = this.#torrent;
    if (torrent === undefined) return;
    this.#refresh();
    this.#torrent = undefined;
    await torrent.remove();
  }

  #onCompleted(): void {
    if (this.wasCompleted || this.#torrent === undefined) return;
    this.#refresh();
    this.#saveNow({ completedAtMs: Date.now() });
    this.#context.onChanged();
  }

  #fail(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
    this.#failure = { code, message: error instanceof Error ? error.message : String(error) };
  }
}

function causeOf({ code, message }: Cause): Cause {
  return { code, message };
}

function progressOf(row: StoredTorrent, status: TorrentStatus | undefined): number {
  if (status?.phase === 'checking') return status.checkedFraction ?? 0;
  if (row.lengthBytes === 0) return 0;
  return row.wantedBytes === 0 ? 1 : Math.min(1, row.doneBytes / row.wantedBytes);
}
