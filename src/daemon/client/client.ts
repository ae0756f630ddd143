/**
 * The client process put together: the engine's session on sockets, disk workers and tracker clients.
 * Invariant: everything opened here is closed by `close`, whatever fails in between.
 */
import { resolve } from 'node:path';
import type { InfoHash } from '../../base/ids.ts';
import type { EnginePorts } from '../../engine/ports.ts';
import { Session } from '../../engine/session.ts';
import { DiskPool } from '../../node/disk/disk-pool.ts';
import { ReadCache } from '../../node/disk/read-cache.ts';
import { nodeHashes } from '../../node/hashes.ts';
import { makeFolders } from '../../node/make-folders.ts';
import { SharedSlabPool } from '../../node/slab-pool.ts';
import { lockStateFolder, type StateLock } from '../../node/state-lock.ts';
import { systemClock } from '../../node/system-clock.ts';
import { systemRandom } from '../../node/system-random.ts';
import { TcpDialer } from '../../node/tcp-dialer.ts';
import { readBufferBytes } from '../../node/tcp-link.ts';
import { TcpListener } from '../../node/tcp-listener.ts';
import { NodeTrackerClients } from '../../node/tracker-clients.ts';
import { makePeerId } from '../../protocol/client-name.ts';
import type { TorrentContext } from '../torrents/torrent-context.ts';
import type {
  AddOptions,
  ClientFace,
  ClientOptions,
  ClientTorrent,
  TorrentSource,
} from './client-contract.ts';
import { ClientError } from './client-error.ts';
import { ResumeFiles } from './resume-files.ts';
import { RunningTorrent } from './running-torrent.ts';
import { describeSource } from './source-description.ts';

/** Limits, time-outs and queues are looked at this often. */
const tickMs = 100;
const ticksPerSecond = 10;
const usualSleepAfterMs = 3 * 60_000;

/** Accepted links of which it is not known yet which torrent they want. */
const linksInHandshake = 100;

export class Client implements ClientFace {
  readonly #options: ClientOptions;
  readonly #session: Session;
  readonly #disk: DiskPool;
  readonly #cache: ReadCache;
  readonly #trackers: NodeTrackerClients;
  readonly #resume: ResumeFiles | undefined;
  readonly #torrents = new Map<InfoHash, RunningTorrent>();
  #lock: StateLock | undefined;
  #listener: TcpListener | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: ClientOptions) {
    this.#options = options;
    const slabs = new SharedSlabPool(options.bufferBytes);
    this.#disk = new DiskPool({ slabs });
    this.#cache = new ReadCache();
    this.#trackers = new NodeTrackerClients();
    this.#resume =
      options.stateDir === undefined
        ? undefined
        : new ResumeFiles(options.stateDir, (entry) => options.log?.(entry));
    const random = systemRandom();
    const ports: EnginePorts = {
      clock: systemClock,
      random,
      dialer: new TcpDialer({ readBuffer: this.#readBuffer }),
      slabs,
      trackers: this.#trackers,
      log: (entry) => options.log?.(entry),
    };
    this.#session = new Session(ports, {
      peerIdBytes: makePeerId(random),
      hashes: nodeHashes,
      downLimit: options.downLimit ?? 'unlimited',
      upLimit: options.upLimit ?? 'unlimited',
      ...(options.maxPeers !== undefined && { maxPeers: options.maxPeers }),
    });
  }

  /** All links read into it; what they hand on is valid only during the call. */
  readonly #readBuffer = new Uint8Array(readBufferBytes);

  /** Throws ListenError when the port is taken, and what StateLock throws when another client has the folder. */
  static async open(options: ClientOptions = {}): Promise<Client> {
    const client = new Client(options);
    try {
      await client.#start();
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  async #start(): Promise<void> {
    const { stateDir, host, port = 0 } = this.#options;
    if (stateDir !== undefined) await makeFolders(stateDir, 0o700);
    if (stateDir !== undefined) this.#lock = lockStateFolder(stateDir);
    this.#listener = await TcpListener.listen({
      port,
      ...(host !== undefined && { host }),
      readBuffer: this.#readBuffer,
      maxLinks: (this.#options.maxPeers ?? 500) + linksInHandshake,
      accept: (link) => this.#session.accept(link),
      onTrouble: (cause) =>
        this.#options.log?.({ level: 'warn', code: 'ACCEPT_FAILED', message: cause }),
    });
    this.#session.listenPort = this.#listener.port;
    let ticks = 0;
    this.#ticker = setInterval(() => {
      this.#session.tick();
      ticks++;
      if (ticks % ticksPerSecond === 0) for (const each of this.#torrents.values()) each.tick();
    }, tickMs);
  }

  get port(): number {
    return this.#session.listenPort;
  }

  get torrents(): readonly ClientTorrent[] {
    return [...this.#torrents.values()];
  }

  async add(source: TorrentSource, options: AddOptions = {}): Promise<ClientTorrent> {
    if (this.#closing !== undefined) throw new ClientError('CLIENT_CLOSED', 'the client is closed');
    const described = describeSource(source, nodeHashes);
    if (this.#torrents.has(described.infoHash)) {
      throw new ClientError('TORRENT_DUPLICATE', `${described.name} is here already`);
    }
    const torrent = new RunningTorrent(described, this.#contextOf(described.infoHash, options));
    this.#torrents.set(described.infoHash, torrent);
    try {
      await torrent.start(described);
    } catch (error) {
      this.#torrents.delete(described.infoHash);
      throw error;
    }
    return torrent;
  }

  /** Made apart, so that what lives as long as the torrent holds nothing of its source. */
  #contextOf(infoHash: InfoHash, options: AddOptions): TorrentContext {
    return {
      session: this.#session,
      disk: this.#disk,
      cache: this.#cache,
      resume: this.#resume,
      hashes: nodeHashes,
      dir: resolve(options.dir ?? this.#options.dir ?? '.'),
      options,
      sleepAfterMs: this.#options.sleepAfterMs ?? usualSleepAfterMs,
      log: (entry) => this.#options.log?.(entry),
      onRemoved: () => this.#torrents.delete(infoHash),
    };
  }

  setLimits(limits: { downLimit?: number; upLimit?: number }): void {
    this.#session.setLimits(limits.downLimit ?? 'unlimited', limits.upLimit ?? 'unlimited');
  }

  setMaxPeers(maxPeers: number): void {
    this.#session.setMaxPeers(maxPeers);
    if (this.#listener !== undefined) this.#listener.maxLinks = maxPeers + linksInHandshake;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#torrents.values()].map((torrent) => torrent.remove()));
    clearInterval(this.#ticker);
    await this.#listener?.close();
    this.#trackers.close();
    this.#cache.close();
    await this.#disk.close();
    this.#lock?.release();
  }
}
