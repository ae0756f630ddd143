/**
 * All torrents of a client and what they share: the peer id, the limits, the connection budget, the
 * queue in front of the trackers. Incoming links find their torrent here.
 * Invariant: a torrent is known under exactly one info-hash, and is awake or asleep; after `close` no input has an effect.
 */
import type { Hashes } from '../base/hashes.ts';
import type { InfoHash } from '../base/ids.ts';
import { AnnounceGate } from './announce-gate.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { IncomingHandshake } from './incoming-handshake.ts';
import type { EnginePorts, Link, LinkSink } from './ports.ts';
import type { RateLimit } from './rate.ts';
import { SharedLimit } from './shared-limit.ts';
import { Sleepers } from './sleepers.ts';
import { type SleepingOptions, SleepingTorrent } from './sleeping-torrent.ts';
import { Torrent } from './torrent.ts';
import type { TorrentOptions, TorrentSurroundings } from './torrent-options.ts';
import { type AnnouncedTorrent, makeAnnouncer } from './torrent-parts.ts';

export interface SessionOptions {
  /** 20 bytes. */
  readonly peerIdBytes: Uint8Array;
  readonly hashes: Hashes;
  /** Links of all torrents together. Default 500. */
  readonly maxPeers?: number;
  /** Default 200. */
  readonly maxPeersPerTorrent?: number;
  /** Our address in the network, for BEP 40. */
  readonly ownHost?: string;
  readonly downLimit?: RateLimit;
  readonly upLimit?: RateLimit;
}

/** Strangers that have not said yet what they want. A handshake takes a moment: the oldest gives way. */
const maxUnidentified = 100;
/** Each sleeper more spreads the first announces of sleepers over this much longer. */
const startSpreadMs = 5;

export class Session {
  /** Set once the listener stands; announced to trackers and peers. */
  listenPort = 0;
  readonly #ports: EnginePorts;
  readonly #surroundings: TorrentSurroundings;
  readonly #torrents = new Map<InfoHash, Torrent>();
  readonly #sleepers = new Sleepers();
  /** Who waits for torrents on their way out. */
  readonly #leaving = new Map<InfoHash, (() => void)[]>();
  readonly #unidentified = new Set<IncomingHandshake>();
  #closed = false;

