/** A torrent and settings to start tests from. */
import type { Settings, TorrentInfo } from '../contract/torrents.ts';

export function sampleTorrent(change: Partial<TorrentInfo> = {}): TorrentInfo {
  return {
    hash: 'ab'.repeat(20),
    name: 'holiday',
    state: 'downloading',
    lengthBytes: 1000,
    wantedBytes: 800,
    doneBytes: 200,
    progress: 0.25,
    downRate: 0,
    upRate: 0,
    uploadedBytes: 10,
    downloadedBytes: 210,
    ratio: 0.01,
    peers: 3,
    seeds: 1,
    addedAt: '2026-01-02T03:04:05.000Z',
    dir: '/data',
    private: false,
    sequential: false,
    forced: false,
    queuePosition: 4,
    labels: ['one', 'two'],
    trackerFailed: false,
    ...change,
  };
}

export function sampleSettings(change: Partial<Settings> = {}): Settings {
  return {
    dir: '/data',
    downLimit: null,
    upLimit: 5000,
    alternative: {
      enabled: false,
      downLimit: 1000,
      upLimit: null,
      schedule: { enabled: true, from: '08:30', to: '17:05', days: [1, 2, 3, 4, 5] },
    },
    maxActiveDownloads: 5,
    maxActiveSeeds: null,
    seedRatio: 2,
    seedTimeSeconds: null,
    maxPeers: 500,
    startAdded: true,
    tracker: null,
    fixed: { allowDirs: [], watchDir: null, onComplete: false, peerPort: 6881 },
    ...change,
  };
}
