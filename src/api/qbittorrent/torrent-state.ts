/** The state of a torrent in qBittorrent's words, which clients compare letter by letter. */
import type { TorrentInfo } from '../contract/torrents.ts';

type Stated = Pick<
  TorrentInfo,
  'state' | 'forced' | 'completedAt' | 'downRate' | 'upRate' | 'error'
>;

/** Codes of an error that say that data is gone. */
const missingCodes = new Set(['CONTENT_MISSING', 'DISK_MISSING', 'FILE_MISSING']);

export function stateName(torrent: Stated): string {
  const { state, forced, completedAt, downRate, upRate, error } = torrent;
  const isDone = completedAt !== undefined;
  switch (state) {
    case 'metadata':
      return forced ? 'forcedMetaDL' : 'metaDL';
    case 'checking':
      return isDone ? 'checkingUP' : 'checkingDL';
    case 'moving':
      return 'moving';
    case 'queued':
      return isDone ? 'queuedUP' : 'queuedDL';
    case 'downloading':
      if (forced) return 'forcedDL';
      return downRate > 0 ? 'downloading' : 'stalledDL';
    case 'seeding':
      if (forced) return 'forcedUP';
      return upRate > 0 ? 'uploading' : 'stalledUP';
    case 'stopped':
      return isDone ? 'stoppedUP' : 'stoppedDL';
    case 'error':
      return error !== undefined && missingCodes.has(error.code) ? 'missingFiles' : 'error';
  }
}

const filters: Readonly<Record<string, (torrent: TorrentInfo) => boolean>> = {
  all: () => true,
  downloading: (torrent) => torrent.completedAt === undefined,
  seeding: (torrent) => torrent.completedAt !== undefined && torrent.state !== 'stopped',
  completed: (torrent) => torrent.completedAt !== undefined,
  stopped: (torrent) => torrent.state === 'stopped',
  paused: (torrent) => torrent.state === 'stopped',
  running: (torrent) => torrent.state !== 'stopped',
  resumed: (torrent) => torrent.state !== 'stopped',
  active: (torrent) => torrent.downRate > 0 || torrent.upRate > 0,
  inactive: (torrent) => torrent.downRate === 0 && torrent.upRate === 0,
  stalled: (torrent) => stateName(torrent).startsWith('stalled'),
  stalled_uploading: (torrent) => stateName(torrent) === 'stalledUP',
  stalled_downloading: (torrent) => stateName(torrent) === 'stalledDL',
  checking: (torrent) => torrent.state === 'checking',
  moving: (torrent) => torrent.state === 'moving',
  errored: (torrent) => torrent.state === 'error',
};

/** What a `filter` parameter lets through; everything when it is not known. */
export function passesFilter(torrent: TorrentInfo, filter: string): boolean {
  return Object.hasOwn(filters, filter) ? filters[filter]?.(torrent) !== false : true;
}
