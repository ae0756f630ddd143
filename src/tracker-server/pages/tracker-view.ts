/**
 * What the pages see of the tracker: the ports that its composition root implements. Nothing here
 * changes anything.
 */
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import type { PeerSnapshot, SwarmScan, SwarmTotals } from '../../tracker/swarm-store.ts';
import type { TrackerLogic } from '../../tracker/tracker-logic.ts';

export interface TrackerView {
  readonly logic: PagesLogic;
  /** Swarms that live outside the store: those of browsers, on the WebSocket tracker. */
  readonly extraSwarms?: ExtraSwarms;
  /** As other machines reach the tracker, best first. */
  readonly announceUrls: readonly string[];
  /** Absent when the tracker keeps none. */
  readonly catalog?: CatalogView;
  /** Names that are known otherwise, where there is no catalog. */
  readonly names?: NameView;
  /** A sentence for the operator about what is degraded besides the store; absent when nothing is. */
  problem?(): string | undefined;
  readonly settings: {
    /** Peers' addresses are shown whole, with ports. */
    readonly showAddresses: boolean;
    /** `0.1.0`. */
    readonly version: string;
  };
}

/** The part of `TrackerLogic` that pages read. */
export type PagesLogic = Pick<
  TrackerLogic,
  | 'nowMs'
  | 'uptimeMs'
  | 'counts'
  | 'history'
  | 'health'
  | 'peers'
  | 'swarmCounts'
  | 'totals'
  | 'scan'
>;

/** As of a store in this process; a swarm may be in both, and then its counts are added. */
export interface ExtraSwarms {
  totals(): SwarmTotals;
  scan(): SwarmScan;
  /** In the order asked; zeros for an unknown swarm. */
  counts(infoHashes: readonly Uint8Array[]): readonly SwarmCounts[];
  peers(infoHash: Uint8Array, limit: number): readonly PeerSnapshot[];
}

/** What the catalog knows of one torrent; names are untrusted text. Info-hashes: 40 lower-case hex digits. */
export interface TorrentFacts {
  readonly infoHash: string;
  readonly name: string;
  /** Absent when only the name is known. */
  readonly lengthBytes?: number;
}

export interface CatalogItem extends TorrentFacts {
  readonly lengthBytes: number;
  readonly fileCount: number;
  /** ISO 8601. */
  readonly publishedAt: string;
}

export interface CatalogItemDetail extends CatalogItem {
  /** 64 lower-case hex digits; a torrent that is v2 only has their first 40 as `infoHash`. */
  readonly infoHashV2?: string;
  readonly pieceLength: number;
  readonly comment?: string;
  /** The first of them; paths are untrusted text, steps joined by `/`. */
  readonly files: readonly { readonly path: string; readonly lengthBytes: number }[];
}

export const catalogOrders = ['published', 'name', 'size'] as const;
export type CatalogOrder = (typeof catalogOrders)[number];

/** Rejections are shown on the page in words: their message is a sentence for people. */
export interface NameView {
  /** Those of at most 200 info-hashes that have a name. */
  lookup(infoHashes: readonly string[]): Promise<ReadonlyMap<string, TorrentFacts>>;
}

export interface CatalogView extends NameView {
  list(query: {
    /** Words of names and file names; empty for everything. */
    readonly search: string;
    readonly order: CatalogOrder;
    readonly descending: boolean;
    /** At most 200. */
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly items: readonly CatalogItem[]; readonly total: number }>;
  detail(infoHash: string): Promise<CatalogItemDetail | undefined>;
}
