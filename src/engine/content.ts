/**
 * The pieces of one torrent, from the moment its metadata is known: what is on disk, what is being
 * fetched, what can be served. It owns the torrent's storage and is the only one to hear from it.
 * Invariant: a piece counts as verified exactly while the picker says so, and only verified pieces
 * are announced, served or remembered.
 */
import type { Bitfield } from '../base/bitfield.ts';
import type { Random } from '../base/random.ts';
import { Downloads } from './downloads.ts';
import { FileProgress } from './file-progress.ts';
import type { Layout } from './layout.ts';
import type { PeerSession } from './peer-session.ts';
import type { PiecePicker } from './piece-picker.ts';
import type { SlabPool, Storage, StorageError, StorageSink } from './ports.ts';
import type { Limit } from './rate.ts';
import { Uploads } from './uploads.ts';

/** What is known of the data when a torrent starts. */
export interface StartingPoint {
  /** Trusted without a look at the disk. */
  readonly verified: Bitfield;
  /** To be hashed before anything is requested or announced. */
  readonly toCheck: readonly number[];
  readonly partial: readonly { readonly piece: number; readonly blocks: Uint8Array }[];
  /** Files found under their unfinished name; one that is whole gets its final name at once. */
  readonly unfinishedFiles: readonly number[];
}

export type ContentSnapshot = Pick<StartingPoint, 'verified' | 'partial'>;

export interface ContentOptions {
  readonly layout: Layout;
  readonly openStorage: (sink: StorageSink) => Storage;
  readonly start: StartingPoint;
  /** One entry a file; absent is all. */
  readonly filesWanted?: readonly boolean[];
  readonly sequential?: boolean;
}

export interface ContentHost {
  nowMs(): number;
  sessions(): Iterable<PeerSession>;
  peerCount(): number;
  isFastAllowed(session: PeerSession, piece: number): boolean;
  onPieceVerified(piece: number): void;
  onPieceCorrupt(piece: number): void;
  onGuilty(sessionIds: readonly number[]): void;
  onCheckDone(): void;
  /** The disk refuses reads or writes; undefined when it is well again. */
  onTrouble(error: StorageError | undefined): void;
  /** The last wanted piece was verified while running; not for data that was complete at the start. */
  onCompleted(): void;
}

/** After a failed read the data is not offered for this long. */
const readRetryMs = 10_000;

export class Content implements StorageSink {
  readonly layout: Layout;
  readonly storage: Storage;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
  readonly #host: ContentHost;
  readonly #files: FileProgress;
  #toCheck: number;
  #checked = 0;
  #checking = false;
  #error: StorageError | undefined;
  #readRetryAtMs = 0;
  #completedReported: boolean;
  #onIdle: (() => void) | undefined;

  constructor(
    options: ContentOptions,
    ports: { random: Random; slabs: SlabPool; upLimit: Limit },
    host: ContentHost,
  ) {
    const { layout, start } = options;
    this.layout = layout;
    this.#host = host;
    this.storage = options.openStorage(this);
    const forParts = {
      nowMs: () => host.nowMs(),
      sessions: () => host.sessions(),
    };
    this.downloads = new Downloads({
      layout,
      random: ports.random,
      slabs: ports.slabs,
      storage: this.storage,
      host: {
        ...forParts,
        peerCount: () => host.peerCount(),
        onVerified: (piece) => this.#onVerified(piece),
        onCorrupt: (piece) => host.onPieceCorrupt(piece),
        onGuilty: (ids) => host.onGuilty(ids),
        onDiskTrouble: (error) => this.#setError(error),
        onDiskBack: () => this.#setError(undefined),
      },
    });
    this.uploads = new Uploads({
      layout,
      storage: this.storage,
      limit: ports.upLimit,
      host: {
        ...forParts,
        isVerified: (piece) => this.picker.verified.has(piece),
        isFastAllowed: (session, piece) => host.isFastAllowed(session, piece),
      },
    });
    if (options.sequential === true) this.picker.setSequential(true);
    if (options.filesWanted !== undefined) this.#applyWanted(options.filesWanted);
    for (const piece of start.verified.indices()) this.picker.markVerified(piece);
    for (const { piece, blocks } of start.partial) this.picker.restorePartial(piece, blocks);
    this.#files = new FileProgress(layout, this.picker.verified);
    for (const file of start.unfinishedFiles) {
      if (this.#files.isWhole(file)) this.storage.finishFile(file);
    }
    this.#toCheck = start.toCheck.length;
    this.#completedReported = this.isComplete && this.#toCheck === 0;
    if (this.#toCheck > 0) {
      this.#checking = true;
      this.storage.check(start.toCheck);
    }
  }

  get picker(): PiecePicker {
    return this.downloads.picker;
  }

  get checking(): boolean {
    return this.#checking;
  }

  /** 0 to 1 while checking. */
  get checkedFraction(): number | undefined {
    return this.#checking ? this.#checked / Math.max(1, this.#toCheck) : undefined;
  }

  /** Everything wanted is verified. */
  get isComplete(): boolean {
    return this.picker.missingWantedCount === 0;
  }

  /** For trackers: bytes of all pieces that are not verified, wanted or not (BEP 3, `left`). */
  get leftBytes(): number {
    return this.layout.contentBytes - this.picker.verifiedBytes;
  }

  get error(): StorageError | undefined {
    return this.#error;
  }

  /** What may be trusted at the next start, if the files have not changed by then. */
  snapshot(): ContentSnapshot {
    const partial: { piece: number; blocks: Uint8Array }[] = [];
    for (const { piece, blocks, parked } of this.picker.partialPieces()) {
      if (parked) partial.push({ piece, blocks });
    }
    return { verified: this.picker.verified.clone(), partial };
  }

  #applyWanted(wanted: readonly boolean[]): void {
    const priorities = new Uint8Array(this.layout.pieceCount);
    for (let file = 0; file < wanted.length; file++) {
      const span = wanted[file] === true ? this.layout.piecesOfFile(file) : undefined;
      if (span !== undefined) priorities.fill(4, span.first, span.last + 1);
    }
    for (let piece = 0; piece < priorities.length; piece++) {
      this.picker.setPiecePriority(piece, priorities[piece]!);
    }
  }

