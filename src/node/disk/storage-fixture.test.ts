/** A storage on a real folder with its completions as promises; for the tests of the disk code. */
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Layout } from '../../engine/layout.ts';
import type { StorageError, StorageSink } from '../../engine/ports.ts';
import { SharedSlabPool } from '../slab-pool.ts';
import { type ContentFile, segmentsOf } from './content-map.ts';
import { DiskPool } from './disk-pool.ts';
import { FileStorage, type FileStorageOptions } from './file-storage.ts';
import { ReadCache } from './read-cache.ts';

export interface Completion {
  readonly kind: string;
  readonly piece?: number;
  readonly digests?: Uint8Array | undefined;
  readonly error?: StorageError | undefined;
  readonly valid?: boolean;
}

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'shoal-test-'));
}

/** Files one after another; a name that begins with `.pad` is padding. */
export function filesOf(entries: readonly (readonly [string, number])[]): ContentFile[] {
  let offsetBytes = 0;
  return entries.map(([name, lengthBytes]) => {
    const file = {
      path: name.split('/'),
      offsetBytes,
      lengthBytes,
      padding: name.startsWith('.pad'),
    };
    offsetBytes += lengthBytes;
    return file;
  });
}

/** A cheap stream that no two blocks share. */
function noise(lengthBytes: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(lengthBytes / 4));
  let state = seed | 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, lengthBytes);
}

/** Content with zeros where the padding is. */
export function contentOf(files: readonly ContentFile[], seed = 1): Uint8Array {
  const last = files.at(-1)!;
  const content = noise(last.offsetBytes + last.lengthBytes, seed);
  for (const { padding, offsetBytes, lengthBytes } of files) {
    if (padding) content.fill(0, offsetBytes, offsetBytes + lengthBytes);
  }
  return content;
}

export class StorageFixture {
  readonly folder: string;
  readonly layout: Layout;
  readonly files: readonly ContentFile[];
  readonly content: Uint8Array;
  readonly slabs = new SharedSlabPool();
  readonly disk: DiskPool;
  readonly cache: ReadCache;
  readonly problems: { file: number | undefined; error: StorageError }[] = [];
  storage: FileStorage;
  #waiting: { matches: (completion: Completion) => boolean; resolve: (c: Completion) => void }[] =
    [];
  #seen: Completion[] = [];

  constructor(
    files: readonly ContentFile[],
    pieceLength: number,
    options: Partial<FileStorageOptions> & { maxOpenFiles?: number; budgetBytes?: number } = {},
  ) {
    this.folder = options.rootDir ?? makeFolder();
    this.files = files;
    this.content = contentOf(files);
    this.layout = new Layout(pieceLength, files, false);
    const maxOpenFiles = options.maxOpenFiles ?? 256;
    this.disk = options.disk ?? new DiskPool({ slabs: this.slabs, workers: 2, maxOpenFiles });
    this.cache = new ReadCache({ maxOpenFiles, budgetBytes: options.budgetBytes ?? 4 << 20 });
    this.storage = this.open(options);
  }

  open(options: Partial<FileStorageOptions> = {}): FileStorage {
    this.storage = new FileStorage({
      rootDir: this.folder,
      name: 'test',
      files: this.files,
      layout: this.layout,
      check: { kind: 'sha1', digests: this.digests() },
      sink: this.#sink(),
      preallocation: 'sparse',
      disk: this.disk,
      cache: this.cache,
      onFileProblem: (file, error) => {
        this.problems.push({ file, error });
        this.#report({ kind: 'problem', error });
      },
      ...options,
    });
    return this.storage;
  }

  digests(): Uint8Array {
    const digests = new Uint8Array(20 * this.layout.pieceCount);
    for (let i = 0; i < this.layout.pieceCount; i++) {
      digests.set(hash('sha1', this.piece(i), 'buffer'), 20 * i);
    }
    return digests;
  }

  piece(piece: number): Uint8Array {
    const start = piece * this.layout.pieceLength;
    return this.content.subarray(start, start + this.layout.pieceBytes(piece));
  }

