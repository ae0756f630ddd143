/**
 * The torrents that Transmission calls recently active: something about them changed in the last minute.
 * Revisions of the daemon's changes are remembered with their times; before there is one from a minute
 * ago, the oldest counts, together with what moved data lately. Invariant: at most one a second is kept.
 */
import type { TorrentInfo } from '../contract/torrents.ts';
import type { TorrentsPort } from '../service/torrents-port.ts';

const recentMs = 60_000;
const markEveryMs = 1000;

export class RecentChanges {
  readonly #torrents: TorrentsPort;
  /** The oldest first; only the first may be older than a minute. */
  #marks: { readonly revision: number; readonly atMs: number }[] = [];

  constructor(torrents: TorrentsPort) {
    this.#torrents = torrents;
  }

  /** Whoever got the whole list may ask for changes next. */
  mark(nowMs: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && nowMs - last.atMs < markEveryMs) return;
    const { revision } = this.#torrents.changes(last?.revision);
    this.#marks.push({ revision, atMs: nowMs });
    this.#forget(nowMs);
  }

  #forget(nowMs: number): void {
    const firstRecent = this.#marks.findIndex(({ atMs }) => nowMs - atMs < recentMs);
    const kept = firstRecent < 0 ? this.#marks.length : firstRecent;
    if (kept > 1) this.#marks = this.#marks.slice(kept - 1);
  }

  /** In the order of the list. */
  torrents(nowMs: number): readonly TorrentInfo[] {
    this.#forget(nowMs);
    const [oldest] = this.#marks;
    const changed = new Set<string>();
    if (oldest !== undefined) {
      for (const { hash } of this.#torrents.changes(oldest.revision).torrents) changed.add(hash);
    }
    this.mark(nowMs);
    const list = this.#torrents.list();
    return list.filter((torrent) => changed.has(torrent.hash) || movedLately(torrent, nowMs));
  }
}

function movedLately(torrent: TorrentInfo, nowMs: number): boolean {
  const { addedAt, completedAt, activeAt, downRate, upRate } = torrent;
  if (downRate > 0 || upRate > 0) return true;
  return [addedAt, completedAt, activeAt].some(
    (time) => time !== undefined && nowMs - Date.parse(time) < recentMs,
  );
}
