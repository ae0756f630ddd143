/**
 * What a driver of a BitTorrent program gives a test, whatever the program: seed a folder, get a
 * torrent, run a tracker. A test reads the same with aria2, libtorrent, Transmission, webtorrent and us.
 */
import type { NetworkNamespace } from './network-namespace.ts';

export interface SeedOptions {
  /** Path of the .torrent file. It names the trackers. */
  readonly torrentFile: string;
  /** The folder that holds the torrent's content. */
  readonly dir: string;
  /** Bytes per second, for a transfer that a test interrupts. */
  readonly upLimit?: number;
  /** Port to listen on; absent takes a free one. */
  readonly port?: number;
}

export interface GetOptions {
  /** Path of a .torrent file, or a magnet link. It names the trackers. */
  readonly source: string;
  /** The folder to download into. */
  readonly dir: string;
  /** Bytes per second, for a transfer that lasts. */
  readonly upLimit?: number;
  readonly downLimit?: number;
}

/** A process that was started. Stopping twice is harmless. */
export interface Running {
  readonly name: string;
  /** What it printed so far, the newest part when that is much. */
  log(): string;
  /** Asks it to end and waits until it has, by force in the end. */
  stop(): Promise<void>;
}

export interface Peer extends Running {
  readonly port: number;
  /** Ends it without a chance to say good-bye. */
  kill(): Promise<void>;
}

export interface Download extends Peer {
  /** Resolves when all content is there and checked, rejects with the log when it ends before. */
  readonly done: Promise<void>;
}

export interface Program {
  readonly name: string;
  /** False when it is installed; else what is missing and the command that installs it. */
  readonly missing: string | false;
}

export interface PeerProgram extends Program {
  /** Set when it lives in a namespace of its own, since it talks to no peer on a loopback address. */
  readonly namespace?: NetworkNamespace;
  /** Paths in the content that it never creates, such as empty files. */
  readonly leavesOut?: readonly string[];
  seed(options: SeedOptions): Promise<Peer>;
  get(options: GetOptions): Promise<Download>;
}

export interface TrackerOptions {
  /** Hex info-hashes that it serves; only a tracker that wants a list looks at it. */
  readonly infoHashes: readonly string[];
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
}

export interface Tracker extends Running {
  /** Announce URLs. */
  readonly http: string;
  readonly udp: string;
}

export interface TrackerProgram extends Program {
  track(options: TrackerOptions): Promise<Tracker>;
}
