/**
 * One torrent with all that its fields are made of. Invariant: only what the asked fields need is asked
 * of the daemon, and each part once.
 */
import { assert } from '../../base/assert.ts';
import type {
  PieceMap,
  Settings,
  TorrentDetail,
  TorrentFile,
  TorrentInfo,
  TorrentPeer,
  TorrentTracker,
} from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { TorrentOutline } from '../service/torrents-port.ts';
import type { RpcContext } from './rpc-context.ts';

export interface TorrentNeeds {
  readonly outline: boolean;
  readonly detail: boolean;
  readonly files: boolean;
}

export class TorrentView {
  readonly id: number;
  readonly info: TorrentInfo;
  readonly settings: Settings;
  readonly nowMs: number;
  readonly #context: RpcContext;
  readonly #outline: TorrentOutline | undefined;
  readonly #detail: TorrentDetail | undefined;
  readonly #files: readonly TorrentFile[] | undefined;
  #peers: readonly TorrentPeer[] | undefined;
  #trackers: readonly TorrentTracker[] | undefined;
  #pieces: PieceMap | undefined;

  /** Undefined when the torrent is gone meanwhile. */
  static async load(
    context: RpcContext,
    info: TorrentInfo,
    settings: Settings,
    needs: TorrentNeeds,
  ): Promise<TorrentView | undefined> {
    const { torrents } = context.ports;
    try {
      const outline = needs.outline ? await torrents.outline(info.hash) : undefined;
      const detail = needs.detail ? await torrents.detail(info.hash) : undefined;
      const files = needs.files ? await torrents.files(info.hash) : undefined;
      return new TorrentView(context, info, settings, { outline, detail, files });
    } catch (error) {
      if (isRefusal(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  private constructor(
    context: RpcContext,
    info: TorrentInfo,
    settings: Settings,
    parts: {
      outline: TorrentOutline | undefined;
      detail: TorrentDetail | undefined;
      files: readonly TorrentFile[] | undefined;
    },
  ) {
    this.#context = context;
    this.id = context.ids.idOf(info.hash);
    this.info = info;
    this.settings = settings;
    this.nowMs = context.nowMs();
    this.#outline = parts.outline;
    this.#detail = parts.detail;
    this.#files = parts.files;
  }

  get outline(): TorrentOutline {
    assert(this.#outline !== undefined, 'a field that needs the outline says so');
    return this.#outline;
  }

  get detail(): TorrentDetail {
    assert(this.#detail !== undefined, 'a field that needs the detail says so');
    return this.#detail;
  }

  get files(): readonly TorrentFile[] {
    assert(this.#files !== undefined, 'a field that needs the files says so');
    return this.#files;
  }

  get peers(): readonly TorrentPeer[] {
    this.#peers ??= this.#context.ports.torrents.peers(this.info.hash);
    return this.#peers;
  }

  get trackers(): readonly TorrentTracker[] {
    this.#trackers ??= this.#context.ports.torrents.trackers(this.info.hash);
    return this.#trackers;
  }

  /** Empty before the metadata is here. */
  get pieces(): PieceMap {
    this.#pieces ??= this.#readPieces();
    return this.#pieces;
  }

  #readPieces(): PieceMap {
    try {
      return this.#context.ports.torrents.pieces(this.info.hash);
    } catch (error) {
      if (!isRefusal(error, 'NO_METADATA', 'TORRENT_STOPPED')) throw error;
      return { pieceCount: 0, pieceLength: 0, states: '', availability: '' };
    }
  }

  /** Of the wanted bytes, those that are missing. */
  get leftBytes(): number {
    return Math.max(0, this.info.wantedBytes - this.info.doneBytes);
  }

  get isComplete(): boolean {
    return this.info.lengthBytes > 0 && this.leftBytes === 0;
  }
}

function isRefusal(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof DaemonRefusal && codes.includes(error.code);
}
