/**
 * What the tracker tells about itself, as data: the source of the page and of `/stats.json`.
 * Invariant: making a report looks at a bounded number of swarms, however many there are.
 */
import { toHex } from '../base/hex.ts';
import type { TransportCounts } from '../tracker/stats.ts';
import { isStoreFailure } from '../tracker/swarm-store.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';

export interface SwarmRow {
  /** 40 hex digits. */
  readonly infoHash: string;
  /** Untrusted text; absent when the tracker knows none. */
  readonly name?: string;
  readonly seeders: number;
  readonly leechers: number;
  readonly downloads: number;
}

export interface StatsReport {
  readonly uptimeSeconds: number;
  readonly torrents: number;
  readonly peers: number;
  readonly seeders: number;
  readonly leechers: number;
  /** Means over the last minute. */
  readonly announcesPerSecond: number;
  readonly scrapesPerSecond: number;
  readonly http: TransportCounts;
  readonly udp: TransportCounts;
  /** Some of the torrents, those with most peers first; `isComplete` when these are all. */
  readonly swarms: readonly SwarmRow[];
  readonly isComplete: boolean;
}

export const swarmOrders = ['peers', 'seeders', 'leechers', 'downloads'] as const;
export type SwarmOrder = (typeof swarmOrders)[number];

export interface ReportQuery {
  readonly order: SwarmOrder;
  /** Part of an info-hash or name; empty for all. */
  readonly search: string;
}

/** Lower-case hex info-hash to a name for people. */
export type NameOf = (infoHash: string) => string | undefined;

const maxScanned = 20_000;
const maxRows = 200;

export function makeReport(logic: TrackerLogic, query: ReportQuery, nameOf: NameOf): StatsReport {
  const totals = logic.totals();
  const { rows, isComplete } = topRows(logic, query, nameOf);
  return {
    uptimeSeconds: Math.floor(logic.uptimeMs / 1000),
    torrents: totals.swarms,
    peers: totals.seeders + totals.leechers,
    seeders: totals.seeders,
    leechers: totals.leechers,
    ...logic.counts(),
    swarms: rows,
    isComplete,
  };
}

function topRows(
  logic: TrackerLogic,
  query: ReportQuery,
  nameOf: NameOf,
): { rows: SwarmRow[]; isComplete: boolean } {
  const wanted = query.search.trim().toLowerCase();
  const found: SwarmRow[] = [];
  let scanned = 0;
  // A remote store answers later, and then this report goes without its table.
  logic.scan().next(maxScanned, (swarms) => {
    if (isStoreFailure(swarms)) return;
    scanned = swarms.length;
    for (const { infoHash, seeders, leechers, downloads } of swarms) {
      const hex = toHex(infoHash);
      const name = nameOf(hex);
      if (!hex.includes(wanted) && name?.toLowerCase().includes(wanted) !== true) continue;
      const row = { infoHash: hex, seeders, leechers, downloads };
      found.push(name === undefined ? row : { ...row, name });
    }
  });
  found.sort((a, b) => rank(b, query.order) - rank(a, query.order));
  const isComplete = scanned < maxScanned && found.length <= maxRows;
  return { rows: found.slice(0, maxRows), isComplete };
}

function rank(row: SwarmRow, order: SwarmOrder): number {
  return order === 'peers' ? row.seeders + row.leechers : row[order];
}
