/**
 * What people want of a torrent besides running it: limits, goals, labels, files, trackers. Written
 * first, then told to the client's torrent when it runs.
 */
import { isIPv6 } from 'node:net';
import type { FilesChange, TorrentChange } from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { ClientError } from '../client/client-error.ts';
import { resolvePeers } from '../client/resolve-peers.ts';
import { type StoredContent, wantedCounts } from '../client/stored-content.ts';
import type { TorrentContent } from '../client/torrent-content.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';
import { withRanges } from './file-wishes.ts';
import { limitsOf } from './live-wishes.ts';
import type { ManagedTorrent } from './managed-torrent.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Null takes a wish back; what is absent stays. */
export function changedWishes(change: TorrentChange): Partial<StoredTorrent> {
  const news: Partial<Mutable<StoredTorrent>> = {};
  const { labels, category, sequential, forced, downLimit, upLimit } = change;
  const { seedRatio, seedTimeSeconds } = change;
  if (labels !== undefined) news.labels = [...new Set(labels)];
  if (category !== undefined) news.category = category ?? undefined;
  if (sequential !== undefined) news.sequential = sequential;
  if (forced !== undefined) news.forced = forced;
  if (downLimit !== undefined) news.downLimit = downLimit ?? undefined;
  if (upLimit !== undefined) news.upLimit = upLimit ?? undefined;
  if (seedRatio !== undefined) news.seedRatio = seedRatio ?? undefined;
  if (seedTimeSeconds !== undefined) news.seedTimeSeconds = seedTimeSeconds ?? undefined;
  // Other goals are looked at anew.
  if (seedRatio !== undefined || seedTimeSeconds !== undefined) news.goalWaived = false;
  return news;
}

export class TorrentWishes {
  readonly #content: TorrentContent;
  readonly #stored: StoredContent;

  constructor(content: TorrentContent, stored: StoredContent) {
    this.#content = content;
    this.#stored = stored;
  }

  change(torrent: ManagedTorrent, change: TorrentChange): void {
    torrent.change(changedWishes(change));
    const { downLimit, upLimit, sequential } = torrent.row;
    const isLimit = change.downLimit !== undefined || change.upLimit !== undefined;
    if (isLimit) torrent.torrent?.setLimits(limitsOf({ downLimit, upLimit }));
    if (change.sequential !== undefined) torrent.torrent?.setSequential(sequential);
  }

  /** Rejects with DaemonRefusal. */
  async setPriorities(torrent: ManagedTorrent, ranges: FilesChange['ranges']): Promise<void> {
    const metainfo = await this.#content.requireMetainfo(torrent, 'choose its files');
    // On its way out or in it is neither.
    if (!torrent.isMoving) await torrent.settled();
    const priorities = withRanges(torrent.row.priorities, ranges, metainfo.files.length);
    const runs = torrent.torrent !== undefined;
    torrent.choose(priorities, runs ? {} : wantedCounts(this.#stored.state(metainfo), priorities));
  }

  setTrackers(torrent: ManagedTorrent, tiers: readonly (readonly string[])[]): void {
    const seen = new Set<string>();
    const kept = tiers
      .map((tier) => tier.filter((url) => !seen.has(url) && seen.add(url)))
      .filter((tier) => tier.length > 0);
    torrent.change({ tiers: kept, firstTracker: kept[0]?.[0] });
    if (!torrent.isAlone) torrent.torrent?.setTrackers(kept);
    torrent.refresh();
  }

  /** Rejects with DaemonRefusal. */
  async addPeers(torrent: ManagedTorrent, addresses: readonly string[]): Promise<void> {
    if (torrent.torrent === undefined) {
      throw new DaemonRefusal(
        'TORRENT_STOPPED',
        `${torrent.info.name} does not run. Start it to add peers to it`,
      );
    }
    const peers = await resolvePeers(addresses.map(addressOf)).catch((error: unknown) => {
      if (!(error instanceof ClientError)) throw error;
      throw new DaemonRefusal('BAD_REQUEST', error.message, { field: 'peers' });
    });
    torrent.torrent?.addPeers(peers);
  }
}

function addressOf(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  const named = text.slice(0, colon);
  const host = /^\[([0-9a-f:.]+)\]$/i.exec(named)?.[1] ?? named;
  const isHost = isIPv6(host) || /^[^\s:[\]]+$/.test(host);
  if (isHost && Number.isInteger(port) && port > 0 && port < 65_536) return { host, port };
  const message = `${text} is no address such as 10.0.0.5:6881`;
  throw new DaemonRefusal('BAD_REQUEST', message, { field: 'peers' });
}
