/** What a torrent of the daemon does, in a word, and what is wrong with it, if anything. */
import type { Cause, TorrentInfo } from '../api/contract/torrents.ts';

/** `stalled` instead of `downloading` when it stands still. */
export function stateWord(torrent: TorrentInfo): string {
  if (torrent.state !== 'downloading') return torrent.state;
  return troubleOf(torrent) === undefined ? 'downloading' : 'stalled';
}

/** Held back by its limit or the queue is as it was told to be. */
const harmless: readonly string[] = ['LIMITED', 'QUEUED'];

export function troubleOf({ error, stalled }: TorrentInfo): Cause | undefined {
  if (error !== undefined) return error;
  return stalled === undefined || harmless.includes(stalled.code) ? undefined : stalled;
}
