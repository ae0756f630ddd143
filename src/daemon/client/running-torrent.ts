/**
 * One torrent of a client, and what a program holds: it takes part in its swarm, or sleeps while it is
 * whole and nobody asks for it.
 * Invariants: it is awake or asleep, and changes between the two one step at a time; `completed` and
 * `goalReached` settle once; after `remove` nothing of it runs.
 */
import type { Endpoint } from '../../base/endpoint.ts';
import type { InfoHash } from '../../base/ids.ts';
import type { Content } from '../../engine/content.ts';
import { describePeers, describeTorrent } from '../../engine/describe-torrent.ts';
import { type PieceMap, pieceMapState } from '../../engine/piece-map.ts';
import type { PeerStatus, TorrentStatus } from '../../engine/torrent-status.ts';
import type { TrackerStatus } from '../../engine/tracker-status.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import { missingLayers } from '../../protocol/piece-layers.ts';
import { type KnownTorrent, loadKnown } from '../torrents/known-torrent.ts';
import { requireContent } from '../torrents/missing-content.ts';
import { SerialSteps } from '../torrents/serial-steps.ts';
import type { TorrentContext } from '../torrents/torrent-context.ts';
import { AwakeTorrent, type TorrentWishes, tiersOf } from './awake-torrent.ts';
import { ChangeSignal } from './change-signal.ts';
import type { ClientTorrent, FilePriority, FileReader } from './client-contract.ts';
import { ClientError } from './client-error.ts';
import { Completion } from './completion.ts';
import { readFileOf } from './content-file-reader.ts';
import { priorityWords } from './file-priorities.ts';
import { LentMetainfo } from './lent-metainfo.ts';
import { SleepingSeed } from './sleeping-seed.ts';
import { describeSource, type SourceDescription } from './source-description.ts';
import { isUntouchedAndWhole } from './untouched-content.ts';

/** Whoever waits looks again after this long, whatever happens. */
const patienceMs = 60_000;

