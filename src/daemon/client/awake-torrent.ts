/**
 * A torrent of a client that takes part in its swarm: brings metainfo, files, resume state and the
 * engine's torrent together.
 * Invariant: the content is opened once, as soon as the metadata and all hashes are known.
 */
import type { Content } from '../../engine/content.ts';
import type { StorageError } from '../../engine/ports.ts';
import type { ResumeState } from '../../engine/resume.ts';
import type { Torrent } from '../../engine/torrent.ts';
import type { TorrentOptions } from '../../engine/torrent-options.ts';
import type { FileStorage } from '../../node/disk/file-storage.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import { encodePieceLayers, missingLayers, withPieceLayers } from '../../protocol/piece-layers.ts';
import { type KnownTorrent, metainfoOf } from '../torrents/known-torrent.ts';
import type { TorrentContext } from '../torrents/torrent-context.ts';
import type { FilePriority } from './client-contract.ts';
import { ClientError } from './client-error.ts';
import type { Completion } from './completion.ts';
import { layoutOf } from './content-storage.ts';
import { priorityNumbers } from './file-priorities.ts';
import { infoFacts } from './info-facts.ts';
import { MisplacedFiles } from './misplaced-files.ts';
import { type OpenedContent, openContent } from './open-content.ts';
import { ResumeWriter } from './resume-writer.ts';
import type { SourceDescription } from './source-description.ts';

/** What is told while it runs, and outlives its sleep. */
export interface TorrentWishes {
  priorities: readonly FilePriority[] | undefined;
  sequential: boolean;
  limits: { readonly downLimit?: number; readonly upLimit?: number };
}

export interface AwakeTorrentHost {
  readonly completion: Completion;
  readonly wishes: TorrentWishes;
  onChanged(): void;
  /** It cannot go on. */
  onFailed(error: unknown): void;
}

export class AwakeTorrent {
  readonly source: SourceDescription;
  readonly misplaced = new MisplacedFiles();
  readonly writer: ResumeWriter | undefined;
  readonly #context: TorrentContext;
  readonly #host: AwakeTorrentHost;
  #metainfo: Metainfo | undefined;
  /** Of the last run, until the content opens. */
  #saved: ResumeState | undefined;
  #torrent: Torrent | undefined;
  #storage: FileStorage | undefined;
  #left = false;

  constructor(source: SourceDescription, context: TorrentContext, host: AwakeTorrentHost) {
    this.source = source;
    this.#context = context;
    this.#host = host;
    const log = context.log.bind(context);
    this.writer =
      context.resume && new ResumeWriter(context.resume, () => this.#resumeSubject(), log);
  }

  /** Undefined until the metadata of a magnet is here. */
  get metainfo(): Metainfo | undefined {
    return this.#metainfo;
  }

  /** Undefined until it has started. */
  get torrent(): Torrent | undefined {
    return this.#torrent;
  }

  get content(): Content | undefined {
    return this.#torrent?.content;
  }

  /** Rejects with ClientError when it cannot be opened; then it is not in the session. */
  async start({ metainfo, saved }: KnownTorrent): Promise<void> {
    this.#metainfo = metainfo;
    this.#saved = saved;
    const isReady = metainfo !== undefined && missingLayers(metainfo).length === 0;
    const opened = isReady ? await this.#openContent(metainfo) : undefined;
    this.#torrent = this.#context.session.add(this.#engineOptions(saved));
    if (this.#torrent === undefined) {
      throw new ClientError('TORRENT_DUPLICATE', `${this.source.name} is still leaving its swarm`);
    }
    if (metainfo !== undefined && opened !== undefined) this.#setContent(metainfo, opened);
    else if (metainfo !== undefined) this.#fetchLayers(metainfo);
  }

  #engineOptions(saved: ResumeState | undefined): TorrentOptions {
    const { options } = this.#context;
    const { source } = this;
    const { limits } = this.#host.wishes;
    return {
      infoHash: source.infoHash,
      infoHashBytes: source.infoHashBytes,
      name: this.#metainfo?.name ?? source.name,
      private: source.private,
      speaksV2: source.speaksV2,
      hasMetadata: this.#metainfo !== undefined,
      tiers: tiersOf(source, this.#context),
      candidates: [...(options.peers ?? []), ...source.peers],
      downLimit: limits.downLimit ?? 'unlimited',
      upLimit: limits.upLimit ?? 'unlimited',
      isInfo: (bytes) => source.isInfo(bytes),
      uploadedBytes: saved?.uploadedBytes ?? 0,
      downloadedBytes: saved?.downloadedBytes ?? 0,
      completedBefore: this.#host.completion.completedBefore,
      events: {
        onMetadata: (info) => this.#onMetadata(info.slice()).catch(this.#host.onFailed),
        onLayers: (layers) => this.#onLayers(layers).catch(this.#host.onFailed),
        onCheckDone: () => {
          // What was found is remembered, above all what was found missing.
          this.writer?.saveSoon();
          this.reviewProgress();
        },
        onPieceVerified: (piece) => this.writer?.onPieceVerified(piece),
        onCompleted: () => this.reviewProgress(),
        onTrouble: (error) => this.#onTrouble(error),
      },
    };
  }

  async #onMetadata(info: Uint8Array): Promise<void> {
    const { resume, hashes } = this.#context;
    const metainfo = metainfoOf(this.source, info, hashes);
    this.#metainfo = metainfo;
    await resume?.saveInfo(this.source.infoHash, info);
    if (missingLayers(metainfo).length > 0) this.#fetchLayers(metainfo);
    else await this.#openLate(metainfo);
  }