  fileContent(file: number): Uint8Array {
    const { offsetBytes, lengthBytes } = this.files[file]!;
    return this.content.subarray(offsetBytes, offsetBytes + lengthBytes);
  }

  async write(piece: number, data = this.piece(piece), wantDigests = false): Promise<Completion> {
    const slab = this.slabs.tryAcquire(data.length)!;
    slab.bytes.set(data);
    this.storage.writePiece(piece, slab, wantDigests);
    const kinds = ['written', 'corrupt', 'write failed'];
    const completion = await this.next((c) => kinds.includes(c.kind) && c.piece === piece);
    this.slabs.release(slab);
    return completion;
  }

  async writeAll(): Promise<void> {
    for (let piece = 0; piece < this.layout.pieceCount; piece += 32) {
      const count = Math.min(32, this.layout.pieceCount - piece);
      await Promise.all(Array.from({ length: count }, (_, i) => this.write(piece + i)));
    }
  }

  /** A verified block's bytes, or the error; asks again as the engine does. */
  async read(
    piece: number,
    begin: number,
    lengthBytes: number,
  ): Promise<Uint8Array | StorageError> {
    for (;;) {
      const lease = this.storage.tryRead(piece, begin, lengthBytes);
      if (lease !== undefined) {
        const copy = Uint8Array.from(lease.bytes);
        lease.release();
        return copy;
      }
      const completion = await this.next((c) => c.kind === 'readable' || c.kind === 'read failed');
      if (completion.kind === 'read failed') return completion.error!;
    }
  }

  /** Which of the pieces the disk has; the error of the whole check, if any. */
  async check(pieces = Array.from({ length: this.layout.pieceCount }, (_, i) => i)): Promise<{
    valid: number[];
    error: StorageError | undefined;
  }> {
    this.storage.check(pieces);
    const done = await this.next((c) => c.kind === 'check done');
    const checked = this.#seen.filter((c) => c.kind === 'checked');
    this.#seen = this.#seen.filter((c) => c.kind !== 'checked');
    const valid = checked.filter((c) => c.valid).map((c) => c.piece!);
    return { valid: valid.sort((a, b) => a - b), error: done.error };
  }

  next(matches: (completion: Completion) => boolean): Promise<Completion> {
    const index = this.#seen.findIndex(matches);
    if (index >= 0) return Promise.resolve(this.#seen.splice(index, 1)[0]!);
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  closeStorage(): Promise<void> {
    return new Promise((resolve) => this.storage.close(resolve));
  }

  async close(): Promise<void> {
    await this.closeStorage();
    this.cache.close();
    await this.disk.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The file a piece begins in. */
  firstFileOf(piece: number): number {
    return segmentsOf(this.files, piece * this.layout.pieceLength, 1)[0]!.file;
  }

  #report(completion: Completion): void {
    const index = this.#waiting.findIndex(({ matches }) => matches(completion));
    if (index < 0) this.#seen.push(completion);
    else this.#waiting.splice(index, 1)[0]!.resolve(completion);
  }

  #sink(): StorageSink {
    return {
      onPieceWritten: (piece, digests) => this.#report({ kind: 'written', piece, digests }),
      onPieceCorrupt: (piece, digests) => this.#report({ kind: 'corrupt', piece, digests }),
      onPieceWriteFailed: (piece, error) => this.#report({ kind: 'write failed', piece, error }),
      onPieceParked: (piece, error) => this.#report({ kind: 'parked', piece, error }),
      onPieceLoaded: (piece, error) => this.#report({ kind: 'loaded', piece, error }),
      onReadable: () => this.#report({ kind: 'readable' }),
      onReadFailed: (piece, _begin, error) => this.#report({ kind: 'read failed', piece, error }),
      onPieceChecked: (piece, valid) => this.#report({ kind: 'checked', piece, valid }),
      onCheckDone: (error) => this.#report({ kind: 'check done', error }),
    };
  }
}
