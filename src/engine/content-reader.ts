/**
 * One reader of a run of bytes in the piece space: hands out verified data in order, as leases on the
 * storage's memory, and has the pieces it comes to next fetched before all others.
 * Invariant: nothing unverified is handed out; after `close` nothing is fetched for it, and `onReady` is
 * not called again.
 */
import type { ContentWants } from './content-wants.ts';
import type { Layout } from './layout.ts';
import type { BlockLease, Storage, StorageError } from './ports.ts';

/** The most that `Storage.tryRead` gives at once. */
const mostBytes = 128 * 1024;
/** Fetched ahead of where the reader stands; at least the piece after. */
const aheadBytes = 8 * 1024 * 1024;

export interface ContentReaderPorts {
  readonly layout: Layout;
  readonly storage: Pick<Storage, 'tryRead' | 'prefetch'>;
  readonly wants: ContentWants;
  isVerified(piece: number): boolean;
  /** What is wanted may have changed. */
  onWindow(): void;
  onClosed(reader: ContentReader): void;
}

export class ContentReader {
  readonly #ports: ContentReaderPorts;
  readonly #endBytes: number;
  readonly #onReady: () => void;
  #position: number;
  #windowFirst = -1;
  #error: StorageError | undefined;
  #closed = false;

  /** From `begin` up to but without `end`, in the piece space. `onReady`: try `take` again. */
  constructor(ports: ContentReaderPorts, begin: number, end: number, onReady: () => void) {
    this.#ports = ports;
    this.#position = begin;
    this.#endBytes = end;
    this.#onReady = onReady;
    this.#moveWindow();
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#endBytes;
  }

  /** The torrent stopped, or somebody closed it: nothing more comes. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The disk does not give what it should hold. */
  get error(): StorageError | undefined {
    return this.#error;
  }

  /** The next bytes; undefined at the end, and while they are fetched or read. Release each lease soon. */
  take(): BlockLease | undefined {
    if (this.#closed || this.#error !== undefined || this.isAtEnd) return undefined;
    const { layout, storage } = this.#ports;
    const piece = Math.floor(this.#position / layout.pieceLength);
    if (!this.#ports.isVerified(piece)) return undefined;
    const begin = this.#position - piece * layout.pieceLength;
    const leftBytes = Math.min(layout.pieceBytes(piece) - begin, this.#endBytes - this.#position);
    const lengthBytes = Math.min(leftBytes, mostBytes - (begin % mostBytes));
    const lease = storage.tryRead(piece, begin, lengthBytes);
    if (lease === undefined) return undefined;
    this.#position += lengthBytes;
    this.#moveWindow();
    if (leftBytes > lengthBytes) storage.prefetch(piece, begin + lengthBytes);
    return lease;
  }

  onPieceVerified(): void {
    this.#onReady();
  }

  onReadable(): void {
    this.#onReady();
  }

  onReadFailed(piece: number, error: StorageError): void {
    if (piece !== Math.floor(this.#position / this.#ports.layout.pieceLength)) return;
    this.#error = error;
    this.#onReady();
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ports.onClosed(this);
    this.#onReady();
  }

  #moveWindow(): void {
    const { layout, wants } = this.#ports;
    if (this.isAtEnd) {
      wants.setWindow(this, undefined);
      this.#ports.onWindow();
      return;
    }
    const first = Math.floor(this.#position / layout.pieceLength);
    if (first === this.#windowFirst) return;
    this.#windowFirst = first;
    const end = Math.floor((this.#endBytes - 1) / layout.pieceLength);
    const ahead = Math.max(1, Math.floor(aheadBytes / layout.pieceLength));
    wants.setWindow(this, { first, last: Math.min(end, first + ahead), end });
    this.#ports.onWindow();
  }
}