  #onVerified(piece: number): void {
    this.#files.onVerified(piece, (file) => this.storage.finishFile(file));
    this.#host.onPieceVerified(piece);
    this.#reportIdle();
    if (this.#completedReported || this.#checking || !this.isComplete) return;
    this.#completedReported = true;
    this.#host.onCompleted();
  }

  #setError(error: StorageError | undefined): void {
    if (error === this.#error) return;
    this.#error = error;
    this.#host.onTrouble(error);
  }

  tick(nowMs: number): void {
    if (this.#error !== undefined && !this.downloads.halted && nowMs >= this.#readRetryAtMs) {
      this.#setError(undefined);
      this.uploads.pumpAll();
    }
    if (!this.#checking) this.downloads.tick(nowMs);
  }

  /** Finishes writes, parks unfinished pieces, closes the files; then `done`. */
  stop(done: () => void): void {
    this.#onIdle = () => {
      this.downloads.close();
      this.storage.close(done);
    };
    this.downloads.stop();
    this.#reportIdle();
  }

  #reportIdle(): void {
    if (this.#onIdle === undefined || this.downloads.busy) return;
    const onIdle = this.#onIdle;
    this.#onIdle = undefined;
    onIdle();
  }

  // -------------------------------------------------------------- storage reports

  onPieceWritten(piece: number, digests: Uint8Array | undefined): void {
    this.downloads.onPieceWritten(piece, digests);
    this.#reportIdle();
  }

  onPieceCorrupt(piece: number, digests: Uint8Array): void {
    this.downloads.onPieceCorrupt(piece, digests);
    this.#reportIdle();
  }

  onPieceWriteFailed(piece: number, error: StorageError): void {
    this.downloads.onPieceWriteFailed(piece, error);
    this.#reportIdle();
  }

  onPieceParked(piece: number, error: StorageError | undefined): void {
    this.downloads.onPieceParked(piece, error);
    this.#reportIdle();
  }

  onPieceLoaded(piece: number, error: StorageError | undefined): void {
    this.downloads.onPieceLoaded(piece, error);
    this.#reportIdle();
  }

  onReadable(): void {
    this.uploads.pumpAll();
  }

  onReadFailed(piece: number, _begin: number, error: StorageError): void {
    this.#readRetryAtMs = this.#host.nowMs() + readRetryMs;
    this.#setError(error);
    this.uploads.onReadFailed(piece);
  }

  onPieceChecked(piece: number, valid: boolean): void {
    this.#checked++;
    if (!valid || this.picker.verified.has(piece)) return;
    this.picker.markVerified(piece);
    this.#files.onVerified(piece, (file) => this.storage.finishFile(file));
  }

  onCheckDone(error: StorageError | undefined): void {
    this.#checking = false;
    this.#toCheck = 0;
    this.#completedReported = this.isComplete;
    if (error !== undefined) this.#setError(error);
    this.#host.onCheckDone();
  }
}
