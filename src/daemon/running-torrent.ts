/**
 * One torrent of a client: brings metainfo, files, resume state and the engine's torrent together, and
 * is what a program holds.
 * Invariant: `completed` and `goalReached` settle once; after `remove` nothing of it runs.
 */
import { resolve } from 'node:path';
import type { Endpoint } from '../base/endpoint.ts';
import type { Hashes } from '../base/hashes.ts';
import type { InfoHash } from '../base/ids.ts';
import type { Content } from '../engine/content.ts';
import { describePeers, describeTorrent } from '../engine/describe-torrent.ts';
import type { PieceMap } from '../engine/piece-map.ts';
import type { LogEntry, StorageError } from '../engine/ports.ts';
import type { ResumeState } from '../engine/resume.ts';
import type { Session } from '../engine/session.ts';
import type { Torrent } from '../engine/torrent.ts';
import type { PeerStatus, TorrentStatus } from '../engine/torrent-status.ts';
import type { TrackerStatus } from '../engine/tracker-status.ts';
import type { DiskPool } from '../node/disk/disk-pool.ts';
import type { FileStorage } from '../node/disk/file-storage.ts';
import type { ReadCache } from '../node/disk/read-cache.ts';
import { type Metainfo, parseInfo } from '../protocol/metainfo.ts';
import { encodePieceLayers, missingLayers, withPieceLayers } from '../protocol/piece-layers.ts';
import { ChangeSignal } from './change-signal.ts';
import type { AddOptions, ClientTorrent, FilePriority, FileReader } from './client-contract.ts';
import { ClientError } from './client-error.ts';
import { Completion } from './completion.ts';
import { readFileOf } from './content-file-reader.ts';
import { layoutOf } from './content-storage.ts';
import { priorityNumbers, priorityWords } from './file-priorities.ts';
import { infoFacts } from './info-facts.ts';
import { withKeptLayers } from './kept-layers.ts';
import { MisplacedFiles } from './misplaced-files.ts';
import { openContent } from './open-content.ts';
import type { ResumeFiles } from './resume-files.ts';
import { ResumeWriter } from './resume-writer.ts';
import { pathRules, type SourceDescription } from './source-description.ts';

export interface RunningTorrentContext {
  readonly session: Session;
  readonly disk: DiskPool;
  readonly cache: ReadCache;
  readonly resume: ResumeFiles | undefined;
  readonly hashes: Hashes;
  readonly dir: string;
  readonly options: AddOptions;
  log(entry: LogEntry): void;
  onRemoved(): void;
}

/** Goals and the age of the resume state are looked at this often. */
const checkMs = 1000;

export class RunningTorrent implements ClientTorrent {
  readonly infoHash: InfoHash;
  readonly dir: string;
  readonly #source: SourceDescription;
  readonly #context: RunningTorrentContext;
  readonly #changed = new ChangeSignal();
  #metainfo: Metainfo | undefined;
  /** Of the last run, until the content opens. */
  #saved: ResumeState | undefined;
  #torrent: Torrent | undefined;
  #storage: FileStorage | undefined;
  readonly #misplaced = new MisplacedFiles();
  #timer: NodeJS.Timeout | undefined;
  #removing: Promise<void> | undefined;
  readonly #completion = new Completion();
  readonly #writer: ResumeWriter | undefined;
  /** What was told before the metadata was here. */
  #priorities: readonly FilePriority[] | undefined;
  #sequential: boolean;
  #failure: Error | undefined;

  constructor(source: SourceDescription, context: RunningTorrentContext) {
    this.infoHash = source.infoHash;
    this.dir = resolve(context.dir);
    this.#source = source;
    this.#metainfo = source.metainfo;
    this.#context = context;
    this.#priorities = context.options.priorities;
    this.#sequential = context.options.sequential === true;
    this.#writer =
      context.resume &&
      new ResumeWriter(
        context.resume,
        () => this.#resumeSubject(),
        (entry) => context.log(entry),
      );
  }

  get metainfo(): Metainfo | undefined {
    return this.#metainfo;
  }

