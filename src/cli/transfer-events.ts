/** A transfer as lines of JSON: `started`, `progress` at most five times a second, `complete`, `stopped`. */
import type { Reason, TorrentStatus } from '../daemon/client/client-types.ts';
import type { Transfer } from '../daemon/client/open-transfer.ts';
import type { Terminal } from './terminal.ts';

const progressIntervalMs = 200;
/** A line that says the same as the one before it comes only this often. */
const heartbeatMs = 1000;

export class TransferEvents {
  readonly #terminal: Terminal;
  readonly #transfer: Transfer;
  #progressAtMs = Number.NEGATIVE_INFINITY;
  #progressSaid = '';

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
    if (!this.#terminal.json) return;
    const nowMs = performance.now();
    const sinceMs = nowMs - this.#progressAtMs;
    if (sinceMs < progressIntervalMs) return;
    const progress = progressObject(status);
    const said = JSON.stringify(progress);
    if (said === this.#progressSaid && sinceMs < heartbeatMs) return;
    this.#progressAtMs = nowMs;
    this.#progressSaid = said;
    this.#terminal.object(progress);
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

function progressObject(status: TorrentStatus): object {
  const stalled = status.error ?? status.stalled;
  return {
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
    ...(status.phase === 'checking' && { checkedFraction: status.checkedFraction ?? 0 }),
    ...(stalled === undefined ? {} : { stalled: reasonObject(stalled) }),
  };
}

function reasonObject({ code, message }: Reason): Reason {
  return { code, message };
}
