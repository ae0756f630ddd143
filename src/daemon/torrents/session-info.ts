/** The daemon as a whole, as its API says it. */
import type { SessionInfo, TorrentState } from '../../api/contract/torrents.ts';
import { torrentStates } from '../../api/contract/torrents.ts';
import { packageVersion } from '../../node/package-version.ts';
import type { LimitsNow } from './limits-in-force.ts';
import type { ManagedTorrent } from './managed-torrent.ts';
import type { SessionTotals } from './session-totals.ts';

export interface SessionFacts {
  readonly startedAtMs: number;
  readonly torrents: Iterable<ManagedTorrent>;
  readonly totals: SessionTotals;
  readonly limits: LimitsNow;
  readonly peerPort: number;
  readonly dir: string;
  readonly freeBytes: number | undefined;
  readonly dataDir: string;
}

export function sessionInfo(facts: SessionFacts): SessionInfo {
  const { startedAtMs, limits, peerPort, dir, freeBytes, dataDir } = facts;
  const counts = emptyCounts();
  let downRate = 0;
  let upRate = 0;
  let peers = 0;
  let torrents = 0;
  for (const { info } of facts.torrents) {
    torrents++;
    counts[info.state]++;
    downRate += info.downRate;
    upRate += info.upRate;
    peers += info.peers;
  }
  return {
    version: packageVersion(),
    pid: process.pid,
    startedAt: new Date(startedAtMs).toISOString(),
    downRate,
    upRate,
    ...limits,
    ...facts.totals.now,
    torrents,
    counts,
    peers,
    peerPort,
    dir,
    ...(freeBytes !== undefined && { freeBytes }),
    dataDir,
  };
}

function emptyCounts(): Record<TorrentState, number> {
  const counts = Object.fromEntries(torrentStates.map((state) => [state, 0]));
  return counts as Record<TorrentState, number>;
}
