/** A torrent as the daemon's API describes it, for tests. */
import type { NumberedTorrent } from './named-torrent.ts';

export function sampleTorrent(
  number: number,
  name: string,
  more: Partial<NumberedTorrent> = {},
): NumberedTorrent {
  return {
    number,
    hash: String(number).repeat(40).slice(0, 40),
    name,
    state: 'downloading',
    lengthBytes: 3_650_722_201,
    wantedBytes: 3_650_722_201,
    doneBytes: 2_299_954_986,
    progress: 0.63,
    downRate: 102_026_444,
    upRate: 0,
    uploadedBytes: 5,
    downloadedBytes: 2_299_954_986,
    ratio: 0.25,
    peers: 12,
    seeds: 3,
    etaSeconds: 13,
    addedAt: '2026-11-20T10:00:00.000Z',
    dir: '/data',
    private: false,
    sequential: false,
    forced: false,
    queuePosition: number - 1,
    labels: [],
    trackerFailed: false,
    ...more,
  };
}
