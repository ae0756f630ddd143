/** The words that the daemon's API uses for a torrent's state, its files' priorities and its trackers'. */

export const torrentStates = [
  /** Waits for the info dictionary of a magnet link. */
  'metadata',
  /** Reads and hashes what is on the disk. */
  'checking',
  /** Its files are on their way to another folder. */
  'moving',
  /** Waits until fewer torrents are active. */
  'queued',
  'downloading',
  'seeding',
  'stopped',
  /** Halted by `error`. */
  'error',
] as const;

/** `skip` is not fetched; data that is there already stays. */
export const filePriorities = ['skip', 'low', 'normal', 'high'] as const;

export const trackerStates = ['idle', 'announcing', 'working', 'failed'] as const;

export const queueMoves = ['top', 'up', 'down', 'bottom'] as const;

/** What can be done to many torrents in one request. */
export const torrentActions = [
  'start',
  'force-start',
  'stop',
  'verify',
  'reannounce',
  'remove',
  'remove-with-data',
] as const;
