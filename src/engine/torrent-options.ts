/** What a torrent is started with, what surrounds it, and what it tells its owner. */
import type { Endpoint } from '../base/endpoint.ts';
import type { Hashes } from '../base/hashes.ts';
import type { InfoHash } from '../base/ids.ts';
import type { ConnectionLimit } from './connection-limit.ts';
import type { PieceLayers } from './hash-serve.ts';
import type { EnginePorts, StorageError, TrackerPort } from './ports.ts';
import type { RateLimit } from './rate.ts';
import type { SharedLimit } from './shared-limit.ts';

export interface TorrentOptions {
  readonly infoHash: InfoHash;
  /** 20 bytes. */
  readonly infoHashBytes: Uint8Array;
  /** For people, until the metadata is here. */
  readonly name: string;
  /** BEP 27. */
  readonly private: boolean;
  /** BEP 52: announce v2 in the handshake. */
  readonly speaksV2: boolean;
  /** The owner will call `setContent` or `fetchLayers` by itself: until then the torrent talks to nobody. */
  readonly hasMetadata?: boolean;
  /** Announce URLs by tier (BEP 12). */
  readonly tiers: readonly (readonly string[])[];
  /** To be dialled before any other. */
  readonly candidates: readonly Endpoint[];
  readonly downLimit: RateLimit;
  readonly upLimit: RateLimit;
  /** Whether these bytes are the info dictionary of this torrent. */
  readonly isInfo: (bytes: Uint8Array) => boolean;
  /** Payload of earlier runs. */
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  /** An earlier run completed it and told the trackers so. */
  readonly completedBefore: boolean;
  readonly events: TorrentEvents;
}

/** What the swarm is to know of the metadata. */
export interface InfoFacts {
  /** The info dictionary. */
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly isPrivate: boolean;
  /** For peers that lack them; only of torrents that have a version 2. */
  readonly pieceLayers?: PieceLayers;
}

/** Called while the torrent handles an input; do not call back into it from inside. */
export interface TorrentEvents {
  /**
   * The metadata of a magnet link arrived and is what its info-hash promises. Answer with `setContent`, or
   * with `fetchLayers` where the pieces cannot be checked yet.
   */
  onMetadata(info: Uint8Array): void;
  /** What `fetchLayers` asked for, by root in hex; each layer belongs under its root. Answer with `setContent`. */
  onLayers(layers: ReadonlyMap<string, Uint8Array>): void;
  onCheckDone(): void;
  onPieceVerified(piece: number): void;
  /** Everything wanted is verified, and was not before. */
  onCompleted(): void;
  /** Undefined when the disk is well again. */
  onTrouble(error: StorageError | undefined): void;
}

/** What all torrents of a session share. */
export interface TorrentSurroundings {
  readonly ports: EnginePorts;
  /** `ports.trackers` behind the per-host queue. */
  readonly trackers: TrackerPort;
  readonly hashes: Hashes;
  /** 20 bytes. */
  readonly peerIdBytes: Uint8Array;
  /** Our own address as far as it is known, for BEP 40; any fixed one otherwise. */
  readonly ownHost: () => string;
  /** 0 until the listener stands. */
  readonly listenPort: () => number;
  readonly connectionLimit: ConnectionLimit;
  readonly maxPeersPerTorrent: number;
  readonly downLimit: SharedLimit;
  readonly upLimit: SharedLimit;
}
