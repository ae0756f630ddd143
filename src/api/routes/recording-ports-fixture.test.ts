/** Ports of a daemon that only remember what was asked of them. */
import {
  type Notice,
  type Settings,
  type Share,
  type TorrentDetail,
  type TorrentInfo,
  torrentStates,
} from '../contract/torrents.ts';
import type { DaemonPorts } from '../service/daemon-ports.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { AddTorrent, TorrentsPort } from '../service/torrents-port.ts';

export const knownHash = 'ab'.repeat(20);
export const knownFile = new Uint8Array(100_000).map((_, i) => (i * 7) & 255);

export const info: TorrentInfo = {
  hash: knownHash,
  name: '<img src=x onerror=alert(1)>',
  state: 'stopped',
  lengthBytes: knownFile.length,
  wantedBytes: knownFile.length,
  doneBytes: 0,
  progress: 0,
  downRate: 0,
  upRate: 0,
  uploadedBytes: 0,
  downloadedBytes: 0,
  ratio: 0,
  peers: 0,
  seeds: 0,
  addedAt: '2026-01-01T00:00:00.000Z',
  dir: '/d',
  private: false,
  sequential: false,
  forced: false,
  queuePosition: 0,
  labels: [],
  trackerFailed: false,
};

const detail: TorrentDetail = {
  ...info,
  hasMetadata: true,
  magnet: `magnet:?xt=urn:btih:${knownHash}`,
  contentPath: '/d/x',
  pieceCount: 1,
  pieceLength: 16_384,
  piecesDone: 0,
  wastedBytes: 0,
  seedingSeconds: 0,
  activeSeconds: 0,
};

export const session = {
  version: '1',
  pid: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  downRate: 1,
  upRate: 2,
  alternativeLimits: false,
  downloadedBytes: 3,
  uploadedBytes: 4,
  allDownloadedBytes: 5,
  allUploadedBytes: 6,
  torrents: 1,
  counts: Object.fromEntries(torrentStates.map((state) => [state, 0])) as Record<
    (typeof torrentStates)[number],
    number
  >,
  peers: 0,
  peerPort: 1,
  dir: '/d',
  freeBytes: 7,
  dataDir: '/s',
};

const settings: Settings = {
  dir: '/d',
  downLimit: null,
  upLimit: null,
  alternative: {
    enabled: false,
    downLimit: null,
    upLimit: null,
    schedule: { enabled: false, from: '08:00', to: '20:00', days: [1, 2] },
  },
  maxActiveDownloads: 5,
  maxActiveSeeds: null,
  seedRatio: null,
  seedTimeSeconds: null,
  maxPeers: 200,
  startAdded: true,
  tracker: null,
  fixed: { allowDirs: [], watchDir: null, onComplete: false, peerPort: 1 },
};

const share: Share = { id: 's1', state: 'receiving', name: 'n', lengthBytes: 10, doneBytes: 0 };

export interface Recorded {
  readonly ports: DaemonPorts;
  readonly calls: unknown[][];
  readonly added: AddTorrent[];
  /** What `changes` answers from now on. */
  change(revision: number, torrents?: readonly TorrentInfo[]): void;
  notify(notice: Notice): void;
  /** Name of the one file. */
  fileName: string;
  /** Of the home tracker. */
  trackerAnswer: { status: number; mediaType: string; body: Uint8Array };
  /** How often `changes` was asked. */
  readonly changesAsked: (number | undefined)[];
}

