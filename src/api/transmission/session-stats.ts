/** session-stats: rates, counts and totals. What only one run counts stands for all runs too. */
import type { SessionInfo } from '../contract/torrents.ts';
import type { RpcContext } from './rpc-context.ts';

const running = ['metadata', 'checking', 'moving', 'downloading', 'seeding'] as const;

export function sessionStats({ ports, nowMs }: RpcContext): object {
  const session = ports.torrents.session();
  const { torrents, counts, downRate, upRate } = session;
  const active = running.reduce((count, state) => count + counts[state], 0);
  const run = runOf(session, nowMs());
  return {
    activeTorrentCount: active,
    pausedTorrentCount: torrents - active,
    torrentCount: torrents,
    downloadSpeed: Math.round(downRate),
    uploadSpeed: Math.round(upRate),
    'current-stats': {
      ...run,
      downloadedBytes: session.downloadedBytes,
      uploadedBytes: session.uploadedBytes,
    },
    'cumulative-stats': {
      ...run,
      downloadedBytes: session.allDownloadedBytes,
      uploadedBytes: session.allUploadedBytes,
    },
  };
}

function runOf({ startedAt, torrents }: SessionInfo, nowMs: number) {
  const secondsActive = Math.max(0, Math.round((nowMs - Date.parse(startedAt)) / 1000));
  return { filesAdded: torrents, secondsActive, sessionCount: 1 };
}
