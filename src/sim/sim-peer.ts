/**
 * One client in the simulation: the production session and torrent on a simulated machine. It can be
 * started, crash, start again from what it had saved, and leave.
 * Invariant: what a crashed run still has under way reaches nobody.
 */
import { Bitfield } from '../base/bitfield.ts';
import { equalBytes } from '../base/bytes.ts';
import type { Endpoint } from '../base/endpoint.ts';
import type { Hashes } from '../base/hashes.ts';
import { infoHashFromBytes } from '../base/ids.ts';
import type { SeededRandom } from '../base/random.ts';
import type { ContentSnapshot, StartingPoint } from '../engine/content.ts';
import { filePriority } from '../engine/content-wants.ts';
import type { Dialer, Link, LinkSink, LogEntry, StorageError } from '../engine/ports.ts';
import type { RateLimit } from '../engine/rate.ts';
import { Session } from '../engine/session.ts';
import type { Torrent } from '../engine/torrent.ts';
import { CheckedLink } from './checked-link.ts';
import { randomBytes } from './sim-content.ts';
import type { SimDisk } from './sim-disk.ts';
import type { SimHost } from './sim-host.ts';
import type { SimNetwork } from './sim-network.ts';
import { SimSlabPool } from './sim-slab-pool.ts';
import { SimStorage, type Spoiler } from './sim-storage.ts';
import { type SimTracker, trackerUrl } from './sim-tracker.ts';
import type { Cancellable, World } from './world.ts';

export const tickMs = 250;
const snapshotMs = 30_000;
export const listenPort = 6881;

export interface SimPeerOptions {
  readonly world: World;
  readonly network: SimNetwork;
  readonly tracker: SimTracker;
  readonly host: SimHost;
  readonly disk: SimDisk;
  readonly hashes: Hashes;
  readonly isSeed: boolean;
  readonly slabBudgetBytes: number;
  readonly maxPeers: number;
  readonly upLimit?: RateLimit;
  readonly downLimit?: RateLimit;
  /** Starts from a magnet link: the metadata comes from the swarm. */
  readonly fromMagnet?: boolean;
  readonly filesWanted?: readonly boolean[];
  /** Tiers of announce URLs; one tracker unless told. */
  readonly tiers?: readonly (readonly string[])[];
  readonly candidates?: readonly Endpoint[];
  readonly spoil?: Spoiler;
  readonly log?: ((who: string, entry: LogEntry) => void) | undefined;
}

/** What a client finds at its start. */
interface Saved extends ContentSnapshot {
  readonly completedBefore: boolean;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
}

/** How much of the saved state a restarted client believes. */
export type Trust = 'saved' | 'recheck';

/** One life of the client's process. */
interface Run {
  readonly session: Session;
  readonly torrent: Torrent;
  readonly slabs: SimSlabPool;
  readonly random: SeededRandom;
  alive: boolean;
  storage: SimStorage | undefined;
  timers: Cancellable[];
}

export class SimPeer {
  readonly name: string;
  readonly options: SimPeerOptions;
  completedAtMs: number | undefined;
  firstStartedAtMs: number | undefined;
  /** Over all runs. */
  downloadedBytes = 0;
  wastedBytes = 0;
  uploadedBytes = 0;
  completedEvents = 0;
  /** Pieces that failed their hash. */
  corruptPieces = 0;
  readonly troubles: StorageError[] = [];
  readonly #random: SeededRandom;
  #run: Run | undefined;
  #saved: Saved | undefined;
  #left = false;

  constructor(name: string, options: SimPeerOptions) {
    this.name = name;
    this.options = options;
    this.#random = options.world.forkRandom();
    if (options.isSeed) options.disk.fillAll();
  }

  get torrent(): Torrent | undefined {
    return this.#run?.torrent;
  }

  get slabs(): SimSlabPool | undefined {
    return this.#run?.slabs;
  }

