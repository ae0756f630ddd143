/** The order of the rows. Sorting starts from the order that was there, so that little changes cost little. */
import { type TorrentInfo, torrentStates } from '../../api/contract/torrents.ts';
import { type Filter, hasWords, passes, searchWords } from './torrent-filter.ts';

export const sortKeys = [
  'name',
  'size',
  'progress',
  'state',
  'down',
  'up',
  'peers',
  'eta',
  'ratio',
  'added',
  'done',
  'uploaded',
  'labels',
  'category',
  'tracker',
  'queue',
  'folder',
] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Sort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

type Value = number | string;
const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const values: Readonly<Record<SortKey, (torrent: TorrentInfo) => Value>> = {
  name: ({ name }) => name,
  size: ({ lengthBytes }) => lengthBytes,
  progress: ({ progress }) => progress,
  state: ({ state }) => torrentStates.indexOf(state),
  down: ({ downRate }) => downRate,
  up: ({ upRate }) => upRate,
  peers: ({ peers }) => peers,
  eta: ({ etaSeconds }) => etaSeconds ?? Number.POSITIVE_INFINITY,
  ratio: ({ ratio }) => ratio,
  added: ({ addedAt }) => Date.parse(addedAt),
  done: ({ completedAt }) => (completedAt === undefined ? 0 : Date.parse(completedAt)),
  uploaded: ({ uploadedBytes }) => uploadedBytes,
  labels: ({ labels }) => labels.join(', '),
  category: ({ category }) => category ?? '',
  tracker: ({ tracker }) => tracker ?? '',
  queue: ({ queuePosition }) => queuePosition,
  folder: ({ dir }) => dir,
};

function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : names.compare(a, b);
  // Not by their difference: that of two infinities is no number.
  return a < b ? -1 : a > b ? 1 : 0;
}

export interface OrderWish {
  readonly filter: Filter;
  readonly search: string;
  readonly sort: Sort;
}

/** Hashes, in order; `before` itself when nothing is in another place. */
export function orderTorrents(
  torrents: ReadonlyMap<string, TorrentInfo>,
  wish: OrderWish,
  before: readonly string[] = [],
): readonly string[] {
  const words = searchWords(wish.search);
  const value = values[wish.sort.key];
  const sign = wish.sort.isDescending ? -1 : 1;
  const rows: { hash: string; value: Value }[] = [];
  const taken = new Set<string>();
  const take = (torrent: TorrentInfo | undefined): void => {
    if (torrent === undefined || taken.has(torrent.hash)) return;
    taken.add(torrent.hash);
    if (!passes(torrent, wish.filter) || !hasWords(torrent, words)) return;
    rows.push({ hash: torrent.hash, value: value(torrent) });
  };
  for (const hash of before) take(torrents.get(hash));
  for (const torrent of torrents.values()) take(torrent);
  rows.sort((a, b) => sign * compareValues(a.value, b.value) || (a.hash < b.hash ? -1 : 1));
  const isSame = rows.length === before.length && rows.every(({ hash }, i) => hash === before[i]);
  return isSame ? before : rows.map(({ hash }) => hash);
}