  async start(): Promise<void> {
    const { resume, options, session } = this.#context;
    this.#metainfo ??= await this.#savedMetainfo();
    if (this.#metainfo !== undefined) {
      const { hashes, log } = this.#context;
      this.#metainfo = await withKeptLayers(this.#metainfo, resume, hashes, log);
    }
    const layout = this.#metainfo === undefined ? undefined : layoutOf(this.#metainfo);
    const saved = layout === undefined ? undefined : await resume?.load(this.infoHash, layout);
    // What the user names comes first: a tracker of a later tier is asked only when all before it fail.
    const tiers = options.trackerTiers ?? [options.trackers ?? [], ...this.#source.trackers];
    this.#completion.restore(saved);
    this.#torrent = session.add({
      infoHash: this.infoHash,
      infoHashBytes: this.#source.infoHashBytes,
      name: this.#metainfo?.name ?? this.#source.name,
      private: this.#source.private,
      speaksV2: this.#source.speaksV2,
      hasMetadata: this.#metainfo !== undefined,
      tiers,
      candidates: [...(options.peers ?? []), ...this.#source.peers],
      downLimit: options.downLimit ?? 'unlimited',
      upLimit: options.upLimit ?? 'unlimited',
      isInfo: (bytes) => this.#source.isInfo(bytes),
      uploadedBytes: saved?.uploadedBytes ?? 0,
      downloadedBytes: saved?.downloadedBytes ?? 0,
      completedBefore: this.#completion.completedBefore,
      events: {
        onMetadata: (info) => this.#onMetadata(info),
        onLayers: (layers) => this.#onLayers(layers),
        onCheckDone: () => {
          // What was found is remembered, above all what was found missing.
          this.#writer?.saveSoon();
          this.#onProgress();
        },
        onPieceVerified: (piece) => this.#writer?.onPieceVerified(piece),
        onCompleted: () => this.#onProgress(),
        onTrouble: (error) => this.#onTrouble(error),
      },
    });
    this.#saved = saved;
    if (this.#metainfo !== undefined) await this.#openOrAsk(this.#metainfo);
    this.#timer = setInterval(() => this.#check(), checkMs);
  }

  async #savedMetainfo(): Promise<Metainfo | undefined> {
    const info = await this.#context.resume?.loadInfo(this.infoHash);
    return info !== undefined && this.#source.isInfo(info) ? this.#parse(info) : undefined;
  }

  /** The metadata of a magnet as a metainfo: what the link says of trackers belongs to it. */
  #parse(info: Uint8Array): Metainfo {
    const trackers = this.#source.trackers;
    return {
      ...parseInfo(info, this.#context.hashes, { pathRules }),
      trackers,
      webSeeds: [],
      nodes: [],
    };
  }

  #onMetadata(info: Uint8Array): void {
    const bytes = info.slice();
    const opened = (async () => {
      const metainfo = this.#parse(bytes);
      this.#metainfo = metainfo;
      await this.#context.resume?.saveInfo(this.infoHash, bytes);
      await this.#openOrAsk(metainfo);
    })();
    opened.catch((error: unknown) => this.#fail(error));
  }

