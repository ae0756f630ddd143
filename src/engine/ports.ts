/**
 * What the engine needs from outside, and nothing more. `node/` implements these ports on the
 * operating system, `sim/` in virtual time. Every call returns at once; completions come back as
 * method calls on the sink given when the thing was opened, never from inside the call itself unless
 * the method says so.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { InfoHash } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import type { AnnounceFields } from '../protocol/announce-fields.ts';

export type { Random };

/** Monotonic time. Never goes back and is not affected by changes of the wall clock. */
export interface Clock {
  nowMs(): number;
}

// ---------------------------------------------------------------- links

/** Bytes that stay valid until `release` is called, exactly once. */
export interface BlockLease {
  readonly bytes: Uint8Array;
  release(): void;
}

/** One established byte stream to a peer. After `close`, every method is a no-op. */
export interface Link {
  readonly remote: Endpoint;
  /** True when the other side opened it. */
  readonly incoming: boolean;
  /** Bytes accepted by `send` and `sendBlock` and not yet taken by the operating system. */
  readonly queuedBytes: number;
  /** Queues bytes, which the link owns from then on. Sends of one turn leave as one write. */
  send(bytes: Uint8Array): void;
  /** Queues a message header and the leased payload behind it; releases the lease once both left. */
  sendBlock(header: Uint8Array, lease: BlockLease): void;
  /** While paused, no `onBytes` is called and the peer meets TCP's back-pressure. Idempotent. */
  setReadingPaused(paused: boolean): void;
  /** Closes both directions; `onClosed` is not called for a close that the engine asked for. */
  close(): void;
}

export interface LinkSink {
  /** `chunk` is valid only during the call. */
  onBytes(chunk: Uint8Array): void;
  /** The operating system took blocks, and `queuedBytes` is below the link's low-water mark. */
  onDrained(): void;
  /** The other side closed, or the stream failed. The last call the sink gets. */
  onClosed(cause: string): void;
}

export interface DialSink {
  /** Returns the sink for the new link; undefined refuses it, and the dialler closes it. */
  onDialed(link: Link): LinkSink | undefined;
  onDialFailed(cause: string): void;
}

export interface Dialer {
  /** Exactly one of the sink's methods is called, later, unless the returned cancel ran first. */
  dial(remote: Endpoint, sink: DialSink): { cancel(): void };
}

// ---------------------------------------------------------------- storage

/** A piece's memory while it is being filled. Backed by shared memory in node/. */
export interface Slab {
  readonly bytes: Uint8Array;
}

/** The byte budget shared by all torrents of a process. */
export interface SlabPool {
  /** A slab of at least `lengthBytes`; undefined at the budget. One slab is always granted when none is out. */
  tryAcquire(lengthBytes: number): Slab | undefined;
  release(slab: Slab): void;
  /** Copies a block into a slab; the only copy payload goes through. */
  fill(slab: Slab, offset: number, block: Uint8Array): void;
  /** Calls back once, later, when a release made room. */
  onRoom(callback: () => void): void;
}

export interface StorageError {
  /** Operating-system code: `ENOSPC`, `EROFS`, `EACCES`, `EIO`, `ENOENT`, … */
  readonly code: string;
  /** Names path and cause, in words: `disk full: /data/x.iso.part needs 1.2 GiB more`. */
  readonly message: string;
  readonly path: string;
}

/**
 * The files of one torrent. Positions are pieces and offsets in them; how they map to files is the
 * storage's business. Completions arrive on the StorageSink; operations may complete in any order.
 */
export interface Storage {
  /**
   * Hashes the piece in `slab`, and writes it when the digest is right. The storage uses the slab
   * until it reports `onPieceWritten`, `onPieceCorrupt` or `onPieceWriteFailed`; the engine releases it.
   * With `wantDigests`, the report carries the SHA-1 of each block, 20 bytes each; a corrupt piece
   * always does.
   */
  writePiece(piece: number, slab: Slab, wantDigests: boolean): void;
  /** Writes the blocks of an unfinished piece whose byte in `blocks` is 1, unverified. Reports `onPieceParked`. */
  parkPiece(piece: number, slab: Slab, blocks: Uint8Array): void;
  /**
   * Reads the parked blocks, those whose byte in `blocks` is 1, back into `slab` and leaves the rest of
   * it alone. Reports `onPieceLoaded`.
   */
  loadPiece(piece: number, slab: Slab, blocks: Uint8Array): void;
  /**
   * A view of verified data when it is in memory; otherwise undefined, and `onReadable` follows once
   * the extent that holds it was read, or `onReadFailed`. At most 128 KiB, at any offset in the piece.
   */
  tryRead(piece: number, begin: number, lengthBytes: number): BlockLease | undefined;
  /** A hint that this place is read soon. May be ignored. */
  prefetch(piece: number, begin: number): void;
  /** Hashes pieces from disk. Reports `onPieceChecked` for each, in any order, then `onCheckDone`. */
  check(pieces: readonly number[]): void;
  /** Which files are wanted changed: creates or skips files, and moves shared pieces where needed. */
  setFilesWanted(wanted: readonly boolean[]): void;
  /** All pieces that touch this file are verified: gives the file its final name. */
  finishFile(file: number): void;
  /** Waits for writes under way, then `done`. No report follows. */
  close(done: () => void): void;
}

export interface StorageSink {
  onPieceWritten(piece: number, digests: Uint8Array | undefined): void;
  onPieceCorrupt(piece: number, digests: Uint8Array): void;
  onPieceWriteFailed(piece: number, error: StorageError): void;
  onPieceParked(piece: number, error: StorageError | undefined): void;
  onPieceLoaded(piece: number, error: StorageError | undefined): void;
  onReadable(): void;
  onReadFailed(piece: number, begin: number, error: StorageError): void;
  onPieceChecked(piece: number, valid: boolean): void;
  onCheckDone(error: StorageError | undefined): void;
}

// ---------------------------------------------------------------- trackers

export interface AnnounceParameters extends AnnounceFields {
  readonly url: string;
}

export interface AnnounceReply {
  readonly intervalMs: number;
  readonly minIntervalMs?: number;
  readonly seeders?: number;
  readonly leechers?: number;
  readonly downloads?: number;
  readonly trackerId?: string;
  readonly warning?: string;
  readonly externalIp?: string;
  readonly peers: readonly Endpoint[];
}

export interface TrackerFailure {
  /** Stable: `TRACKER_REFUSED`, `TRACKER_TIMEOUT`, `TRACKER_HTTP`, … */
  readonly code: string;
  /** In words, without the URL: `connection refused`, `HTTP 503`, the tracker's own failure reason. */
  readonly message: string;
  readonly retryAfterMs?: number | 'never';
}

export interface TrackerPort {
  announce(
    parameters: AnnounceParameters,
    done: (reply: AnnounceReply | undefined, failure: TrackerFailure | undefined) => void,
  ): { cancel(): void };
}

// ---------------------------------------------------------------- all of them

/** A line for the log, about one torrent or peer; `code` is stable. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn';
  readonly code: string;
  readonly message: string;
  readonly infoHash?: InfoHash;
  readonly remote?: Endpoint;
}

export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly dialer: Dialer;
  readonly slabs: SlabPool;
  readonly trackers: TrackerPort;
  log(entry: LogEntry): void;
}
