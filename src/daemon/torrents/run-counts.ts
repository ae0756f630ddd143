/**
 * The counts of one run in the client on top of what was counted before.
 * Invariant: a total never falls, whatever a crash took from the client's own count.
 */
import type { TorrentStatus } from '../../engine/torrent-status.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';

type Totals = Pick<StoredTorrent, 'downloadedBytes' | 'uploadedBytes' | 'wastedBytes'>;

export interface RunStep {
  /** Since the last look. */
  readonly downBytes: number;
  readonly upBytes: number;
  readonly totals: Totals;
}

export class RunCounts {
  /** What is known beyond the client's own count. */
  readonly #beyond: Totals;
  #last: Totals;

  constructor(before: Totals, begin: Totals) {
    this.#beyond = {
      downloadedBytes: Math.max(0, before.downloadedBytes - begin.downloadedBytes),
      uploadedBytes: Math.max(0, before.uploadedBytes - begin.uploadedBytes),
      wastedBytes: Math.max(0, before.wastedBytes - begin.wastedBytes),
    };
    this.#last = begin;
  }

  look({ downloadedBytes, uploadedBytes, wastedBytes }: Totals | TorrentStatus): RunStep {
    const last = this.#last;
    this.#last = { downloadedBytes, uploadedBytes, wastedBytes };
    return {
      downBytes: Math.max(0, downloadedBytes - last.downloadedBytes),
      upBytes: Math.max(0, uploadedBytes - last.uploadedBytes),
      totals: {
        downloadedBytes: downloadedBytes + this.#beyond.downloadedBytes,
        uploadedBytes: uploadedBytes + this.#beyond.uploadedBytes,
        wastedBytes: wastedBytes + this.#beyond.wastedBytes,
      },
    };
  }
}
