/** A daemon that keeps what it is told in memory and moves no byte, behind the ports of a real one. */
import type {
  ActionResult,
  FilePriority,
  Settings,
  SettingsChange,
  TorrentAction,
  TorrentDetail,
  TorrentFile,
  TorrentInfo,
  TorrentPeer,
  TorrentTracker,
} from '../contract/torrents.ts';
import { torrentStates } from '../contract/torrents.ts';
import type { DaemonPorts } from '../service/daemon-ports.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { AddTorrent, TorrentsPort } from '../service/torrents-port.ts';
import { RecentChanges } from './recent-changes.ts';
import type { RpcContext } from './rpc-context.ts';
import { rpcMethods } from './rpc-methods.ts';
import { TorrentIds } from './torrent-ids.ts';

export interface FakeTorrent {
  info: TorrentInfo;
  detail: Omit<TorrentDetail, keyof TorrentInfo>;
  files: TorrentFile[];
  peers: TorrentPeer[];
  trackers: TorrentTracker[];
  revision: number;
}

export const hashes = ['aa', 'bb', 'cc', 'dd'].map((pair) => pair.repeat(20));

export const torrentInfo: TorrentInfo = {
  hash: hashes[0]!,
  name: 'film',
  state: 'downloading',
  lengthBytes: 1000,
  wantedBytes: 800,
  doneBytes: 200,
  progress: 0.25,
  downRate: 0,
  upRate: 0,
  uploadedBytes: 20,
  downloadedBytes: 210,
  ratio: 0.02,
  peers: 0,
  seeds: 0,
  addedAt: '2026-01-01T00:00:00.000Z',
  dir: '/downloads',
  private: false,
  sequential: false,
  forced: false,
  queuePosition: 0,
  labels: [],
  trackerFailed: false,
};

const torrentDetail: FakeTorrent['detail'] = {
  hasMetadata: true,
  magnet: 'magnet:?xt=urn:btih:x&ws=http%3A%2F%2Fw%2F',
  contentPath: '/downloads/film',
  pieceCount: 4,
  pieceLength: 250,
  piecesDone: 1,
  wastedBytes: 10,
  seedingSeconds: 0,
  activeSeconds: 60,
  comment: 'a comment',
  createdBy: 'maker',
  createdAt: '2025-12-31T23:59:59.000Z',
};

const settings: Settings = {
  dir: '/downloads',
  downLimit: null,
  upLimit: null,
  alternative: {
    enabled: false,
    downLimit: 50_000,
    upLimit: null,
    schedule: { enabled: false, from: '08:30', to: '17:00', days: [1, 2, 3, 4, 5] },
  },
  maxActiveDownloads: 5,
  maxActiveSeeds: null,
  seedRatio: null,
  seedTimeSeconds: null,
  maxPeers: 200,
  startAdded: true,
  tracker: null,
  fixed: { allowDirs: [], watchDir: null, onComplete: false, peerPort: 6881 },
};

/** `priorities` of files of 400, 400 and 200 bytes; index 1 is padding. */
export function fakeFiles(...priorities: FilePriority[]): TorrentFile[] {
  return [0, 2, 3].map((index, position) => ({
    index,
    path: `film/${position}.bin`,
    lengthBytes: position === 2 ? 200 : 400,
    doneBytes: position === 0 ? 200 : 0,
    priority: priorities[position] ?? 'normal',
  }));
}

export class FakeDaemon {
  readonly torrents: Map<string, FakeTorrent> = new Map();
  readonly calls: unknown[][] = [];
  settings: Settings = settings;
  nowMs: number = Date.parse('2026-02-01T00:00:00.000Z');
  #revision = 0;

  /** With torrents that differ from the usual one. */
  constructor(...changes: Partial<TorrentInfo>[]) {
    for (const [index, change] of changes.entries()) this.put({ hash: hashes[index]!, ...change });
  }

  put(change: Partial<TorrentInfo>): FakeTorrent {
    const info = { ...torrentInfo, queuePosition: this.torrents.size, ...change };
    const torrent: FakeTorrent = {
      info,
      detail: torrentDetail,
      files: fakeFiles(),
      peers: [],
      trackers: [],
      revision: ++this.#revision,
    };
    this.torrents.set(info.hash, torrent);
    return torrent;
  }

