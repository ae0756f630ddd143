/**
 * One torrent of a client: brings metainfo, files, resume state and the engine's torrent together, and
 * is what a program holds.
 * Invariant: `completed` and `goalReached` settle once; after `remove` nothing of it runs.
 */
import { resolve } from 'node:path';
import { Bitfield } from '../base/bitfield.ts';
import type { Hashes } from '../base/hashes.ts';
import type { InfoHash } from '../base/ids.ts';
import { describePeers, describeTorrent } from '../engine/describe-torrent.ts';
import type { LogEntry, StorageError } from '../engine/ports.ts';
import type { ResumeState } from '../engine/resume.ts';
import type { Session } from '../engine/session.ts';
import type { Torrent } from '../engine/torrent.ts';
import type { InfoFacts } from '../engine/torrent-options.ts';
import type { PeerStatus, TorrentStatus } from '../engine/torrent-status.ts';
import type { TrackerStatus } from '../engine/tracker-status.ts';
import type { DiskPool } from '../node/disk/disk-pool.ts';
import type { FileStorage } from '../node/disk/file-storage.ts';
import type { ReadCache } from '../node/disk/read-cache.ts';
import { type Metainfo, parseInfo } from '../protocol/metainfo.ts';
import { encodePieceLayers, missingLayers, withPieceLayers } from '../protocol/piece-layers.ts';
import { ChangeSignal } from './change-signal.ts';
import type { AddOptions, ClientTorrent } from './client-contract.ts';
import { ClientError } from './client-error.ts';
import { layoutOf } from './content-storage.ts';
import { withKeptLayers } from './kept-layers.ts';
import { MisplacedFiles } from './misplaced-files.ts';
import { openContent } from './open-content.ts';
import type { ResumeFiles } from './resume-files.ts';
import { pathRules, type SourceDescription } from './source-description.ts';
import { syncFiles } from './sync-files.ts';

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
const saveEveryMs = 30_000;
/** Progress worth saving earlier; seldom, because the data is forced to the disk first. */
const saveEveryBytes = 16 * 1024 ** 3;

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
  /** Everything wanted is verified and has its final name. */
  #inPlace = false;
  #completedBefore = false;
  #seedingSinceMs: number | undefined;
  #unsavedPieces: number[] = [];
  #savedAtMs = 0;
  #saving: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  constructor(source: SourceDescription, context: RunningTorrentContext) {
    this.infoHash = source.infoHash;
    this.dir = resolve(context.dir);
    this.#source = source;
    this.#metainfo = source.metainfo;
    this.#context = context;
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
    const tiers = [options.trackers ?? [], ...this.#source.trackers];
    this.#completedBefore = saved?.completedOnce ?? false;
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
      completedBefore: this.#completedBefore,
      events: {
        onMetadata: (info) => this.#onMetadata(info),
        onLayers: (layers) => this.#onLayers(layers),
        onCheckDone: () => {
          // What was found is remembered, above all what was found missing.
          this.#save();
          this.#onProgress();
        },
        onPieceVerified: (piece) => this.#unsavedPieces.push(piece),
        onCompleted: () => this.#onProgress(),
        onTrouble: (error) => this.#onTrouble(error),
      },
    });
    this.#saved = saved;
    if (this.#metainfo !== undefined) await this.#openOrAsk(this.#metainfo);
    this.#savedAtMs = performance.now();
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
        sequential: options.sequential === true,
        ...(opened.wanted !== undefined && { filesWanted: opened.wanted }),
      },
      infoFacts(metainfo),
    );
    this.#onProgress();
  }

  // -------------------------------------------------------------- state

  status(): TorrentStatus {
    if (this.#torrent === undefined) throw new ClientError('TORRENT_REMOVED', 'not started');
    const status = describeTorrent(this.#torrent);
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
    await this.#until(() => this.#inPlace, signal);
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
    const { seedRatio, seedTimeMs } = this.#context.options;
    const torrent = this.#torrent;
    if (torrent === undefined || !this.#inPlace) return false;
    if (seedTimeMs !== undefined && this.#seedingSinceMs !== undefined) {
      if (performance.now() - this.#seedingSinceMs >= seedTimeMs) return true;
    }
    const lengthBytes = torrent.content?.layout.contentBytes ?? 0;
    return seedRatio !== undefined && torrent.uploadedBytes >= seedRatio * lengthBytes;
  }

  setLimits(limits: { downLimit?: number; upLimit?: number }): void {
    this.#torrent?.setLimits(limits.downLimit ?? 'unlimited', limits.upLimit ?? 'unlimited');
  }

  reannounce(): void {
    this.#torrent?.announcer.forceReannounce();
  }

  // -------------------------------------------------------------- what happens

  /** A check ended or the last piece came: waits until the files have their names. */
  #onProgress(): void {
    this.#changed.notify();
    if (this.#torrent?.isComplete !== true || this.#inPlace) return;
    this.#storage?.whenSettled(() => {
      if (this.#inPlace || this.#misplaced.problem !== undefined) return;
      this.#inPlace = true;
      this.#completedBefore = true;
      this.#seedingSinceMs = performance.now();
      this.#save();
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
    const unsaved = this.#unsavedPieces.length;
    const unsavedBytes = unsaved * (this.#metainfo?.pieceLength ?? 0);
    const due = unsaved > 0 && nowMs - this.#savedAtMs >= saveEveryMs;
    if (due || unsavedBytes >= saveEveryBytes) this.#save();
  }

  // -------------------------------------------------------------- resume state

  #save(): void {
    this.#saving = this.#saving
      .then(() => this.#saveNow())
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        this.#context.log({ level: 'warn', code: 'RESUME_SAVE', message, infoHash: this.infoHash });
      });
  }

  /** What the state vouches for is on the disk before the state is. */
  async #saveNow(): Promise<void> {
    const { resume } = this.#context;
    const content = this.#torrent?.content;
    const storage = this.#storage;
    if (resume === undefined || content === undefined || storage === undefined) return;
    if (content.checking) return;
    this.#savedAtMs = performance.now();
    const { verified, partial } = content.snapshot();
    const pieces = this.#unsavedPieces;
    this.#unsavedPieces = [];
    await syncFiles(storage.namesOfPieces(pieces));
    await resume.save({
      infoHash: this.infoHash,
      savedAtMs: Date.now(),
      verified,
      files: await storage.facts(),
      partial: partial.map(({ piece, blocks }) => ({ piece, blocks: bitsOf(blocks) })),
      uploadedBytes: this.#torrent?.uploadedBytes ?? 0,
      downloadedBytes: this.#torrent?.downloadedBytes ?? 0,
      corruptBytes: content.downloads.wastedBytes,
      seedingForMs: this.#seedingForMs(),
      completedOnce: this.#completedBefore,
    });
  }

  #seedingForMs(): number {
    return this.#seedingSinceMs === undefined ? 0 : performance.now() - this.#seedingSinceMs;
  }

  remove(): Promise<void> {
    this.#removing ??= this.#remove();
    return this.#removing;
  }

  async #remove(): Promise<void> {
    clearInterval(this.#timer);
    await new Promise<void>((done) => this.#context.session.remove(this.infoHash, done));
    await this.#saving;
    try {
      await this.#saveNow();
    } finally {
      this.#context.onRemoved();
      this.#changed.notify();
    }
  }
}

function infoFacts({ infoBytes, name, private: isPrivate, ...metainfo }: Metainfo): InfoFacts {
  const { pieceLength, pieceHashes } = metainfo;
  const { layers } = pieceHashes;
  const pieceLayers = layers !== undefined && layers.size > 0 ? { pieceLength, layers } : undefined;
  return { bytes: infoBytes, name, isPrivate, ...(pieceLayers !== undefined && { pieceLayers }) };
}

function bitsOf(flags: Uint8Array): Bitfield {
  const bits = new Bitfield(flags.length);
  flags.forEach((flag, block) => {
    if (flag === 1) bits.set(block);
  });
  return bits;
}
