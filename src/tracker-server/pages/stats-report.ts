/** What the tracker tells about itself, as data: the source of the pages, `/stats.json` and `/metrics`. */

import type { HistoryPoint } from '../../tracker/rate-history.ts';
import type { TransportCounts } from '../../tracker/stats.ts';
import type { SwarmRow, TorrentPage } from './torrent-search.ts';
import type { TrackerView } from './tracker-view.ts';

export type { SwarmRow } from './torrent-search.ts';

export type Health =
  | { readonly status: 'ok' }
  /** Announces are still answered; `problem` is a sentence for the operator. */
  | { readonly status: 'degraded'; readonly problem: string };

/** Known at once, without looking at any swarm. */
export interface StatsSummary {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly health: Health;
  readonly torrents: number;
  readonly peers: number;
  readonly seeders: number;
  readonly leechers: number;
  /** Means over the last minute. */
  readonly announcesPerSecond: number;
  readonly scrapesPerSecond: number;
  readonly http: TransportCounts;
  readonly udp: TransportCounts;
  readonly websocket: TransportCounts;
}

export interface ReportedPoint {
  /** How long ago its ten seconds ended. */
  readonly secondsAgo: number;
  readonly announcesPerSecond: number;
  readonly scrapesPerSecond: number;
  readonly torrents: number;
  readonly seeders: number;
  readonly leechers: number;
}

/** The document at `/stats.json`. */
export interface StatsReport extends StatsSummary {
  /** One point each 10 seconds, oldest first, at most an hour of them. */
  readonly history: readonly ReportedPoint[];
  /** Some of the torrents, in the order asked for; `isComplete` when these are all. */
  readonly swarms: readonly SwarmRow[];
  readonly isComplete: boolean;
}

export function summarize(view: TrackerView): StatsSummary {
  const { logic } = view;
  const stored = logic.totals();
  const extra = view.extraSwarms?.totals() ?? { swarms: 0, seeders: 0, leechers: 0 };
  const seeders = stored.seeders + extra.seeders;
  const leechers = stored.leechers + extra.leechers;
  return {
    version: view.settings.version,
    uptimeSeconds: Math.floor(logic.uptimeMs / 1000),
    health: healthOf(view),
    torrents: stored.swarms + extra.swarms,
    peers: seeders + leechers,
    seeders,
    leechers,
    ...logic.counts(),
  };
}

export function healthOf(view: TrackerView): Health {
  const store = view.logic.health();
  const problems = [store.status === 'degraded' ? store.problem : undefined, view.problem?.()];
  const problem = problems.filter((one) => one !== undefined).join(' ');
  return problem === '' ? { status: 'ok' } : { status: 'degraded', problem };
}

export function makeReport(view: TrackerView, torrents: TorrentPage): StatsReport {
  return {
    ...summarize(view),
    history: view.logic.history().map((point) => reportedPoint(point, view.logic.nowMs())),
    swarms: torrents.rows,
    isComplete: torrents.isComplete && torrents.pages === 1,
  };
}

function reportedPoint(point: HistoryPoint, nowMs: number): ReportedPoint {
  return {
    secondsAgo: Math.round((nowMs - point.atMs) / 1000),
    announcesPerSecond: rounded(point.announcesPerSecond),
    scrapesPerSecond: rounded(point.scrapesPerSecond),
    torrents: point.swarms,
    seeders: point.seeders,
    leechers: point.leechers,
  };
}

function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}
