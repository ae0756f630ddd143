/** A transfer as lines of JSON: `started`, `progress` at most five times a second, `complete`, `stopped`. */
import type { Reason, TorrentStatus } from '../daemon/client-types.ts';
import type { Transfer } from '../daemon/open-transfer.ts';
import type { Terminal } from './terminal.ts';

const progressIntervalMs = 200;

export class TransferEvents {
  readonly #terminal: Terminal;
  readonly #transfer: Transfer;
  #progressAtMs = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, transfer: Transfer) {
    this.#terminal = terminal;
    this.#transfer = transfer;
  }

  started(): void {
    const { torrent, port } = this.#transfer;
    const { name, lengthBytes } = torrent.status();
    const { infoHash, dir } = torrent;
    this.#terminal.object({ event: 'started', infoHash, name, lengthBytes, dir, port });
  }

  progress(status: TorrentStatus): void {
    const nowMs = performance.now();
    if (nowMs - this.#progressAtMs < progressIntervalMs) return;
    this.#progressAtMs = nowMs;
    const stalled = status.error ?? status.stalled;
    this.#terminal.object({
      event: 'progress',
      infoHash: status.infoHash,
      phase: status.phase,
      doneBytes: status.doneBytes,
      lengthBytes: status.wantedBytes,
      downRate: Math.round(status.downRate),
      upRate: Math.round(status.upRate),
      downloadedBytes: status.downloadedBytes,
      uploadedBytes: status.uploadedBytes,
      peers: status.connectedPeers,
      seeds: status.connectedSeeders,
      etaSeconds: status.etaSeconds ?? null,
      ...(stalled === undefined ? {} : { stalled: reasonObject(stalled) }),
    });
  }

  complete(status: TorrentStatus, seconds: number, path: string): void {
    this.#terminal.object({
      event: 'complete',
      infoHash: status.infoHash,
      lengthBytes: status.wantedBytes,
      seconds: Number(seconds.toFixed(3)),
      path,
      downloadedBytes: status.downloadedBytes,
      uploadedBytes: status.uploadedBytes,
      fromPeers: status.giverCount,
    });
  }

  /** The last line: totals once everything is over. */
  stopped(status: TorrentStatus): void {
    this.#terminal.object({
      event: 'stopped',
      infoHash: status.infoHash,
      doneBytes: status.doneBytes,
      lengthBytes: status.wantedBytes,
      downloadedBytes: status.downloadedBytes,
      uploadedBytes: status.uploadedBytes,
      fromPeers: status.giverCount,
    });
  }
}

function reasonObject({ code, message }: Reason): Reason {
  return { code, message };
}
