/**
 * What a torrent consists of, whether it runs or not: files, pieces, its .torrent, and the bytes of a
 * file. Reads, changes nothing.
 */
import type { PieceMap, TorrentDetail, TorrentFile } from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { FileReader, TorrentOutline } from '../../api/service/torrents-port.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import { priorityOf } from '../torrents/file-wishes.ts';
import type { ManagedTorrent } from '../torrents/managed-torrent.ts';
import { type DetailedPieces, torrentDetail } from '../torrents/torrent-detail.ts';
import { torrentFileOf } from '../torrents/torrent-file.ts';
import { ClientError } from './client-error.ts';
import { contentFiles } from './placed-files.ts';
import { fileBytes, pieceStates, type StoredContent } from './stored-content.ts';

export class TorrentContent {
  readonly #stored: StoredContent;

  constructor(stored: StoredContent) {
    this.#stored = stored;
  }

  /** Undefined until the metadata of a magnet link is here. */
  async metainfo(torrent: ManagedTorrent): Promise<Metainfo | undefined> {
    return torrent.torrent?.metainfo ?? (await this.#stored.metainfo(torrent.infoHash));
  }

  /** Rejects with DaemonRefusal NO_METADATA. */
  async requireMetainfo(torrent: ManagedTorrent, what: string): Promise<Metainfo> {
    const metainfo = await this.metainfo(torrent);
    if (metainfo !== undefined) return metainfo;
    throw noMetadata(torrent, what);
  }

  async files(torrent: ManagedTorrent): Promise<readonly TorrentFile[]> {
    const metainfo = await this.metainfo(torrent);
    if (metainfo === undefined) return [];
    const { paths, priorities } = torrent.row;
    const running = torrent.torrent?.fileProgress() ?? [];
    const isKnown = running.length === metainfo.files.length;
    const done = isKnown ? running : fileBytes(this.#stored.state(metainfo));
    const words = torrent.torrent?.priorities() ?? [];
    return contentFiles(metainfo, paths).flatMap(({ path, lengthBytes, padding }, index) =>
      padding
        ? []
        : [
            {
              index,
              path: path.join('/'),
              lengthBytes,
              doneBytes: done[index] ?? 0,
              priority: words[index] ?? priorityOf(priorities, index),
            },
          ],
    );
  }

  /** Throws DaemonRefusal NO_METADATA. */
  pieces(torrent: ManagedTorrent): PieceMap {
    const info = torrent.torrent?.metainfo ?? this.#stored.metainfoNow(torrent.infoHash);
    if (info === undefined) throw noMetadata(torrent, 'see its pieces');
    const { pieceCount, pieceLength } = info;
    const running = torrent.torrent?.pieceMap();
    const isKnown = running !== undefined && running.states.length === pieceCount;
    const states = isKnown
      ? running.states
      : pieceStates(this.#stored.state(info), torrent.row.priorities);
    const availability = isKnown ? running.availability : new Uint8Array(pieceCount);
    return {
      pieceCount,
      pieceLength,
      states: Buffer.from(states).toString('base64'),
      availability: Buffer.from(availability).toString('base64'),
    };
  }

  async detail(torrent: ManagedTorrent): Promise<TorrentDetail> {
    const metainfo = await this.metainfo(torrent);
    const { info, status, row } = torrent;
    const { seedingMs, activeMs } = torrent.kept;
    const times = { seedingMs, activeMs };
    let pieces: DetailedPieces = { pieceCount: 0, pieceLength: 0, piecesDone: 0 };
    if (metainfo !== undefined) {
      const { pieceCount, pieceLength } = metainfo;
      const isKnown = status !== undefined && status.pieceCount > 0;
      const piecesDone = isKnown ? status.piecesDone : this.#stored.state(metainfo).verified.count;
      pieces = { pieceCount, pieceLength, piecesDone };
    }
    const described = this.#stored.describe(torrent.infoHash);
    const tiers = this.tiers(torrent);
    return torrentDetail({ info, row, ...times, status, metainfo, described, tiers, pieces });
  }

  async outline(torrent: ManagedTorrent): Promise<TorrentOutline> {
    const { row, kept } = torrent;
    const facts = await this.#stored.facts(row.infoHash, () => torrent.torrent?.metainfo);
    return {
      ...(facts ?? { fileCount: 0, pieceCount: 0, pieceLength: 0 }),
      wastedBytes: row.wastedBytes,
      seedingSeconds: Math.floor(kept.seedingMs / 1000),
      activeSeconds: Math.floor(kept.activeMs / 1000),
    };
  }

  async torrentFile(torrent: ManagedTorrent): Promise<Uint8Array | undefined> {
    const metainfo = await this.metainfo(torrent);
    if (metainfo === undefined) return undefined;
    return torrentFileOf(this.#stored.source(torrent.infoHash), metainfo, this.tiers(torrent));
  }

  /** The announce URLs that it has, whether it runs or not. */
  tiers(torrent: ManagedTorrent): readonly (readonly string[])[] {
    const { tiers, trackers } = torrent.row;
    if (tiers !== undefined) return tiers;
    const own = this.#stored.trackers(torrent.infoHash);
    const known = new Set(own.flat());
    const added = trackers.filter((url) => !known.has(url));
    return added.length > 0 ? [added, ...own] : own;
  }

  /** Rejects with DaemonRefusal. */
  async openFile(torrent: ManagedTorrent, index: number): Promise<FileReader> {
    const metainfo = await this.requireMetainfo(torrent, 'read its files');
    const file = metainfo.files[index];
    if (file === undefined || file.padding) {
      throw new DaemonRefusal('NOT_FOUND', `${torrent.info.name} has no file ${index}`);
    }
    if (torrent.torrent === undefined) {
      throw new DaemonRefusal(
        'TORRENT_STOPPED',
        `${torrent.info.name} does not run. Start it to read its files`,
      );
    }
    try {
      return torrent.torrent.openFile(index);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      throw new DaemonRefusal('NO_METADATA', `The file cannot be read: ${error.message}`);
    }
  }
}

function noMetadata(torrent: ManagedTorrent, what: string): DaemonRefusal {
  return new DaemonRefusal(
    'NO_METADATA',
    `The metadata of ${torrent.info.name} is not here yet. Wait for it to ${what}`,
  );
}
