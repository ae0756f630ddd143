/**
 * A folder whose .torrent and .magnet files are added by themselves. What was taken gets `.added` behind
 * its name, what is no torrent `.invalid`.
 * Invariants: a file is taken once it is whole, that is unchanged for a while and understood; only
 * regular files of the folder itself are read, no link is followed.
 */
import { constants, type FSWatcher, watch } from 'node:fs';
import { lstat, open, opendir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { DecodeError } from '../../base/decode-error.ts';
import { decodeUtf8 } from '../../base/text.ts';
import { maxTorrentFileBytes } from '../torrent-files/load-source.ts';

export interface WatchFolderOptions {
  readonly dir: string;
  /** Adds a .torrent's bytes or a magnet link. Rejects with DaemonRefusal or DecodeError. */
  add(source: Uint8Array | string): Promise<unknown>;
  log(level: 'info' | 'warn', message: string): void;
  /** Between two looks; 5 s unless told. Events of the system bring the next one forward. */
  readonly pollMs?: number;
  /** A file is read when it did not change for so long; 500 ms unless told. */
  readonly settledMs?: number;
  /** What is not understood by then is no torrent; 10 s unless told. */
  readonly patienceMs?: number;
}

const maxMagnetBytes = 64 * 1024;
/** In one look, so that a crowded folder does not hold the daemon up. */
const mostEntries = 20_000;

interface Seen {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** When it was first seen like this. */
  readonly sinceMs: number;
  /** It was refused, told, and is tried again at the next change or start. */
  isRefused: boolean;
}

export class WatchFolder {
  readonly #options: WatchFolderOptions;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #seen = new Map<string, Seen>();
  #looking: Promise<void> | undefined;
  #soon: NodeJS.Timeout | undefined;
  #closed = false;
  #isTold = false;

  /** Takes what lies there already, too. */
  constructor(options: WatchFolderOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.pollMs ?? 5000);
    this.#look();
  }

  #look(): void {
    if (this.#closed) return;
    this.#watch();
    this.#looking ??= this.#lookNow()
      .catch((error: unknown) => {
        if (!this.#isTold) this.#log('warn', `cannot be read: ${messageOf(error)}`);
        this.#isTold = true;
      })
      .finally(() => {
        this.#looking = undefined;
      });
  }

  /** Systems and folders without events are looked at now and then. */
  #watch(): void {
    if (this.#watcher !== undefined) return;
    try {
      const watcher = watch(this.#options.dir, () => this.#lookSoon());
      watcher.on('error', () => {
        watcher.close();
        this.#watcher = undefined;
      });
      this.#watcher = watcher;
    } catch {
      // Not there yet, or not watchable: the next look tries again.
    }
  }

  #lookSoon(): void {
    if (this.#closed || this.#soon !== undefined) return;
    this.#soon = setTimeout(
      () => {
        this.#soon = undefined;
        this.#look();
      },
      (this.#options.settledMs ?? 500) + 10,
    );
  }

  async #lookNow(): Promise<void> {
    const seen = new Map<string, Seen>();
    let entries = 0;
    for await (const entry of await opendir(this.#options.dir)) {
      if (++entries > mostEntries || this.#closed) break;
      if (!/.\.(torrent|magnet)$/i.test(entry.name) || !entry.isFile()) continue;
      const file = await this.#remember(entry.name);
      if (file !== undefined) seen.set(entry.name, file);
    }
    this.#seen = seen;
    this.#isTold = false;
    for (const [name, file] of seen) {
      if (this.#closed) return;
      if (file.isRefused) continue;
      const { settledMs = 500 } = this.#options;
      if (performance.now() - file.sinceMs >= settledMs) await this.#take(name, file);
      else this.#lookSoon();
    }
  }

  async #remember(name: string): Promise<Seen | undefined> {
    const stats = await lstat(join(this.#options.dir, name)).catch(() => undefined);
    if (stats?.isFile() !== true) return undefined;
    const { size: sizeBytes, mtimeMs } = stats;
    const before = this.#seen.get(name);
    if (before?.sizeBytes === sizeBytes && before.mtimeMs === mtimeMs) return before;
    return { sizeBytes, mtimeMs, sinceMs: performance.now(), isRefused: false };
  }

  async #take(name: string, file: Seen): Promise<void> {
    try {
      await this.#options.add(await this.#read(name));
    } catch (error) {
      await this.#onRefused(name, file, error);
      return;
    }
    await this.#mark(name, file, 'added');
  }

  async #onRefused(name: string, file: Seen, error: unknown): Promise<void> {
    if (this.#closed) return;
    const code = error instanceof DaemonRefusal ? error.code : undefined;
    if (code === 'TORRENT_DUPLICATE') {
      await this.#mark(name, file, 'added');
    } else if (code === 'BAD_TORRENT' || code === 'BAD_REQUEST' || error instanceof DecodeError) {
      const { patienceMs = 10_000 } = this.#options;
      if (performance.now() - file.sinceMs < patienceMs) return;
      this.#log('warn', `${name} is no torrent: ${messageOf(error)}`);
      await this.#mark(name, file, 'invalid');
    } else {
      file.isRefused = true;
      this.#log('warn', `${name} is not added: ${messageOf(error)}`);
    }
  }

  async #read(name: string): Promise<Uint8Array | string> {
    const isMagnet = /\.magnet$/i.test(name);
    const path = join(this.#options.dir, name);
    const bytes = await readRegular(path, isMagnet ? maxMagnetBytes : maxTorrentFileBytes);
    if (!isMagnet) return bytes;
    const link = decodeUtf8(bytes)?.trim();
    if (link !== undefined && /^magnet:\?\S+$/i.test(link)) return link;
    throw new DaemonRefusal('BAD_TORRENT', 'It is to hold one magnet link and nothing else');
  }

  /** Never over another file. */
  async #mark(name: string, file: Seen, suffix: 'added' | 'invalid'): Promise<void> {
    const { dir } = this.#options;
    try {
      for (let number = 1; number < 1000; number++) {
        const target = join(dir, `${name}${number === 1 ? '' : `.${number}`}.${suffix}`);
        const isFree = await lstat(target).then(
          () => false,
          () => true,
        );
        if (isFree) return await rename(join(dir, name), target);
      }
      throw new Error('there are too many of that name');
    } catch (error) {
      // It stays, and is not taken again while this one runs.
      file.isRefused = true;
      this.#log('warn', `${name} cannot be renamed to .${suffix}: ${messageOf(error)}`);
    }
  }

  #log(level: 'info' | 'warn', message: string): void {
    this.#options.log(level, `watch folder ${this.#options.dir}: ${message}`);
  }

  /** Idempotent. Waits for what is being added. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    this.#watcher?.close();
    await this.#looking;
  }
}

async function readRegular(path: string, maxBytes: number): Promise<Uint8Array> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new DaemonRefusal('BAD_TORRENT', 'It is no regular file');
    if (stats.size > maxBytes) {
      throw new DaemonRefusal('BAD_TORRENT', `It has more than ${maxBytes} bytes`);
    }
    const bytes = new Uint8Array(stats.size);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