export function recordPorts(): Recorded {
  const listeners = new Set<(notice: Notice) => void>();
  let state: { revision: number; torrents: readonly TorrentInfo[] } = {
    revision: 5,
    torrents: [info],
  };
  const calls: unknown[][] = [];
  const recorded: Recorded = {
    ports: undefined as never,
    calls,
    added: [],
    changesAsked: [],
    fileName: 'a.bin',
    trackerAnswer: {
      status: 200,
      mediaType: 'application/json',
      body: new TextEncoder().encode('{"entries":[],"total":0}'),
    },
    change: (revision, torrents = [info]) => {
      state = { revision, torrents };
    },
    notify: (notice) => {
      for (const listener of listeners) listener(notice);
    },
  };
  const changes: TorrentsPort['changes'] = (since) => {
    recorded.changesAsked.push(since);
    const full = since === undefined || since > state.revision;
    const torrents = full ? [info] : since === state.revision ? [] : state.torrents;
    return { revision: state.revision, full, torrents: [...torrents], removed: [], session };
  };
  const onNotice: TorrentsPort['onNotice'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const torrents = { ...torrentsOf(recorded), changes, onNotice };
  return Object.assign(recorded, { ports: { torrents, ...othersOf(recorded) } });
}

function torrentsOf(recorded: Recorded): Omit<TorrentsPort, 'changes' | 'onNotice'> {
  const { calls } = recorded;
  const one = (name: string, hash: string, ...rest: unknown[]): TorrentInfo => {
    calls.push([name, hash, ...rest]);
    if (hash === knownHash) return info;
    throw new DaemonRefusal('NOT_FOUND', `There is no torrent ${hash}`);
  };
  return {
    session: () => session,
    list: () => [info],
    get: (hash) => one('get', hash),
    detail: async (hash) => ({ ...detail, ...one('detail', hash) }),
    outline: async (hash) => ({ ...detail, ...one('outline', hash), fileCount: 1 }),
    add: async (torrent) => {
      if (torrent.dir === 'bug') throw new Error('the secret inside');
      recorded.added.push(torrent);
      return info;
    },
    remove: async (hash, withData) => void one('remove', hash, withData),
    start: async (hash) => one('start', hash),
    forceStart: async (hash) => one('forceStart', hash),
    stop: async (hash) => one('stop', hash),
    verify: async (hash) => one('verify', hash),
    reannounce: async (hash) => one('reannounce', hash),
    actOnMany: async (action, hashes) => {
      calls.push(['actOnMany', action, hashes]);
      return { done: 1, failed: [] };
    },
    change: async (hash, change) => one('change', hash, change),
    move: async (hash, move) => one('move', hash, move),
    rename: async (hash, rename) => one('rename', hash, rename),
    moveInQueue: async (hashes, to) => void calls.push(['moveInQueue', hashes, to]),
    files: async (hash) => {
      const { name } = one('files', hash);
      const lengthBytes = knownFile.length;
      return [{ index: 0, path: name, lengthBytes, doneBytes: 0, priority: 'normal' }];
    },
    setPriorities: async (hash, ranges) => void one('setPriorities', hash, ranges),
    peers: (hash) => one('peers', hash) && [],
    addPeers: async (hash, addresses) => void one('addPeers', hash, addresses),
    trackers: (hash) => one('trackers', hash) && [],
    setTrackers: async (hash, tiers) => void one('setTrackers', hash, tiers),
    pieces: (hash) => {
      one('pieces', hash);
      return { pieceCount: 1, pieceLength: 16_384, states: 'AA==', availability: 'AA==' };
    },
    speed: (hash, seconds) => {
      calls.push(['speed', hash, seconds]);
      return { intervalSeconds: 10, endsAt: info.addedAt, down: [1], up: [2] };
    },
    torrentFile: async (hash) => one('torrentFile', hash) && new Uint8Array([100, 101]),
    openFile: async (hash, index) => {
      one('openFile', hash, index);
      if (index !== 0) throw new DaemonRefusal('NOT_FOUND', 'There is no such file');
      return fileReader(recorded);
    },
  };
}

function fileReader({ fileName, calls }: Recorded) {
  return {
    name: fileName,
    lengthBytes: knownFile.length,
    async *read(begin: number, end: number, signal: AbortSignal) {
      signal.addEventListener('abort', () => calls.push(['aborted']));
      for (let at = begin; at < end; at += 16_384) {
        if (signal.aborted) return;
        yield knownFile.slice(at, Math.min(end, at + 16_384));
      }
    },
  };
}

function othersOf(recorded: Recorded): Omit<DaemonPorts, 'torrents'> {
  const { calls } = recorded;
  return {
    settings: {
      get: () => settings,
      change: async (change) => {
        calls.push(['changeSettings', change]);
        return settings;
      },
    },
    folders: {
      list: async (path) => {
        calls.push(['folders', path]);
        return { path: '/d', freeBytes: 7, folders: [{ name: 'x', path: '/d/x' }] };
      },
      freeBytes: async () => 7,
      choose: (path) => path ?? '/d',
    },
    shares: {
      begin: async (request) => {
        calls.push(['begin', request]);
        return share;
      },
      get: (id) => {
        if (id !== share.id) throw new DaemonRefusal('NOT_FOUND', 'There is no such share');
        return share;
      },
      receive: async (id, index, bytes) => {
        let received = 0;
        for await (const chunk of bytes) received += chunk.length;
        calls.push(['receive', id, index, received]);
        return { ...share, doneBytes: received };
      },
      cancel: async (id) => void calls.push(['cancel', id]),
    },
    labels: {
      labels: () => [],
      addLabels: async () => undefined,
      removeLabels: async () => undefined,
      categories: () => [],
      putCategory: async () => undefined,
      removeCategories: async () => undefined,
    },
    homeTracker: {
      catalog: async (path) => {
        calls.push(['catalog', path]);
        return recorded.trackerAnswer;
      },
      statistics: async () => recorded.trackerAnswer,
    },
  };
}