  get storage(): SimStorage | undefined {
    return this.#run?.storage;
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** It said goodbye. */
  get hasLeft(): boolean {
    return this.#left;
  }

  hasBanned(host: SimHost): boolean {
    return this.torrent?.book.bans.isBanned(host.endpoint) === true;
  }

  get isHonest(): boolean {
    return this.options.spoil === undefined;
  }

  get isComplete(): boolean {
    return this.torrent?.isComplete === true;
  }

  // -------------------------------------------------------------- start

  /** Does nothing while it runs. */
  start(trust: Trust = 'saved'): void {
    if (this.#run !== undefined) return;
    const { world, host } = this.options;
    this.firstStartedAtMs ??= world.nowMs();
    const run = this.#makeRun();
    this.#run = run;
    this.#left = false;
    run.session.listenPort = listenPort;
    host.listenPort = listenPort;
    host.listener = (link) => run.session.accept(this.#checked(link));
    if (this.options.fromMagnet !== true || this.#saved !== undefined) this.#open(run, trust);
    run.timers = [
      world.every(tickMs, run.random.next() * tickMs, () => {
        run.session.tick();
        this.#noteCompletion();
      }),
      world.every(snapshotMs, snapshotMs * (0.5 + run.random.next()), () => this.#save(run)),
    ];
  }

  #makeRun(): Run {
    const { options } = this;
    const { world, disk, host } = options;
    const random = this.#random.fork();
    const slabs = new SimSlabPool(world, options.slabBudgetBytes);
    const session = new Session(
      {
        clock: world,
        random: random.fork(),
        dialer: this.#dialer(() => run.alive),
        slabs,
        trackers: options.tracker.portFor(host),
        log: (entry) => {
          if (entry.code === 'PIECE_CORRUPT') this.corruptPieces++;
          options.log?.(this.name, entry);
        },
      },
      {
        peerIdBytes: randomBytes(20, random),
        hashes: options.hashes,
        ownHost: host.ip,
        maxPeers: options.maxPeers,
        maxPeersPerTorrent: options.maxPeers,
      },
    );
    const { infoHash, info } = disk.content;
    const torrent = session.add({
      infoHash: infoHashFromBytes(infoHash),
      infoHashBytes: infoHash,
      name: 'content',
      private: false,
      speaksV2: false,
      tiers: options.tiers ?? [[trackerUrl]],
      candidates: options.candidates ?? [],
      downLimit: options.downLimit ?? 'unlimited',
      upLimit: options.upLimit ?? 'unlimited',
      isInfo: (bytes) => equalBytes(bytes, info),
      uploadedBytes: this.#saved?.uploadedBytes ?? 0,
      downloadedBytes: this.#saved?.downloadedBytes ?? 0,
      completedBefore: this.#saved?.completedBefore ?? options.isSeed,
      events: {
        onLayers: () => {},
        onMetadata: () => world.after(5, () => run.alive && this.#open(run, 'saved')),
        onCheckDone: () => {},
        onPieceVerified: () => {},
        onCompleted: () => {
          this.completedEvents++;
        },
        onTrouble: (error) => {
          if (error !== undefined) this.troubles.push(error);
        },
      },
    });
    if (torrent === undefined) throw new Error('a new session has no torrent');
    const run: Run = {
      session,
      torrent,
      slabs,
      random,
      alive: true,
      storage: undefined,
      timers: [],
    };
    return run;
  }

  #open(run: Run, trust: Trust): void {
    const { world, disk, hashes, spoil, filesWanted } = this.options;
    run.torrent.setContent(
      {
        layout: disk.content.layout,
        openStorage: (sink) => {
          run.storage = new SimStorage({
            world,
            disk,
            random: run.random.fork(),
            hashes,
            sink,
            spoil,
          });
          return run.storage;
        },
        start: this.#startingPoint(trust),
        ...(filesWanted !== undefined && {
          filePriorities: Uint8Array.from(filesWanted, (is) => (is ? filePriority.normal : 0)),
        }),
      },
      { bytes: disk.content.info, name: 'content', isPrivate: false },
    );
  }

  #startingPoint(trust: Trust): StartingPoint {
    const { disk, isSeed } = this.options;
    const { pieceCount, files } = disk.content.layout;
    const all = Array.from({ length: pieceCount }, (_, piece) => piece);
    const unfinishedFiles = files.map((_, i) => i).filter((i) => !disk.finishedFiles.has(i));
    const none = { verified: new Bitfield(pieceCount), toCheck: [], partial: [], unfinishedFiles };
    if (trust === 'recheck') return { ...none, toCheck: all };
    if (this.#saved === undefined) {
      return isSeed ? { ...none, verified: Bitfield.full(pieceCount) } : none;
    }
    return { ...none, verified: this.#saved.verified, partial: this.#saved.partial };
  }

  #dialer(isAlive: () => boolean): Dialer {
    const { network, host } = this.options;
    const dialer = network.dialerOf(host);
    return {
      dial: (remote, sink) =>
        dialer.dial(remote, {
          onDialed: (link): LinkSink | undefined =>
            isAlive() ? sink.onDialed(this.#checked(link)) : undefined,
          onDialFailed: (cause) => {
            if (isAlive()) sink.onDialFailed(cause);
          },
        }),
    };
  }

  #checked(link: Link): Link {
    return new CheckedLink(link, {
      disk: this.options.disk,
      who: this.name,
      isHonest: this.isHonest,
      isVerified: (piece) => this.torrent?.content?.picker.verified.has(piece) === true,
    });
  }

  #noteCompletion(): void {
    if (this.completedAtMs === undefined && this.isComplete) {
      this.completedAtMs = this.options.world.nowMs();
    }
  }

  #save(run: Run): void {
    const content = run.torrent.content;
    if (content === undefined || content.checking) return;
    this.#saved = {
      ...content.snapshot(),
      completedBefore: run.torrent.announcer.completedTold,
      uploadedBytes: run.torrent.uploadedBytes,
      downloadedBytes: run.torrent.downloadedBytes,
    };
  }