  /** Pieces that could not be checked are not fetched: their hashes come first. */
  #fetchLayers(metainfo: Metainfo): void {
    if (this.#left) return;
    const layers = missingLayers(metainfo);
    const { pieceLength } = metainfo;
    this.#torrent?.fetchLayers({ pieceLength, layers }, infoFacts(metainfo));
  }

  async #onLayers(layers: ReadonlyMap<string, Uint8Array>): Promise<void> {
    if (this.#metainfo === undefined) return;
    const metainfo = withPieceLayers(this.#metainfo, layers);
    this.#metainfo = metainfo;
    const kept = encodePieceLayers(metainfo.pieceHashes.layers ?? layers);
    await this.#context.resume?.saveLayers(this.source.infoHash, kept);
    await this.#openLate(metainfo);
  }

  async #openLate(metainfo: Metainfo): Promise<void> {
    if (this.#left) return;
    const opened = await this.#openContent(metainfo);
    if (!this.#left) this.#setContent(metainfo, opened);
  }

  #openContent(metainfo: Metainfo): Promise<OpenedContent> {
    const { dir, disk, cache, options } = this.#context;
    const saved = this.#saved;
    this.#saved = undefined;
    return openContent({
      metainfo,
      dir,
      disk,
      cache,
      options,
      layout: layoutOf(metainfo),
      saved,
      priorities: this.#host.wishes.priorities,
      selected: this.source.selected,
      onFileProblem: (file, error) => this.#onFileProblem(file, error),
    });
  }

  #setContent(metainfo: Metainfo, opened: OpenedContent): void {
    const { filePriorities } = opened;
    this.#torrent?.setContent(
      {
        layout: opened.layout,
        openStorage: (sink) => {
          this.#storage = opened.openStorage(sink);
          return this.#storage;
        },
        start: opened.start,
        sequential: this.#host.wishes.sequential,
        ...(filePriorities !== undefined && { filePriorities }),
      },
      infoFacts(metainfo),
    );
    this.reviewProgress();
  }

  // -------------------------------------------------------------- what is asked

  applyPriorities(priorities: readonly FilePriority[]): void {
    const { content } = this;
    if (content === undefined || this.#context.options.seedInPlace === true) return;
    this.#host.completion.set(false);
    content.setFilePriorities(priorityNumbers(priorities, content.layout.files.length));
    this.reviewProgress();
  }

  recheck(): void {
    if (this.content === undefined) return;
    this.#host.completion.set(false);
    this.#torrent?.recheck();
    this.#host.onChanged();
  }

  /** About once a second. */
  tick(): void {
    const nowMs = performance.now();
    if (this.#storage !== undefined && this.misplaced.isDue(nowMs)) {
      this.misplaced.retry(this.#storage, nowMs, () => this.reviewProgress());
    }
    this.writer?.look(this.#metainfo?.pieceLength ?? 0);
  }

  /** It is leaving the session: nothing is opened any more. */
  leave(): void {
    this.#left = true;
  }

  // -------------------------------------------------------------- what happens

  /** A check ended, the last piece came or less is wanted: waits until the files have their names. */
  reviewProgress(): void {
    this.#host.onChanged();
    const { completion } = this.#host;
    if (this.#torrent?.isComplete !== true || completion.inPlace) return;
    this.#storage?.whenSettled(() => {
      const isComplete = this.#torrent?.isComplete === true;
      if (!isComplete || completion.inPlace || this.misplaced.problem !== undefined) return;
      completion.set(true);
      this.writer?.saveSoon();
      this.#host.onChanged();
    });
  }

  #onFileProblem(file: number | undefined, error: StorageError): void {
    if (file !== undefined) this.misplaced.add(file, error, performance.now());
    this.#onTrouble(error);
  }

  #onTrouble(error: StorageError | undefined): void {
    if (error !== undefined) {
      const { code, message } = error;
      this.#context.log({ level: 'warn', code, message, infoHash: this.source.infoHash });
    }
    this.#host.onChanged();
  }

  #resumeSubject() {
    const torrent = this.#torrent;
    const storage = this.#storage;
    if (torrent?.content === undefined || storage === undefined) return undefined;
    const { completion } = this.#host;
    return {
      content: torrent.content,
      storage,
      counted: () => ({
        infoHash: torrent.infoHash,
        uploadedBytes: torrent.uploadedBytes,
        downloadedBytes: torrent.downloadedBytes,
        seedingForMs: completion.seedingForMs,
        completedOnce: completion.completedBefore,
      }),
    };
  }
}

/** What the user names comes first: a tracker of a later tier is asked only when all before it fail. */
export function tiersOf(
  source: SourceDescription,
  { options }: TorrentContext,
): readonly (readonly string[])[] {
  return options.trackerTiers ?? [options.trackers ?? [], ...source.trackers];
}
