/** Which torrents the navigation can show, how many there are of each kind, and which match a search. */
import type { TorrentInfo } from '../../api/contract/torrents.ts';

export const groups = [
  'all',
  'active',
  'downloading',
  'seeding',
  'complete',
  'stopped',
  'stalled',
  'queued',
  'checking',
  'moving',
  'error',
] as const;
export type Group = (typeof groups)[number];

export type Filter =
  | { readonly kind: 'group'; readonly value: Group }
  | { readonly kind: 'label' | 'category' | 'tracker'; readonly value: string };

export const everything: Filter = { kind: 'group', value: 'all' };

export interface Counts {
  readonly groups: Readonly<Record<Group, number>>;
  readonly labels: ReadonlyMap<string, number>;
  readonly categories: ReadonlyMap<string, number>;
  readonly trackers: ReadonlyMap<string, number>;
}

/** One that is held back, such as by a limit, has a reason too, but it moves. */
export function isStalled({ state, stalled, downRate }: TorrentInfo): boolean {
  const isWaiting = state === 'downloading' || state === 'metadata';
  return isWaiting && stalled !== undefined && downRate === 0;
}

export function isComplete({ lengthBytes, doneBytes, wantedBytes, state }: TorrentInfo): boolean {
  return state === 'seeding' || (lengthBytes > 0 && doneBytes >= wantedBytes);
}

const tests: Readonly<Record<Group, (torrent: TorrentInfo) => boolean>> = {
  all: () => true,
  active: ({ downRate, upRate }) => downRate > 0 || upRate > 0,
  downloading: ({ state }) => state === 'downloading' || state === 'metadata',
  seeding: ({ state }) => state === 'seeding',
  complete: isComplete,
  stopped: ({ state }) => state === 'stopped',
  stalled: isStalled,
  queued: ({ state }) => state === 'queued',
  checking: ({ state }) => state === 'checking',
  moving: ({ state }) => state === 'moving',
  error: ({ state }) => state === 'error',
};

/** The host of an announce URL, as the navigation groups trackers; the text itself where it is none. */
export function trackerHost(url: string): string {
  return /^[a-z]+:\/\/(\[[^\]]*\]|[^:/?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? url;
}

export function passes(torrent: TorrentInfo, filter: Filter): boolean {
  switch (filter.kind) {
    case 'group':
      return tests[filter.value](torrent);
    case 'label':
      return torrent.labels.includes(filter.value);
    case 'category':
      return torrent.category === filter.value;
    case 'tracker':
      return torrent.tracker !== undefined && trackerHost(torrent.tracker) === filter.value;
  }
}

/** The words of a search, in lower case. */
export function searchWords(search: string): readonly string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

/** All words stand in the name or the hash, in any order. */
export function hasWords({ name, hash }: TorrentInfo, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = name.toLowerCase();
  return words.every((word) => text.includes(word) || hash.startsWith(word));
}

export function countTorrents(torrents: Iterable<TorrentInfo>): Counts {
  const counts = Object.fromEntries(groups.map((group) => [group, 0])) as Record<Group, number>;
  const labels = new Map<string, number>();
  const categories = new Map<string, number>();
  const trackers = new Map<string, number>();
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const torrent of torrents) {
    for (const group of groups) if (tests[group](torrent)) counts[group]++;
    for (const label of torrent.labels) add(labels, label);
    if (torrent.category !== undefined) add(categories, torrent.category);
    if (torrent.tracker !== undefined) add(trackers, trackerHost(torrent.tracker));
  }
  return { groups: counts, labels, categories, trackers };
}