  // -------------------------------------------------------------- end

  /** The process is killed. The machine, its disk and what was saved remain. */
  crash(): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#end(run);
    run.storage?.abandon();
    this.options.network.kill(this.options.host);
  }

  /** Leaves in good order; `done` once it is out. */
  leave(done: () => void = () => {}): void {
    const run = this.#run;
    if (run === undefined) {
      done();
      return;
    }
    this.options.host.listener = undefined;
    run.session.close(() => {
      this.#save(run);
      this.#end(run);
      this.#left = true;
      done();
    });
  }

  #end(run: Run): void {
    run.alive = false;
    for (const timer of run.timers) timer.cancel();
    const { torrent } = run;
    this.uploadedBytes += torrent.content?.uploads.uploadedBytes ?? 0;
    this.downloadedBytes += torrent.content?.downloads.downloadedBytes ?? 0;
    this.wastedBytes += torrent.content?.downloads.wastedBytes ?? 0;
    this.#run = undefined;
    this.lastSlabs = run.slabs;
    this.lastStorage = run.storage;
  }

  /** Of the run that ended last, to be looked at after it. */
  lastSlabs: SimSlabPool | undefined;
  lastStorage: SimStorage | undefined;

  /** Payload sent and received over all runs, the present one included. */
  totals(): { uploadedBytes: number; downloadedBytes: number; wastedBytes: number } {
    const content = this.torrent?.content;
    return {
      uploadedBytes: this.uploadedBytes + (content?.uploads.uploadedBytes ?? 0),
      downloadedBytes: this.downloadedBytes + (content?.downloads.downloadedBytes ?? 0),
      wastedBytes: this.wastedBytes + (content?.downloads.wastedBytes ?? 0),
    };
  }
}