  find(hash: string): FakeTorrent {
    const torrent = this.torrents.get(hash);
    if (torrent !== undefined) return torrent;
    throw new DaemonRefusal('NOT_FOUND', `There is no torrent ${hash}`);
  }

  alter(hash: string, change: Partial<TorrentInfo>): TorrentInfo {
    const torrent = this.find(hash);
    torrent.info = { ...torrent.info, ...change };
    torrent.revision = ++this.#revision;
    return torrent.info;
  }

  readonly context: RpcContext = this.#makeContext();

  /** The arguments of the answer. */
  async call(method: string, args: object = {}): Promise<Record<string, unknown>> {
    const work = rpcMethods(this.context).get(method);
    if (work === undefined) throw new Error(`no method ${method}`);
    return { ...(await work(args)) };
  }

  #makeContext(): RpcContext {
    const ports = this.#makePorts();
    return {
      ports,
      ids: new TorrentIds(),
      recent: new RecentChanges(ports.torrents),
      sessionId: 'the-session',
      nowMs: () => this.nowMs,
    };
  }

  #makePorts(): DaemonPorts {
    const refuse = (): never => {
      throw new DaemonRefusal('TRACKER_ABSENT', 'not here');
    };
    return {
      torrents: this.#makeTorrents(),
      settings: {
        get: () => this.settings,
        change: async (change) => {
          this.calls.push(['settings', change]);
          this.settings = changed(this.settings, change);
          return this.settings;
        },
      },
      folders: {
        list: async () => ({ path: '/downloads', freeBytes: 5000, folders: [] }),
        freeBytes: async (path) => {
          if (path.startsWith('/downloads')) return 5000;
          throw new DaemonRefusal('FORBIDDEN_DIR', `${path} is in no allowed folder`);
        },
        choose: (path) => path ?? '/downloads',
      },
      shares: { begin: refuse, get: refuse, receive: refuse, cancel: refuse },
      homeTracker: { catalog: refuse, statistics: refuse },
      labels: {
        labels: () => [],
        addLabels: refuse,
        removeLabels: refuse,
        categories: () => [],
        putCategory: refuse,
        removeCategories: refuse,
      },
    };
  }

  #makeTorrents(): TorrentsPort {
    const note = async (name: string, hash: string, ...more: unknown[]) => {
      this.calls.push([name, hash, ...more]);
      return this.find(hash).info;
    };
    const list = () => [...this.torrents.values()].map(({ info }) => info);
    return {
      session: () => this.#session(),
      list,
      get: (hash) => this.find(hash).info,
      detail: async (hash) => ({ ...this.find(hash).info, ...this.find(hash).detail }),
      outline: async (hash) => ({
        ...this.find(hash).detail,
        fileCount: this.find(hash).files.length,
      }),
      changes: (after) => ({
        revision: this.#revision,
        full: after === undefined,
        torrents: [...this.torrents.values()]
          .filter(({ revision }) => after === undefined || revision > after)
          .map(({ info }) => info),
        removed: [],
        session: this.#session(),
      }),
      onNotice: () => () => undefined,
      add: (torrent) => this.#add(torrent),
      remove: async (hash, withData) => {
        await note('remove', hash, withData);
        this.torrents.delete(hash);
      },
      start: async (hash) => {
        await note('start', hash);
        return this.alter(hash, { state: 'downloading' });
      },
      forceStart: (hash) => note('force-start', hash),
      stop: (hash) => note('stop', hash),
      verify: (hash) => note('verify', hash),
      reannounce: (hash) => note('reannounce', hash),
      actOnMany: async (action, which) => this.#act(action, which),
      change: async (hash, change) => {
        await note('change', hash, change);
        const { labels, downLimit, upLimit } = change;
        return this.alter(hash, {
          ...(labels !== undefined && { labels }),
          ...(downLimit && { downLimit }),
          ...(upLimit && { upLimit }),
        });
      },
      move: (hash, move) => note('move', hash, move),
      rename: (hash, rename) => note('rename', hash, rename),
      moveInQueue: async (which, to) => this.#moveInQueue(which, to),
      files: async (hash) => this.find(hash).files,
      setPriorities: async (hash, ranges) => {
        await note('priorities', hash, ranges);
      },
      peers: (hash) => this.find(hash).peers,
      addPeers: async () => undefined,
      trackers: (hash) => this.find(hash).trackers,
      setTrackers: async (hash, tiers) => {
        await note('trackers', hash, tiers);
      },
      pieces: (hash) => ({
        pieceCount: this.find(hash).detail.pieceCount,
        pieceLength: 250,
        states: Buffer.from([2, 0, 1, 3]).toString('base64'),
        availability: Buffer.from([1, 0, 2, 1]).toString('base64'),
      }),
      speed: () => ({ intervalSeconds: 1, endsAt: '', down: [], up: [] }),
      torrentFile: async () => undefined,
      openFile: async () => {
        throw new DaemonRefusal('NOT_FOUND', 'not here');
      },
    };
  }

  async #add(torrent: AddTorrent): Promise<TorrentInfo> {
    this.calls.push(['add', torrent]);
    const hash = typeof torrent.source === 'string' ? torrent.source : hashes[3]!;
    if (this.torrents.has(hash)) {
      throw new DaemonRefusal('TORRENT_DUPLICATE', 'It is here already', { hash });
    }
    return this.put({ hash, name: 'added', state: torrent.paused ? 'stopped' : 'downloading' })
      .info;
  }

  #act(action: TorrentAction, which: readonly string[] | 'all'): ActionResult {
    this.calls.push([action, which]);
    const failed: ActionResult['failed'][number][] = [];
    for (const hash of which === 'all' ? this.torrents.keys() : which) {
      const { name } = this.find(hash).info;
      if (name === 'broken') {
        failed.push({ hash, error: { code: 'DISK_FOLDER', message: `${name} is stuck` } });
      } else if (name === 'halted') {
        failed.push({ hash, error: { code: 'TORRENT_STOPPED', message: `${name} is stopped` } });
      } else if (action.startsWith('remove')) this.torrents.delete(hash);
    }
    return { done: which.length - failed.length, failed };
  }

  #moveInQueue(which: readonly string[], to: string): void {
    this.calls.push(['queue', which, to]);
    const [hash = ''] = which;
    const order = [...this.torrents.values()].toSorted(
      (a, b) => a.info.queuePosition - b.info.queuePosition,
    );
    const from = order.findIndex(({ info }) => info.hash === hash);
    const steps: Record<string, number> = {
      top: 0,
      up: Math.max(0, from - 1),
      down: from + 1,
      bottom: order.length,
    };
    const [moved] = order.splice(from, 1);
    order.splice(steps[to] ?? from, 0, moved!);
    for (const [queuePosition, { info }] of order.entries()) {
      this.alter(info.hash, { queuePosition });
    }
  }

  #session() {
    return {
      version: '0.1.0',
      pid: 1,
      startedAt: '2026-01-31T23:59:00.000Z',
      downRate: 10.4,
      upRate: 20.6,
      alternativeLimits: false,
      downloadedBytes: 1,
      uploadedBytes: 2,
      allDownloadedBytes: 3,
      allUploadedBytes: 4,
      torrents: this.torrents.size,
      counts: Object.fromEntries(
        torrentStates.map((state) => [
          state,
          [...this.torrents.values()].filter(({ info }) => info.state === state).length,
        ]),
      ) as Record<(typeof torrentStates)[number], number>,
      peers: 0,
      peerPort: 6881,
      dir: '/downloads',
      freeBytes: 5000,
      dataDir: '/state',
    };
  }
}

function changed(before: Settings, change: SettingsChange): Settings {
  const { alternative = {}, ...plain } = change;
  const { schedule = {}, ...limits } = alternative;
  const given = <T extends object>(of: T) =>
    Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));
  return {
    ...before,
    ...given(plain),
    alternative: {
      ...before.alternative,
      ...given(limits),
      schedule: { ...before.alternative.schedule, ...given(schedule) },
    },
  };
}
