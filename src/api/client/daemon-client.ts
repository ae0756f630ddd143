/**
 * A running daemon, asked over HTTP. Torrents are named by their whole info-hash. Every method rejects
 * with DaemonError, or with the reason of its AbortSignal.
 */
import { torrentMediaType } from '../contract/catalog.ts';
import * as daemon from '../contract/schema/daemon.ts';
import * as schema from '../contract/schema/torrents.ts';
import {
  type ActionRequest,
  type ActionResult,
  type AddTorrentRequest,
  type FilesChange,
  type FolderListing,
  foldersPath,
  type PieceMap,
  type QueueMove,
  type SessionInfo,
  type Settings,
  type SettingsChange,
  type SpeedHistory,
  sessionPath,
  settingsPath,
  speedPath,
  type TorrentChange,
  type TorrentDetail,
  type TorrentFile,
  type TorrentInfo,
  type TorrentMove,
  type TorrentPeer,
  type TorrentRename,
  type TorrentTracker,
  torrentsPath,
} from '../contract/torrents.ts';
import { DaemonAsker, type DaemonClientOptions, type Question } from './daemon-asker.ts';
import { type DaemonEvent, type EventsAsked, readEvents } from './daemon-events.ts';
import { type ByteRange, readFileBytes } from './file-bytes.ts';
import { HomeTrackerClient } from './home-tracker-client.ts';
import { SharesClient } from './shares-client.ts';

export type { DaemonClientOptions } from './daemon-asker.ts';
export { DaemonError } from './daemon-error.ts';
export type { DaemonEvent, EventsAsked } from './daemon-events.ts';

export type AddOptions = Omit<AddTorrentRequest, 'source'>;

export type OneAction = 'start' | 'force-start' | 'stop' | 'verify' | 'reannounce';

type Signal = AbortSignal | undefined;

export class DaemonClient {
  readonly shares: SharesClient;
  /** The tracker that the daemon announces to, asked through the daemon. */
  readonly homeTracker: HomeTrackerClient;
  readonly #asker: DaemonAsker;

