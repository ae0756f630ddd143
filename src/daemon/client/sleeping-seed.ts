/**
 * What remains of a whole torrent while it sleeps: the engine's announcer, and the few facts that its
 * status shows.
 */
import type { SleepingTorrent } from '../../engine/sleeping-torrent.ts';
import type { Reason, TorrentStatus } from '../../engine/torrent-status.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';

/** One that could not be woken is not tried again for this long, however many peers ask. */
const retryMs = 60_000;

export class SleepingSeed {
  readonly torrent: SleepingTorrent;
  readonly #name: string;
  readonly #lengthBytes: number;
  readonly #pieceCount: number;
  readonly #pieceLength: number;
  readonly #isPrivate: boolean;
  #problem: Reason | undefined;
  #retryAtMs = 0;

  constructor(torrent: SleepingTorrent, metainfo: Metainfo) {
    const { name, contentBytes, pieceCount, pieceLength } = metainfo;
    this.torrent = torrent;
    this.#name = name;
    this.#lengthBytes = contentBytes;
    this.#pieceCount = pieceCount;
    this.#pieceLength = pieceLength;
    this.#isPrivate = metainfo.private;
  }

  get pieceCount(): number {
    return this.#pieceCount;
  }

  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  get mayWake(): boolean {
    return this.#problem === undefined || performance.now() >= this.#retryAtMs;
  }

  /** It is time to see whether it can be woken again. */
  get isDue(): boolean {
    return this.#problem !== undefined && performance.now() >= this.#retryAtMs;
  }

  /** Its data is not as it was, or cannot be reached. */
  onWakeFailed(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
    this.#problem = { code, message: error instanceof Error ? error.message : String(error) };
    this.#retryAtMs = performance.now() + retryMs;
    this.torrent.refuse();
  }

  status(seedingForMs: number): TorrentStatus {
    const { infoHash, announcer, uploadedBytes, downloadedBytes } = this.torrent;
    const swarm = announcer.counts;
    return {
      infoHash,
      name: this.#name,
      phase: this.#problem === undefined ? 'seeding' : 'error',
      isPrivate: this.#isPrivate,
      lengthBytes: this.#lengthBytes,
      wantedBytes: this.#lengthBytes,
      doneBytes: this.#lengthBytes,
      checkedFraction: undefined,
      pieceCount: this.#pieceCount,
      pieceLength: this.#pieceLength,
      piecesDone: this.#pieceCount,
      downRate: 0,
      upRate: 0,
      downloadedBytes,
      uploadedBytes,
      wastedBytes: 0,
      connectedPeers: 0,
      connectedSeeders: 0,
      giverCount: 0,
      knownCandidates: 0,
      availability: 1,
      seedingForMs,
      swarmSeeders: swarm?.seeders,
      swarmLeechers: swarm?.leechers,
      etaSeconds: undefined,
      stalled: undefined,
      error: this.#problem,
    };
  }
}
