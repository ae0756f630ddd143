/**
 * The pieces of one torrent, from the moment its metadata is known: what is on disk, what is being
 * fetched, what can be served. It owns the torrent's storage and is the only one to hear from it.
 * Invariant: a piece counts as verified exactly while the picker says so, and only verified pieces
 * are announced, served or remembered.
 */
import type { Bitfield } from '../base/bitfield.ts';
import type { Random } from '../base/random.ts';
import { ContentReader } from './content-reader.ts';
import { ContentWants } from './content-wants.ts';
import { Downloads } from './downloads.ts';
import { FileProgress } from './file-progress.ts';
import type { Layout } from './layout.ts';
import type { PeerSession } from './peer-session.ts';
import { copiesOf, type PieceMap, pieceMap } from './piece-map.ts';
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
  /** One a file, as `filePriority` has them; absent is the normal one for all. */
  readonly filePriorities?: Uint8Array;
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
  /** Nothing wanted is missing any more, while running; not for data that was complete at the start. */
  onCompleted(): void;
  /** More is wanted than before, or other pieces first. `again`: it was complete. */
  onWantsChanged(again: boolean): void;
}

/** Counting copies looks at every piece: one count is good for so long a piece, and this at most. */
const copiesKeptPieceMs = 0.1;
const copiesKeptMs = 5000;
/** After a failed read the data is not offered for this long. */
const readRetryMs = 10_000;

export class Content implements StorageSink {
  readonly layout: Layout;
  readonly storage: Storage;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
  readonly #host: ContentHost;
  readonly #wants: ContentWants;
  readonly #files: FileProgress;
  readonly #readers = new Set<ContentReader>();
  #toCheck: number;
  #checked = 0;
  #sweepDue = false;
  #checking = false;
  #error: StorageError | undefined;
  #readRetryAtMs = 0;
  #completedReported: boolean;
  #onIdle: (() => void) | undefined;
  #copies = { count: 0, untilMs: Number.NEGATIVE_INFINITY };

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
    this.#wants = new ContentWants(layout, this.picker, options.filePriorities);
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

  /** Everything wanted is verified, and no reader waits for more. */
  get isComplete(): boolean {
    if (this.picker.missingWantedCount > 0) return false;
    return this.#readers.size === 0 || !this.#wants.isHungry;
  }

  /** Somebody reads from it, other than peers. */
  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  /** By file, as `filePriority` has them. Not to be changed. */
  get filePriorities(): Uint8Array {
    return this.#wants.files;
  }

  /** Verified bytes of each file. Live, not to be changed. */
  get fileBytes(): readonly number[] {
    return this.#files.verifiedBytes;
  }

  /** For trackers: bytes of all pieces that are not verified, wanted or not (BEP 3, `left`). */
  get leftBytes(): number {
    return this.layout.contentBytes - this.picker.verifiedBytes;
  }

  pieceMap(): PieceMap {
    return pieceMap(this.picker, this.layout.pieceCount);
  }

  /** Copies of the rarest piece among us and our peers, a moment ago at most. */
  availability(nowMs: number): number {
    if (nowMs >= this.#copies.untilMs) {
      const keptMs = Math.min(copiesKeptMs, this.layout.pieceCount * copiesKeptPieceMs);
      const count = copiesOf(this.picker, this.layout.pieceCount);
      this.#copies = { count, untilMs: nowMs + keptMs };
    }
    return this.#copies.count;
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

  // -------------------------------------------------------------- wants

  /** One a file. A file that is wanted from now on is fetched, or takes its name if it is whole. */
  setFilePriorities(priorities: Uint8Array): void {
    const before = this.#wants.files;
    this.#wants.setFiles(priorities);
    const isWanted = Array.from(priorities, (priority) => priority > 0);
    if (isWanted.some((wanted, file) => wanted !== before[file]! > 0)) {
      this.storage.setFilesWanted(isWanted);
      isWanted.forEach((wanted, file) => {
        if (wanted && before[file] === 0 && this.#files.isWhole(file))
          this.storage.finishFile(file);
      });
      this.downloads.releaseUnwanted();
    }
    this.#reviewWants();
  }

  /** Reads from `begin` up to but without `end` in the piece space. Close it when done. */
  openReader(begin: number, end: number, onReady: () => void): ContentReader {
    const reader: ContentReader = new ContentReader(
      {
        layout: this.layout,
        storage: this.storage,
        wants: this.#wants,
        isVerified: (piece) => !this.#checking && this.picker.verified.has(piece),
        onWindow: () => this.#reviewWants(),
        onClosed: () => {
          this.#readers.delete(reader);
          this.#wants.setWindow(reader, undefined);
          this.#reviewWants();
        },
      },
      begin,
      end,
      onReady,
    );
    this.#readers.add(reader);
    this.#reviewWants();
    return reader;
  }

  #reviewWants(): void {
    if (this.#checking || this.#onIdle !== undefined) return;
    const again = this.#completedReported && !this.isComplete;
    if (again) this.#completedReported = false;
    if (!this.isComplete) this.#host.onWantsChanged(again);
    this.#reportCompleted();
  }

  #reportCompleted(): void {
    if (this.#completedReported || this.#checking || !this.isComplete) return;
    this.#completedReported = true;
    this.#host.onCompleted();
  }

  #onVerified(piece: number): void {
    this.#files.onVerified(piece, (file) => this.storage.finishFile(file));
    this.#host.onPieceVerified(piece);
    this.#reportIdle();
    for (const reader of this.#readers) reader.onPieceVerified();
    this.#reportCompleted();
  }

  /** Reads and hashes all of it again. There must be no sessions; `onCheckDone` follows. */
  recheck(): void {
    if (this.#checking || this.#onIdle !== undefined) return;
    this.#checking = true;
    this.#checked = 0;
    this.#toCheck = this.layout.pieceCount;
    this.#sweepDue = true;
    this.#sweepWhenIdle();
  }

  /** What the disk is still writing is in its place before it is read. */
  #sweepWhenIdle(): void {
    if (!this.#sweepDue || this.downloads.busy || this.#onIdle !== undefined) return;
    this.#sweepDue = false;
    this.downloads.abandon();
    const pieces: number[] = [];
    for (let piece = 0; piece < this.layout.pieceCount; piece++) {
      pieces.push(piece);
      if (this.picker.verified.has(piece)) this.#files.onLost(piece);
      this.picker.markMissing(piece);
    }
    this.storage.check(pieces);
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
    for (const reader of [...this.#readers]) reader.close();
    this.downloads.stop();
    this.#reportIdle();
  }

  #reportIdle(): void {
    this.#sweepWhenIdle();
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
    for (const reader of this.#readers) reader.onReadable();
  }

  onReadFailed(piece: number, _begin: number, error: StorageError): void {
    this.#readRetryAtMs = this.#host.nowMs() + readRetryMs;
    this.#setError(error);
    this.uploads.onReadFailed(piece);
    for (const reader of this.#readers) reader.onReadFailed(piece, error);
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
    for (const reader of this.#readers) reader.onPieceVerified();
  }
}