  /** Throws DaemonError when the token cannot be sent. */
  constructor(baseUrl: string, options: DaemonClientOptions = {}) {
    this.#asker = new DaemonAsker(baseUrl, options);
    this.shares = new SharesClient(this.#asker);
    this.homeTracker = new HomeTrackerClient(this.#asker);
  }

  /** `http://host:port`. */
  get baseUrl(): string {
    return this.#asker.baseUrl;
  }

  async session(signal?: AbortSignal): Promise<SessionInfo> {
    return this.#asker.read(get(sessionPath, signal), daemon.sessionInfo);
  }

  async settings(signal?: AbortSignal): Promise<Settings> {
    return this.#asker.read(get(settingsPath, signal), daemon.settings);
  }

  /** What is absent stays. */
  async changeSettings(change: SettingsChange, signal?: AbortSignal): Promise<Settings> {
    const ask: Question = { method: 'PATCH', path: settingsPath, json: change, signal };
    return this.#asker.read(ask, daemon.settings);
  }

  /** What happens, as it happens, until the caller stops or the daemon does; the first is all there is. */
  events(asked: EventsAsked = {}, signal?: AbortSignal): AsyncIterable<DaemonEvent> {
    return readEvents(this.#asker, asked, signal);
  }

  /** Folders of the daemon's machine that torrents may be saved to. */
  async folders(path?: string, signal?: AbortSignal): Promise<FolderListing> {
    const ask = get(`${foldersPath}${queryOf({ path })}`, signal);
    return this.#asker.read(ask, daemon.folderListing);
  }

  /** Of one torrent, or of all together. */
  async speed(
    { hash, seconds }: { readonly hash?: string; readonly seconds?: number } = {},
    signal?: AbortSignal,
  ): Promise<SpeedHistory> {
    const path = hash === undefined ? speedPath : `${pathOf(hash)}/speed`;
    return this.#asker.read(get(`${path}${queryOf({ seconds })}`, signal), schema.speedHistory);
  }

  // -------------------------------------------------------------- torrents

  /** In the order they were added. */
  async torrents(signal?: AbortSignal): Promise<readonly TorrentInfo[]> {
    return (await this.#asker.read(get(torrentsPath, signal), schema.torrentList)).torrents;
  }

  async torrent(hash: string, signal?: AbortSignal): Promise<TorrentInfo> {
    return this.#asker.read(get(pathOf(hash), signal), schema.torrentInfo);
  }

  async detail(hash: string, signal?: AbortSignal): Promise<TorrentDetail> {
    return this.#asker.read(get(pathOf(hash), signal), schema.torrentDetail);
  }

  async add(request: AddTorrentRequest, signal?: AbortSignal): Promise<TorrentInfo> {
    const ask: Question = { method: 'POST', path: torrentsPath, json: request, signal };
    return this.#asker.read(ask, schema.torrentInfo);
  }

  /** `bytes` of a .torrent. Limits are not sent with it: `change` sets them afterwards. */
  async addFile(
    bytes: Uint8Array,
    options: Omit<AddOptions, 'downLimit' | 'upLimit'> = {},
    signal?: AbortSignal,
  ): Promise<TorrentInfo> {
    const { dir, paused, trackers, labels, category, sequential, skip } = options;
    const query = queryOf({
      dir,
      paused,
      tracker: trackers,
      label: labels,
      category,
      sequential,
      skip: skip === undefined || skip.length === 0 ? undefined : skip.join(','),
    });
    const mediaType = torrentMediaType;
    const path = `${torrentsPath}${query}`;
    const ask: Question = { method: 'POST', path, body: bytes, mediaType, signal };
    return this.#asker.read(ask, schema.torrentInfo);
  }

  async act(action: OneAction, hash: string, signal?: AbortSignal): Promise<TorrentInfo> {
    const ask: Question = { method: 'POST', path: `${pathOf(hash)}/${action}`, signal };
    return this.#asker.read(ask, schema.torrentInfo);
  }

  /** One thing done to many; what fails with one does not keep it from the others. */
  async actions(request: ActionRequest, signal?: AbortSignal): Promise<ActionResult> {
    const path = `${torrentsPath}/actions`;
    return this.#asker.read({ method: 'POST', path, json: request, signal }, schema.actionResult);
  }

  /** With `data` its files are deleted too. */
  async remove(hash: string, { data }: { data: boolean }, signal?: AbortSignal): Promise<void> {
    await this.#asker.ask({ method: 'DELETE', path: `${pathOf(hash)}?data=${data}`, signal });
  }

  /** Null takes a wish back; what is absent stays. */
  async change(hash: string, change: TorrentChange, signal?: AbortSignal): Promise<TorrentInfo> {
    const ask: Question = { method: 'PATCH', path: pathOf(hash), json: change, signal };
    return this.#asker.read(ask, schema.torrentInfo);
  }

  async move(hash: string, move: TorrentMove, signal?: AbortSignal): Promise<TorrentInfo> {
    return this.#post(hash, 'move', move, signal);
  }

  async rename(hash: string, rename: TorrentRename, signal?: AbortSignal): Promise<TorrentInfo> {
    return this.#post(hash, 'rename', rename, signal);
  }

  async queue(hash: string, to: QueueMove, signal?: AbortSignal): Promise<TorrentInfo> {
    return this.#post(hash, 'queue', { to }, signal);
  }

  // -------------------------------------------------------------- what is in one

  async files(hash: string, signal?: AbortSignal): Promise<readonly TorrentFile[]> {
    return (await this.#asker.read(get(`${pathOf(hash)}/files`, signal), schema.fileList)).files;
  }

  async setPriorities(
    hash: string,
    ranges: FilesChange['ranges'],
    signal?: AbortSignal,
  ): Promise<readonly TorrentFile[]> {
    const path = `${pathOf(hash)}/files`;
    const ask: Question = { method: 'PATCH', path, json: { ranges }, signal };
    return (await this.#asker.read(ask, schema.fileList)).files;
  }

  /** The bytes of a file, also while they are still coming; `range` counts as in slice. */
  readFile(
    hash: string,
    index: number,
    range: ByteRange = {},
    signal?: AbortSignal,
  ): AsyncIterable<Uint8Array> {
    return readFileBytes(this.#asker, `${pathOf(hash)}/files/${index}`, range, signal);
  }

  async peers(hash: string, signal?: AbortSignal): Promise<readonly TorrentPeer[]> {
    return (await this.#asker.read(get(`${pathOf(hash)}/peers`, signal), schema.peerList)).peers;
  }

  /** Each `host:port`. */
  async addPeers(hash: string, peers: readonly string[], signal?: AbortSignal): Promise<void> {
    const path = `${pathOf(hash)}/peers`;
    await this.#asker.ask({ method: 'POST', path, json: { peers }, signal });
  }

  async trackers(hash: string, signal?: AbortSignal): Promise<readonly TorrentTracker[]> {
    const ask = get(`${pathOf(hash)}/trackers`, signal);
    return (await this.#asker.read(ask, schema.trackerList)).trackers;
  }

  /** In place of all there were. */
  async setTrackers(
    hash: string,
    tiers: readonly (readonly string[])[],
    signal?: AbortSignal,
  ): Promise<readonly TorrentTracker[]> {
    const path = `${pathOf(hash)}/trackers`;
    const ask: Question = { method: 'PUT', path, json: { tiers }, signal };
    return (await this.#asker.read(ask, schema.trackerList)).trackers;
  }

  async pieces(hash: string, signal?: AbortSignal): Promise<PieceMap> {
    return this.#asker.read(get(`${pathOf(hash)}/pieces`, signal), schema.pieceMap);
  }

  /** The bytes of the .torrent. */
  async torrentFile(hash: string, signal?: AbortSignal): Promise<Uint8Array> {
    const { status, headers, body } = await this.#asker.ask(get(`${pathOf(hash)}/torrent`, signal));
    if (headers.get('content-type') !== torrentMediaType) throw this.#asker.absent(status);
    return body;
  }

  #post(hash: string, what: string, json: unknown, signal: Signal): Promise<TorrentInfo> {
    const ask: Question = { method: 'POST', path: `${pathOf(hash)}/${what}`, json, signal };
    return this.#asker.read(ask, schema.torrentInfo);
  }
}

function get(path: string, signal: Signal): Question {
  return { method: 'GET', path, signal };
}

function pathOf(hash: string): string {
  return `${torrentsPath}/${encodeURIComponent(hash)}`;
}

type QueryValue = string | number | boolean | readonly string[] | undefined;

function queryOf(values: Readonly<Record<string, QueryValue>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(key, String(one));
  }
  return query.size === 0 ? '' : `?${query}`;
}
