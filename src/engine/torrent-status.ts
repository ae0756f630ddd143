/** What a torrent says of itself: a snapshot for people and programs. Sizes in bytes, rates in bytes per second. */
import type { Endpoint } from '../base/endpoint.ts';
import type { InfoHash } from '../base/ids.ts';

export type TorrentPhase =
  /** Waiting for the info dictionary of a magnet link. */
  | 'metadata'
  /** Hashing what is on disk. */
  | 'checking'
  | 'downloading'
  /** Everything wanted is verified. */
  | 'seeding'
  | 'stopped'
  /** Halted by `error`; goes on by itself when the cause is gone. */
  | 'error';

/** One code and one sentence, the same in the terminal, the page and the API. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

export interface TorrentStatus {
  readonly infoHash: InfoHash;
  /** The magnet's display name, or the info-hash, until the metadata is here. */
  readonly name: string;
  readonly phase: TorrentPhase;
  /** BEP 27: peers come from the trackers only. */
  readonly isPrivate: boolean;
  /** 0 until the metadata is here. */
  readonly lengthBytes: number;
  readonly wantedBytes: number;
  /** Verified bytes of what is wanted. */
  readonly doneBytes: number;
  /** 0 to 1 while checking. */
  readonly checkedFraction: number | undefined;
  readonly pieceCount: number;
  /** 0 until the metadata is here. */
  readonly pieceLength: number;
  readonly piecesDone: number;
  readonly downRate: number;
  readonly upRate: number;
  /** Payload over the torrent's life, kept by resume state. */
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  /** Downloaded bytes that failed their hash or came twice. */
  readonly wastedBytes: number;
  readonly connectedPeers: number;
  readonly connectedSeeders: number;
  /** Distinct peers that payload came from since the start, whether still connected or not. */
  readonly giverCount: number;
  readonly knownCandidates: number;
  /** Copies of the rarest piece among us and our peers, and the share of pieces that have more; undefined without metadata. */
  readonly availability: number | undefined;
  /** How long it has been complete and running, in this run and before. */
  readonly seedingForMs: number;
  /** As the trackers count them; undefined before the first reply. */
  readonly swarmSeeders: number | undefined;
  readonly swarmLeechers: number | undefined;
  readonly etaSeconds: number | undefined;
  /** Why it stands still, when it does. */
  readonly stalled: Reason | undefined;
  readonly error: (Reason & { readonly path?: string }) | undefined;
}

export interface PeerStatus {
  readonly remote: Endpoint;
  readonly clientName: string;
  readonly incoming: boolean;
  readonly amChoking: boolean;
  readonly amInterested: boolean;
  readonly peerChoking: boolean;
  readonly peerInterested: boolean;
  readonly downRate: number;
  readonly upRate: number;
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  /** Share of the pieces it has, 0 to 1. */
  readonly progress: number;
}
