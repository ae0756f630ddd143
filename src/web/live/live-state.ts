/**
 * All that the page knows of the daemon's torrents, brought up to date by deltas. Invariant: a torrent
 * that did not change stays the same object, so that only rows that changed are drawn anew.
 */
import type { SessionInfo, TorrentChanges, TorrentInfo } from '../../api/contract/torrents.ts';

export interface LiveState {
  readonly torrents: ReadonlyMap<string, TorrentInfo>;
  /** Undefined until the first delta; then what there is to show is known. */
  readonly session: SessionInfo | undefined;
  readonly revision: number | undefined;
}

export const noLiveState: LiveState = {
  torrents: new Map(),
  session: undefined,
  revision: undefined,
};

export function applyChanges(state: LiveState, changes: TorrentChanges): LiveState {
  const { revision, session } = changes;
  if (changes.full) {
    return { torrents: new Map(changes.torrents.map((one) => [one.hash, one])), session, revision };
  }
  if (changes.torrents.length === 0 && changes.removed.length === 0) {
    return { torrents: state.torrents, session, revision };
  }
  const torrents = new Map(state.torrents);
  for (const torrent of changes.torrents) torrents.set(torrent.hash, torrent);
  for (const hash of changes.removed) torrents.delete(hash);
  return { torrents, session, revision };
}

/** What an action was answered with, ahead of the delta that will say the same. */
export function applyAnswer(state: LiveState, torrent: TorrentInfo): LiveState {
  return { ...state, torrents: new Map(state.torrents).set(torrent.hash, torrent) };
}
