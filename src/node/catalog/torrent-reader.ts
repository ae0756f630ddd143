/**
 * Reads .torrent files in a worker thread, one after the other: the largest take a second. The thread
 * starts with the first torrent and ends when none came for a while.
 */
import type { TorrentFacts } from './catalog-store.ts';
import type { TorrentReaderFunctions } from './torrent-reader-worker.ts';
import { WorkerCalls } from './worker-calls.ts';

const maxHeapMiB = 768;
const idleMs = 30_000;
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

export class TorrentReader {
  readonly #worker = new WorkerCalls<TorrentReaderFunctions>(
    new URL(`./torrent-reader-worker${extension}`, import.meta.url),
    undefined,
    maxHeapMiB,
  );
  #idle: NodeJS.Timeout | undefined;

  /** Rejects with DecodeError when it is no torrent. */
  async read(bytes: Uint8Array): Promise<TorrentFacts> {
    clearTimeout(this.#idle);
    try {
      return await this.#worker.call('read', bytes);
    } finally {
      this.#scheduleEnd();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker.terminate();
  }

  #scheduleEnd(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#worker.pending === 0) void this.#worker.terminate();
    }, idleMs).unref();
  }
}
