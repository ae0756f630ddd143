/**
 * One torrent of the daemon, whether it runs or not: what is wanted of it, kept in the session store, and
 * the client's torrent while it runs.
 * Invariants: what is wanted is written before anything is done about it; it enters and leaves the
 * client one step at a time, in the order asked; `info` tells what the latest look at it found.
 */
import type { Cause, TorrentInfo } from '../../api/contract/torrents.ts';
import type { InfoHash } from '../../base/ids.ts';
import type { TorrentStatus } from '../../engine/torrent-status.ts';
import type { TorrentInfo as ContentInfo } from '../../protocol/metainfo.ts';
import type { ClientFace, ClientTorrent } from '../client/client-contract.ts';
import type { ResumeFiles } from '../client/resume-files.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { Goal, StoredTorrent } from '../session/stored-torrent.ts';
import { ClientStay } from './client-stay.ts';
import { eraseTorrent } from './erase-torrent.ts';
import { priorityWordsOf } from './file-wishes.ts';
import { keptInfo } from './kept-info.ts';
import { KeptRow } from './kept-row.ts';
import { newsOfStart, newsOfStop } from './run-wishes.ts';
import { StepQueue } from './step-queue.ts';
import { isComplete, sameInfo, torrentInfo } from './torrent-info.ts';

export interface ManagedContext {
  readonly client: ClientFace;
  readonly store: SessionStore;
  readonly resume: ResumeFiles;
  /** It moved on, so that others may have their turn. */
  onChanged(): void;
  /** Its `info` is another. */
  onInfo(torrent: ManagedTorrent, before: TorrentInfo): void;
  /** Payload that came and went since the last look. */
  onMoved(torrent: ManagedTorrent, downBytes: number, upBytes: number): void;
  onCompleted(torrent: ManagedTorrent): void;
}