  constructor(ports: EnginePorts, options: SessionOptions) {
    const nowMs = ports.clock.nowMs();
    this.#ports = ports;
    this.#surroundings = {
      ports,
      trackers: new AnnounceGate(ports.trackers),
      hashes: options.hashes,
      peerIdBytes: options.peerIdBytes,
      ownHost: () => options.ownHost ?? '127.0.0.1',
      listenPort: () => this.listenPort,
      connectionLimit: new ConnectionLimit(options.maxPeers ?? 500),
      maxPeersPerTorrent: options.maxPeersPerTorrent ?? 200,
      downLimit: new SharedLimit(options.downLimit ?? 'unlimited', nowMs),
      upLimit: new SharedLimit(options.upLimit ?? 'unlimited', nowMs),
    };
  }

  get torrents(): ReadonlyMap<InfoHash, Torrent> {
    return this.#torrents;
  }

  /** One that slept wakes up. Undefined when the info-hash is there already. */
  add(options: TorrentOptions): Torrent | undefined {
    const { infoHash } = options;
    if (this.#torrents.has(infoHash) || this.#leaving.has(infoHash)) return undefined;
    const awakening = this.#sleepers.take(infoHash)?.handOver();
    const torrent = new Torrent(options, this.#surroundings, awakening);
    this.#torrents.set(infoHash, torrent);
    return torrent;
  }

  /** A whole torrent, asleep from the start. Undefined when the info-hash is there already. */
  addSleeping(options: SleepingOptions & AnnouncedTorrent): SleepingTorrent | undefined {
    const { infoHash } = options;
    if (this.#torrents.has(infoHash) || this.#leaving.has(infoHash)) return undefined;
    if (this.#sleepers.has(infoHash)) return undefined;
    const sleeping = new SleepingTorrent(options, this.#ports.clock, (subject) =>
      makeAnnouncer(subject, options, this.#surroundings),
    );
    sleeping.announcer.start(this.#sleepers.size * startSpreadMs);
    this.#sleepers.add(sleeping);
    return sleeping;
  }

  /**
   * Keeps the announcer of a torrent that `isIdle` and lets go of everything else; `done` once its files
   * are closed. Undefined, and nothing happens, when it is not idle.
   */
  sleep(infoHash: InfoHash, onWanted: () => void, done: () => void): SleepingTorrent | undefined {
    const torrent = this.#torrents.get(infoHash);
    if (torrent?.isIdle !== true || this.#leaving.has(infoHash)) return undefined;
    const { uploadedBytes, downloadedBytes, announcer } = torrent;
    const options = { infoHash, uploadedBytes, downloadedBytes, onWanted };
    const sleeping = new SleepingTorrent(options, this.#ports.clock, (subject) => {
      announcer.subject = subject;
      return announcer;
    });
    this.#torrents.delete(infoHash);
    this.#sleepers.add(sleeping);
    torrent.fallAsleep(done);
    return sleeping;
  }

  /** Leaves the swarm; `done` once `stopped` was announced, or its deadline passed, and the files are closed. */
  remove(infoHash: InfoHash, done: () => void): void {
    const torrent = this.#torrents.get(infoHash) ?? this.#sleepers.get(infoHash);
    if (torrent === undefined) {
      done();
      return;
    }
    const waiting = this.#leaving.get(infoHash);
    if (waiting !== undefined) {
      waiting.push(done);
      return;
    }
    this.#leaving.set(infoHash, [done]);
    torrent.stop(() => {
      this.#torrents.delete(infoHash);
      this.#sleepers.take(infoHash);
      const waiters = this.#leaving.get(infoHash) ?? [];
      this.#leaving.delete(infoHash);
      for (const each of waiters) each();
    });
  }

  setLimits(downLimit: RateLimit, upLimit: RateLimit): void {
    const nowMs = this.#ports.clock.nowMs();
    this.#surroundings.downLimit.setRate(downLimit, nowMs);
    this.#surroundings.upLimit.setRate(upLimit, nowMs);
  }

  /** Links of all torrents together; those beyond it stay until they end by themselves. */
  setMaxPeers(maxPeers: number): void {
    this.#surroundings.connectionLimit.max = maxPeers;
  }

  /** The sink for a link that a stranger opened; undefined refuses it. */
  accept(link: Link): LinkSink | undefined {
    if (this.#closed) return undefined;
    if (this.#unidentified.size >= maxUnidentified) {
      const [oldest] = this.#unidentified;
      oldest?.close('made room for a newer link');
    }
    const incoming = new IncomingHandshake(
      link,
      {
        onHandshake: (who, handshake) => {
          this.#unidentified.delete(who);
          const { infoHash } = handshake;
          const torrent = this.#torrents.get(infoHash) ?? this.#sleepers.get(infoHash);
          return torrent === undefined
            ? 'asked for a torrent that is not here'
            : torrent.accept(link, handshake);
        },
        onGone: (who) => this.#unidentified.delete(who),
      },
      this.#ports.clock.nowMs(),
    );
    this.#unidentified.add(incoming);
    return incoming;
  }

  /** Every 100 ms or so. */
  tick(): void {
    if (this.#closed) return;
    const nowMs = this.#ports.clock.nowMs();
    for (const incoming of this.#unidentified) incoming.tick(nowMs);
    for (const torrent of this.#torrents.values()) torrent.tick(nowMs);
    this.#sleepers.tick(nowMs);
  }

  /** Leaves every swarm; `done` once all are out. */
  close(done: () => void): void {
    for (const incoming of this.#unidentified) incoming.close('the client is closing');
    const leaving = [...this.#torrents.keys(), ...this.#sleepers.keys()];
    let left = leaving.length;
    const onOut = () => {
      left--;
      if (left > 0) return;
      this.#closed = true;
      done();
    };
    if (left === 0) {
      left = 1;
      onOut();
      return;
    }
    for (const infoHash of leaving) this.remove(infoHash, onOut);
  }
}