  /** Pieces that could not be checked are not fetched: their hashes come first. */
  async #openOrAsk(metainfo: Metainfo): Promise<void> {
    const layers = missingLayers(metainfo);
    if (layers.length === 0) await this.#open(metainfo);
    else if (this.#removing === undefined) {
      const { pieceLength } = metainfo;
      this.#torrent?.fetchLayers({ pieceLength, layers }, infoFacts(metainfo));
    }
  }

  #onLayers(layers: ReadonlyMap<string, Uint8Array>): void {
    const opened = (async () => {
      if (this.#metainfo === undefined) return;
      const metainfo = withPieceLayers(this.#metainfo, layers);
      this.#metainfo = metainfo;
      const kept = encodePieceLayers(metainfo.pieceHashes.layers ?? layers);
      await this.#context.resume?.saveLayers(this.infoHash, kept);
      await this.#open(metainfo);
    })();
    opened.catch((error: unknown) => this.#fail(error));
  }

  async #open(metainfo: Metainfo): Promise<void> {
    const torrent = this.#torrent;
    if (torrent === undefined || this.#removing !== undefined) return;
    const { disk, cache, options } = this.#context;
    const saved = this.#saved;
    this.#saved = undefined;
    const opened = await openContent({
      metainfo,
      dir: this.dir,
      disk,
      cache,
      options,
      layout: layoutOf(metainfo),
      saved,
      priorities: this.#priorities,
      selected: this.#source.selected,
      onFileProblem: (file, error) => this.#onFileProblem(file, error),
    });
    torrent.setContent(
      {
        layout: opened.layout,
        openStorage: (sink) => {
          this.#storage = opened.openStorage(sink);
          return this.#storage;
        },
        start: opened.start,
        sequential: this.#sequential,
        ...(opened.filePriorities !== undefined && { filePriorities: opened.filePriorities }),
      },
      infoFacts(metainfo),
    );
    this.#onProgress();
  }

  // -------------------------------------------------------------- state

  status(): TorrentStatus {
    if (this.#torrent === undefined) throw new ClientError('TORRENT_REMOVED', 'not started');
    const status = describeTorrent(this.#torrent, this.#completion.seedingForMs);
    const error = status.error ?? this.#misplaced.problem;
    const isHeldUp = status.phase === 'seeding' && error !== undefined;
    return isHeldUp ? { ...status, phase: 'error', error } : status;
  }

  peers(): readonly PeerStatus[] {
    return this.#torrent === undefined ? [] : describePeers(this.#torrent);
  }

  trackers(): readonly TrackerStatus[] {
    return this.#torrent?.announcer.status() ?? [];
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
      if (this.#removing !== undefined) {
        throw new ClientError('TORRENT_REMOVED', `${this.#source.name} was removed`);
      }
      signal?.throwIfAborted();
      await this.#changed.wait(checkMs, signal);
    }
  }

  #isGoalReached(): boolean {
    const { uploadedBytes = 0, content } = this.#torrent ?? {};
    const lengthBytes = content?.layout.contentBytes ?? 0;
    return this.#completion.isGoalReached(this.#context.options, { uploadedBytes, lengthBytes });
  }

  setLimits(limits: { downLimit?: number; upLimit?: number }): void {
    this.#torrent?.setLimits(limits.downLimit ?? 'unlimited', limits.upLimit ?? 'unlimited');
  }

  reannounce(): void {
    this.#torrent?.announcer.forceReannounce();
  }

  priorities(): readonly FilePriority[] {
    const { content } = this.#torrent ?? {};
    return content === undefined ? (this.#priorities ?? []) : priorityWords(content.filePriorities);
  }

  setPriorities(priorities: readonly FilePriority[]): void {
    this.#priorities = priorities;
    const { content } = this.#torrent ?? {};
    if (content === undefined || this.#context.options.seedInPlace === true) return;
    this.#completion.set(false);
    content.setFilePriorities(priorityNumbers(priorities, content.layout.files.length));
    this.#onProgress();
  }

  setSequential(on: boolean): void {
    this.#sequential = on;
    this.#torrent?.content?.picker.setSequential(on);
  }

  fileProgress(): readonly number[] {
    return this.#torrent?.content?.fileBytes ?? [];
  }

  pieceMap(): PieceMap {
    const none = new Uint8Array(0);
    return this.#torrent?.content?.pieceMap() ?? { states: none, availability: none };
  }

  addPeers(endpoints: readonly Endpoint[]): void {
    this.#torrent?.addCandidates(endpoints, 'manual');
  }

  setTrackers(tiers: readonly (readonly string[])[]): void {
    this.#torrent?.setTrackers(tiers);
  }

  recheck(): void {
    if (this.#torrent?.content === undefined) return;
    this.#completion.set(false);
    this.#torrent.recheck();
    this.#changed.notify();
  }

  openFile(index: number): FileReader {
    const metainfo = this.#metainfo;
    if (metainfo === undefined) {
      throw new ClientError('NO_METADATA', `${this.#source.name} is not known yet`);
    }
    const file = metainfo.files[index];
    if (file === undefined || file.padding || file.symlink) {
      throw new ClientError('NO_FILE', `${metainfo.name} has no file ${index}`);
    }
    return readFileOf(file, () => this.#contentOpened());
  }

  async #contentOpened(): Promise<Content> {
    await this.#until(() => this.#torrent?.content !== undefined, undefined);
    const { content } = this.#torrent ?? {};
    if (content === undefined) throw new ClientError('TORRENT_REMOVED', 'the torrent was removed');
    return content;
  }

  // -------------------------------------------------------------- what happens

  /** A check ended, the last piece came or less is wanted: waits until the files have their names. */
  #onProgress(): void {
    this.#changed.notify();
    if (this.#torrent?.isComplete !== true || this.#completion.inPlace) return;
    this.#storage?.whenSettled(() => {
      const isComplete = this.#torrent?.isComplete === true;
      if (!isComplete || this.#completion.inPlace || this.#misplaced.problem !== undefined) return;
      this.#completion.set(true);
      this.#writer?.saveSoon();
      this.#changed.notify();
    });
  }

  #onFileProblem(file: number | undefined, error: StorageError): void {
    if (file !== undefined) this.#misplaced.add(file, error, performance.now());
    this.#onTrouble(error);
  }

  #onTrouble(error: StorageError | undefined): void {
    if (error !== undefined) {
      const { code, message } = error;
      this.#context.log({ level: 'warn', code, message, infoHash: this.infoHash });
    }
    this.#changed.notify();
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#changed.notify();
  }

  #check(): void {
    if (this.#isGoalReached()) this.#changed.notify();
    const nowMs = performance.now();
    if (this.#storage !== undefined && this.#misplaced.isDue(nowMs)) {
      this.#misplaced.retry(this.#storage, nowMs, () => this.#onProgress());
    }
    this.#writer?.look(this.#metainfo?.pieceLength ?? 0);
  }

  // -------------------------------------------------------------- resume state

  #resumeSubject() {
    const content = this.#torrent?.content;
    const storage = this.#storage;
    if (content === undefined || storage === undefined) return undefined;
    return {
      content,
      storage,
      counted: () => ({
        infoHash: this.infoHash,
        uploadedBytes: this.#torrent?.uploadedBytes ?? 0,
        downloadedBytes: this.#torrent?.downloadedBytes ?? 0,
        seedingForMs: this.#completion.seedingForMs,
        completedOnce: this.#completion.completedBefore,
      }),
    };
  }

  remove(): Promise<void> {
    this.#removing ??= this.#remove();
    return this.#removing;
  }

  async #remove(): Promise<void> {
    clearInterval(this.#timer);
    await new Promise<void>((done) => this.#context.session.remove(this.infoHash, done));
    try {
      await this.#writer?.saveLast();
    } finally {
      this.#context.onRemoved();
      this.#changed.notify();
    }
  }
}