export class RunningTorrent implements ClientTorrent {
  readonly infoHash: InfoHash;
  readonly #name: string;
  #context: TorrentContext;
  readonly #changed = new ChangeSignal();
  readonly #completion: Completion;
  readonly #wishes: TorrentWishes;
  #awake: AwakeTorrent | undefined;
  #asleep: SleepingSeed | undefined;
  readonly #lent = new LentMetainfo();
  readonly #steps = new SerialSteps();
  #waking: Promise<AwakeTorrent> | undefined;
  /** What is missing when it wakes next was asked for. */
  #fetchesMissing = false;
  #idleSinceMs: number | undefined;
  #removing: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(source: SourceDescription, context: TorrentContext) {
    const { priorities, sequential, downLimit, upLimit } = context.options;
    this.infoHash = source.infoHash;
    this.#name = source.name;
    this.#context = context;
    this.#completion = new Completion(context.options);
    this.#wishes = {
      priorities,
      sequential: sequential === true,
      limits: {
        ...(downLimit !== undefined && { downLimit }),
        ...(upLimit !== undefined && { upLimit }),
      },
    };
  }

  get dir(): string {
    return this.#context.dir;
  }

  get metainfo(): Metainfo | undefined {
    if (this.#asleep === undefined) return this.#awake?.metainfo;
    return this.#lent.get(this.infoHash, this.#context);
  }

  start(source: SourceDescription): Promise<void> {
    return this.#step(async () => {
      const { options } = this.#context;
      const known = await loadKnown(source, this.#context);
      this.#completion.restore(known.saved, options.seededForMs ?? 0);
      if (await this.#startAsleep(source, known)) return;
      await this.#requireFiles(known, options.mustBeThere);
      await this.#startAwake(source, known);
    });
  }

  #step<T>(work: () => Promise<T>): Promise<T> {
    return this.#steps.add(() => {
      if (this.#removing !== undefined) throw this.#removed();
      return work();
    });
  }

  // -------------------------------------------------------------- awake and asleep

  async #startAwake(source: SourceDescription, known: KnownTorrent): Promise<AwakeTorrent> {
    const awake = new AwakeTorrent(source, this.#context, {
      completion: this.#completion,
      wishes: this.#wishes,
      onChanged: () => this.#changed.notify(),
      onFailed: (error) => this.#fail(error),
    });
    await awake.start(known);
    this.#awake = awake;
    this.#asleep = undefined;
    this.#changed.notify();
    return awake;
  }

  /** A seed of which nothing but its announcing is needed; false when it has to be looked at first. */
  async #startAsleep(
    source: SourceDescription,
    { metainfo, saved }: KnownTorrent,
  ): Promise<boolean> {
    const { session, dir, options } = this.#context;
    if (metainfo === undefined || !this.#maySleep(source)) return false;
    if (options.recheck === true || (options.peers ?? []).length > 0) return false;
    if (!(await isUntouchedAndWhole(metainfo, dir, options.paths, saved))) return false;
    const torrent = session.addSleeping({
      infoHash: this.infoHash,
      infoHashBytes: source.infoHashBytes,
      tiers: tiersOf(source, this.#context),
      completedBefore: true,
      uploadedBytes: saved?.uploadedBytes ?? 0,
      downloadedBytes: saved?.downloadedBytes ?? 0,
      onWanted: () => this.#onWanted(),
    });
    if (torrent === undefined) return false;
    this.#asleep = new SleepingSeed(torrent, metainfo);
    this.#completion.set(true);
    return true;
  }

  /** Piece layers that peers sent are not read again just to be told. */
  #maySleep({ metainfo }: SourceDescription): boolean {
    const { resume, options } = this.#context;
    if (options.reload === undefined || resume === undefined) return false;
    return metainfo === undefined || missingLayers(metainfo).length === 0;
  }

  /** About once a second. */
  tick(): void {
    if (this.#completion.hasGoal && this.#isGoalReached()) this.#changed.notify();
    const awake = this.#awake;
    if (awake === undefined) {
      if (this.#asleep?.isDue === true) this.#onWanted();
      return;
    }
    awake.tick();
    if (!this.#isIdle(awake)) this.#idleSinceMs = undefined;
    else {
      const nowMs = performance.now();
      this.#idleSinceMs ??= nowMs;
      if (nowMs - this.#idleSinceMs < this.#context.sleepAfterMs) return;
      this.#idleSinceMs = undefined;
      this.#step(() => this.#fallAsleep()).catch(() => undefined);
    }
  }

  #isIdle({ torrent, source, misplaced }: AwakeTorrent): boolean {
    if (torrent?.isIdle !== true || !this.#completion.inPlace) return false;
    return misplaced.problem === undefined && this.#maySleep(source);
  }

  async #fallAsleep(): Promise<void> {
    const awake = this.#awake;
    if (awake?.metainfo === undefined || !this.#isIdle(awake)) return;
    await awake.writer?.saveLast();
    let onClosed = () => {};
    const closed = new Promise<void>((resolve) => {
      onClosed = resolve;
    });
    const { session } = this.#context;
    const sleeping = session.sleep(this.infoHash, () => this.#onWanted(), onClosed);
    if (sleeping === undefined) return;
    awake.leave();
    // What was said of its data when it was added does not hold for ever.
    const options = { ...this.#context.options, alreadyVerified: false, recheck: false, peers: [] };
    this.#context = { ...this.#context, options };
    this.#asleep = new SleepingSeed(sleeping, awake.metainfo);
    this.#awake = undefined;
    await closed;
  }

  #onWanted(): void {
    if (this.#asleep?.mayWake === false) this.#asleep.torrent.refuse();
    else this.#wake().catch(() => undefined);
  }

  /** Rejects with ClientError when its data is not there, and then it sleeps on. */
  #wake(): Promise<AwakeTorrent> {
    this.#waking ??= this.#step(() => this.#wakeNow()).finally(() => {
      this.#waking = undefined;
    });
    return this.#waking;
  }

  async #wakeNow(): Promise<AwakeTorrent> {
    if (this.#awake !== undefined) return this.#awake;
    const asleep = this.#asleep;
    const { options, hashes } = this.#context;
    try {
      const again = options.reload?.();
      if (again === undefined) throw this.#removed();
      const source = describeSource(again, hashes);
      const known = await loadKnown(source, this.#context);
      if (!this.#fetchesMissing) await this.#requireFiles(known, () => true);
      this.#fetchesMissing = false;
      return await this.#startAwake(source, known);
    } catch (error) {
      asleep?.onWakeFailed(error);
      this.#changed.notify();
      throw error;
    }
  }

  /** Rejects with ClientError FILES_MISSING. */
  async #requireFiles(
    { metainfo }: KnownTorrent,
    isWanted: ((file: number) => boolean) | undefined,
  ): Promise<void> {
    if (metainfo === undefined || isWanted === undefined) return;
    const { dir, options } = this.#context;
    const moved = options.paths ?? new Map();
    await requireContent({ info: metainfo, dir, moved, isWanted });
  }

  // -------------------------------------------------------------- state

  get isAsleep(): boolean {
    return this.#asleep !== undefined;
  }

  status(): TorrentStatus {
    const { seedingForMs } = this.#completion;
    if (this.#asleep !== undefined) return this.#asleep.status(seedingForMs);
    const { torrent, misplaced } = this.#awake ?? {};
    if (torrent === undefined) throw new ClientError('TORRENT_REMOVED', 'not started');
    const status = describeTorrent(torrent, seedingForMs);
    const error = status.error ?? misplaced?.problem;
    const isHeldUp = status.phase === 'seeding' && error !== undefined;
    return isHeldUp ? { ...status, phase: 'error', error } : status;
  }

  peers(): readonly PeerStatus[] {
    const torrent = this.#awake?.torrent;
    return torrent === undefined ? [] : describePeers(torrent);
  }

  trackers(): readonly TrackerStatus[] {
    return this.#announcer?.status() ?? [];
  }

  get #announcer() {
    return this.#asleep?.torrent.announcer ?? this.#awake?.torrent?.announcer;
  }

  async *updates(
    options: { intervalMs?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<TorrentStatus> {
    const { intervalMs = 1000, signal } = options;
    while (this.#removing === undefined && signal?.aborted !== true) {
      yield this.status();
      await this.#changed.wait(intervalMs, signal);
    }
  }

  async completed(signal?: AbortSignal): Promise<void> {
    await this.#until(() => this.#completion.inPlace, signal);
  }

  async goalReached(signal?: AbortSignal): Promise<void> {
    await this.#until(() => this.#isGoalReached(), signal);
  }

  async #until(condition: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    while (!condition()) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#removing !== undefined) throw this.#removed();
      signal?.throwIfAborted();
      await this.#changed.wait(patienceMs, signal);
    }
  }

  #isGoalReached(): boolean {
    const { uploadedBytes = 0 } = this.#asleep?.torrent ?? this.#awake?.torrent ?? {};
    const { lengthBytes = this.#awake?.content?.layout.contentBytes ?? 0 } = this.#asleep ?? {};
    return this.#completion.isGoalReached(uploadedBytes, lengthBytes);
  }

  fileProgress(): readonly number[] {
    if (this.#asleep === undefined) return this.#awake?.content?.fileBytes ?? [];
    return this.metainfo?.files.map(({ lengthBytes }) => lengthBytes) ?? [];
  }

  pieceMap(): PieceMap {
    const pieceCount = this.#asleep?.pieceCount ?? 0;
    return (
      this.#awake?.content?.pieceMap() ?? {
        states: new Uint8Array(pieceCount).fill(pieceMapState.here),
        availability: new Uint8Array(pieceCount),
      }
    );
  }

  priorities(): readonly FilePriority[] {
    const { content } = this.#awake ?? {};
    if (content !== undefined) return priorityWords(content.filePriorities);
    return this.#wishes.priorities ?? this.metainfo?.files.map(() => 'normal') ?? [];
  }

  // -------------------------------------------------------------- what is asked

  setLimits(limits: { downLimit?: number; upLimit?: number }): void {
    this.#wishes.limits = limits;
    const { downLimit = 'unlimited', upLimit = 'unlimited' } = limits;
    this.#awake?.torrent?.setLimits(downLimit, upLimit);
  }

  setPriorities(priorities: readonly FilePriority[]): void {
    this.#wishes.priorities = priorities;
    this.#awake?.applyPriorities(priorities);
  }

  setSequential(on: boolean): void {
    this.#wishes.sequential = on;
    this.#awake?.content?.picker.setSequential(on);
  }

  reannounce(): void {
    this.#announcer?.forceReannounce();
  }

  setTrackers(tiers: readonly (readonly string[])[]): void {
    this.#announcer?.replaceTrackers(tiers);
  }

  addPeers(endpoints: readonly Endpoint[]): void {
    this.#whenAwake(({ torrent }) => torrent?.addCandidates(endpoints, 'manual'));
  }

  recheck(): void {
    this.#fetchesMissing = this.#asleep !== undefined;
    this.#whenAwake((awake) => awake.recheck());
  }

  #whenAwake(work: (awake: AwakeTorrent) => void): void {
    if (this.#awake !== undefined) work(this.#awake);
    else if (this.#asleep !== undefined) this.#wake().then(work, () => undefined);
  }

  openFile(index: number): FileReader {
    const { metainfo } = this;
    if (metainfo === undefined) {
      throw new ClientError('NO_METADATA', `the files of ${this.#name} are not known yet`);
    }
    const file = metainfo.files[index];
    if (file === undefined || file.padding || file.symlink) {
      throw new ClientError('NO_FILE', `${metainfo.name} has no file ${index}`);
    }
    return readFileOf(file, () => this.#openedContent());
  }

  async #openedContent(): Promise<Content> {
    if (this.#asleep !== undefined) await this.#wake();
    await this.#until(() => this.#awake?.content !== undefined, undefined);
    const { content } = this.#awake ?? {};
    if (content === undefined) throw this.#removed();
    return content;
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#changed.notify();
  }

  #removed(): ClientError {
    return new ClientError('TORRENT_REMOVED', `${this.#name} was removed`);
  }

  remove(): Promise<void> {
    this.#removing ??= this.#remove();
    return this.#removing;
  }

  async #remove(): Promise<void> {
    this.#awake?.leave();
    await this.#steps.ended();
    this.#awake?.leave();
    await new Promise<void>((done) => this.#context.session.remove(this.infoHash, done));
    try {
      await this.#awake?.writer?.saveLast();
    } finally {
      this.#context.onRemoved();
      this.#changed.notify();
    }
  }
}