export class ManagedTorrent {
  readonly infoHash: InfoHash;
  readonly #context: ManagedContext;
  readonly kept: KeptRow;
  #info: TorrentInfo;
  #status: TorrentStatus | undefined;
  /** While it is in the client. */
  #stay: ClientStay | undefined;
  #failure: Cause | undefined;
  #waits: Cause | undefined;
  #isMoving = false;
  /** Of a move under way, 0 to 1. */
  #moved = 0;
  /** Its data was hashed just now and is not read again. */
  #isTrusted = false;
  readonly #steps = new StepQueue(() => {
    this.refresh();
    this.#context.onChanged();
  });

  constructor(row: StoredTorrent, context: ManagedContext) {
    this.infoHash = row.infoHash;
    this.kept = new KeptRow(row, context.store);
    this.#context = context;
    this.#info = this.#look();
  }

  // -------------------------------------------------------------- state

  get row(): StoredTorrent {
    return this.kept.row;
  }

  get torrent(): ClientTorrent | undefined {
    return this.#stay?.torrent;
  }

  /** Of the latest look. */
  get status(): TorrentStatus | undefined {
    return this.#status;
  }

  get info(): TorrentInfo {
    return this.#info;
  }

  get isStarted(): boolean {
    return this.row.wanted === 'started';
  }

  get wasCompleted(): boolean {
    return this.row.completedAtMs !== undefined;
  }

  /** Everything wanted is here, as far as is known. */
  get isComplete(): boolean {
    return isComplete(this.row, this.#status);
  }

  get isMoving(): boolean {
    return this.#isMoving;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** On its way into the client or out of it. */
  get isBusy(): boolean {
    return this.#steps.isBusy;
  }

  /** It is stopped, and its data is to be checked. */
  get isStoppedForCheck(): boolean {
    const { wanted, checksAlone } = this.row;
    return wanted === 'stopped' && checksAlone && this.#failure === undefined;
  }

  /** In the client for a check only. */
  get isAlone(): boolean {
    return this.#stay?.isAlone === true;
  }

  /** Takes over what the client's torrent has reached. */
  refresh(): TorrentInfo {
    const status = this.torrent?.status();
    this.#status = status;
    if (status !== undefined && this.#stay !== undefined) this.#takeOver(status, this.#stay);
    const before = this.#info;
    const info = this.#look();
    if (sameInfo(info, before)) return before;
    this.#info = info;
    this.#context.onInfo(this, before);
    return info;
  }

  /** Not told to anybody. */
  #look(): TorrentInfo {
    const { tracker, trackerFailed = false } = this.#stay?.trackers ?? {};
    return torrentInfo({
      row: this.row,
      status: this.#status,
      failure: this.#failure,
      moved: this.#isMoving ? this.#moved : undefined,
      isAlone: this.isAlone,
      waits: this.#waits,
      tracker,
      trackerFailed,
    });
  }

  #takeOver(status: TorrentStatus, stay: ClientStay): void {
    const isKnown = status.lengthBytes > 0;
    const { downBytes, upBytes, totals } = stay.count(status);
    const hasMoved = downBytes > 0 || upBytes > 0;
    if (hasMoved) this.#context.onMoved(this, downBytes, upBytes);
    this.kept.set({
      name: status.name,
      ...(isKnown && {
        lengthBytes: status.lengthBytes,
        wantedBytes: status.wantedBytes,
        doneBytes: status.doneBytes,
      }),
      ...(status.isPrivate && { private: true }),
      ...(hasMoved && { activeAtMs: Date.now() }),
      ...totals,
    });
    if (!isKnown || status.phase === 'checking') return;
    if (status.phase === 'downloading' && this.wasCompleted) this.#downloadAgain(stay.torrent);
    if (stay.checksAll || (stay.isAlone && this.row.checksAlone)) this.#onChecked(stay);
  }

  /** More is wanted than was, or something was found missing. */
  #downloadAgain(torrent: ClientTorrent): void {
    this.kept.saveSoon({ completedAtMs: undefined });
    this.#awaitCompletion(torrent);
  }

  /** Until here the check would begin anew after a crash. */
  #onChecked(stay: ClientStay): void {
    stay.checksAll = false;
    this.kept.saveSoon({ recheck: false, checksAlone: false });
    if (stay.isAlone) void this.leave();
  }

  /** Time that passed while it ran. */
  passTime(ms: number): void {
    if (this.#status === undefined || this.isAlone) return;
    this.kept.passTime(ms, this.#status.phase === 'seeding');
  }

  // -------------------------------------------------------------- what is asked

  /** The store has it already. */
  placed(queuePosition: number): void {
    this.kept.adopt({ queuePosition });
    this.refresh();
  }

  /** Writes what is wanted. */
  change(news: Partial<StoredTorrent>): void {
    this.kept.saveNow(news);
    this.refresh();
  }

  /** Which files are wanted how much; `counts` are what follows from it while it does not run. */
  choose(
    priorities: Uint8Array | undefined,
    counts: Partial<Pick<StoredTorrent, 'doneBytes' | 'wantedBytes'>>,
  ): void {
    const { doneBytes, wantedBytes } = { ...this.row, ...counts };
    const isLacking = this.wasCompleted && doneBytes < wantedBytes;
    this.kept.saveNow({
      priorities,
      ...counts,
      ...(isLacking && { completedAtMs: undefined }),
    });
    this.torrent?.setPriorities(priorityWordsOf(priorities));
    this.refresh();
    // What follows for a torrent that runs: without it a crash leaves it complete with files missing.
    this.kept.saveNow({});
  }

  /** Its data is all there and was hashed just now. */
  trustOnce(): void {
    this.#isTrusted = true;
    const { lengthBytes } = this.row;
    this.change({ completedAtMs: Date.now(), doneBytes: lengthBytes });
  }

  showMove(progress: number): void {
    const percent = Math.floor(progress * 100) / 100;
    if (percent === this.#moved) return;
    this.#moved = percent;
    this.refresh();
  }

  /** Why it is not its turn. */
  setWaits(waits: Cause | undefined): void {
    if (waits === undefined && this.#waits === undefined) return;
    if (waits?.code === this.#waits?.code && waits?.message === this.#waits?.message) return;
    this.#waits = waits;
    this.refresh();
  }

  /** It may run; `run` is called when it is its turn. */
  start(forced: boolean, hasReachedGoal: boolean): Promise<void> {
    const { isAlone } = this;
    this.#failure = undefined;
    const news = newsOfStart(this.row, forced, hasReachedGoal);
    if (news !== undefined) this.kept.saveNow(news);
    this.refresh();
    // It entered without its trackers.
    return isAlone ? this.leave() : this.settled();
  }

  /** It is out of the swarm when this settles. `goal`: what stops it, when no person does. */
  stop(goal?: Goal): Promise<void> {
    this.#failure = undefined;
    this.refresh();
    const news = newsOfStop(this.row, goal);
    if (news !== undefined) this.kept.saveNow(news);
    this.refresh();
    return this.leave();
  }

  run(alone: boolean): Promise<void> {
    return this.#step(async () => {
      const mayRun = alone ? this.row.checksAlone : this.isStarted;
      if (mayRun && this.#stay === undefined) await this.#enter(alone);
    });
  }

  /** Leaves the swarm; who is wanted comes back when it is its turn. */
  leave(): Promise<void> {
    return this.#step(() => this.#leave());
  }

  /** `work` while it is out of the client; what it gives is written. Rejects with what `work` rejects with. */
  async whileOut(work: () => Promise<Partial<StoredTorrent>>): Promise<void> {
    await this.#stepOrThrow(async () => {
      this.#isMoving = true;
      this.#moved = 0;
      try {
        await this.#leave();
        this.refresh();
        this.kept.saveNow(await work());
      } finally {
        this.#isMoving = false;
      }
    });
  }

  /** Reads everything again: in its place in the client when it has one, and else by itself. */
  async verify(): Promise<void> {
    this.#failure = undefined;
    const stay = this.isStarted && !this.isAlone && !this.isBusy ? this.#stay : undefined;
    const runs = stay !== undefined;
    this.kept.saveNow({ recheck: true, checksAlone: !runs });
    if (stay?.checkInPlace() !== true) {
      // What is being checked for another reason does not count.
      if (this.#stay !== undefined) this.#stay.checksAll = false;
      void this.#step(async () => {
        await this.#leave();
        if (runs && this.isStarted) await this.#enter(false);
      });
    }
    this.refresh();
    await this.settled();
  }

  /** All steps asked so far are done. */
  settled(): Promise<void> {
    return this.#steps.settled();
  }

  /** Resolves when nothing of it is left; rejects when its files cannot be deleted, and then it is stopped. */
  async remove(withData: boolean): Promise<void> {
    if (withData) this.kept.saveNow({ wanted: 'removing' });
    else this.#context.store.remove(this.infoHash);
    await this.#stepOrThrow(async () => {
      const info = withData ? await this.contentInfo() : undefined;
      await this.#leave();
      await eraseTorrent(this.row, info, this.#context).catch((error: unknown) => {
        if (withData) this.kept.saveNow({ wanted: 'stopped' });
        throw error;
      });
    });
  }

  /** Undefined until the metadata of a magnet link is here. */
  async contentInfo(): Promise<ContentInfo | undefined> {
    return this.torrent?.metainfo ?? keptInfo(this.infoHash, this.#context);
  }

  // -------------------------------------------------------------- steps

  #step(work: () => Promise<void>): Promise<void> {
    return this.#steps.add(work, (error) => this.#fail(error));
  }

  /** What fails is told to who asked, and is no failure of the torrent. */
  async #stepOrThrow(work: () => Promise<void>): Promise<void> {
    let failure: unknown;
    await this.#step(async () => {
      try {
        await work();
      } catch (error) {
        failure = error;
      }
    });
    if (failure !== undefined) throw failure;
  }

  async #enter(alone: boolean): Promise<void> {
    const purpose = { alone, isTrusted: this.#isTrusted };
    const stay = await ClientStay.begin(this.row, purpose, this.#context);
    this.#isTrusted = false;
    this.#waits = undefined;
    this.#stay = stay;
    const firstTracker = stay.torrent.trackers()[0]?.url;
    if (firstTracker !== undefined) this.kept.set({ firstTracker });
    // With a place of its own, it is checked there.
    if (!alone && !stay.checksAll) this.kept.set({ checksAlone: false });
    this.#awaitCompletion(stay.torrent);
  }

  #awaitCompletion(torrent: ClientTorrent): void {
    torrent.completed().then(
      () => this.#onCompleted(),
      (error: unknown) => {
        if (this.torrent === torrent) this.#fail(error);
      },
    );
  }

  async #leave(): Promise<void> {
    const stay = this.#stay;
    if (stay === undefined) return;
    this.refresh();
    this.#stay = undefined;
    this.#status = undefined;
    await stay.torrent.remove();
  }

  #onCompleted(): void {
    if (this.wasCompleted || this.#stay === undefined) return;
    this.kept.saveSoon({ completedAtMs: Date.now() });
    this.refresh();
    this.#context.onCompleted(this);
    this.#context.onChanged();
  }

  #fail(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
    this.#failure = { code, message: error instanceof Error ? error.message : String(error) };
    this.refresh();
  }
}
