/**
 * Who runs: places for downloads and for seeds, given in the order of the queue. Pure.
 * Invariants: forced torrents run and take no place; one that has stood still for long keeps running and
 * takes none either; never more others of a kind run than there are places, except while they are checked.
 */
export interface QueueEntry {
  readonly kind: 'download' | 'seed';
  readonly forced: boolean;
  readonly state: 'waiting' | 'running' | 'checking';
  /** It has stood still for long. */
  readonly isIdle: boolean;
}

/** Infinity for no limit. */
export interface QueuePlaces {
  readonly downloads: number;
  readonly seeds: number;
}

export interface QueuePlan<Entry> {
  readonly start: readonly Entry[];
  /** They run beyond the places there are. */
  readonly pause: readonly Entry[];
  readonly wait: readonly Entry[];
  /** Places taken, by those who run or are to start. */
  readonly taken: QueuePlaces;
}

/** `entries` in the order of the queue: those that run or want to. */
export function planQueue<Entry extends QueueEntry>(
  entries: Iterable<Entry>,
  places: QueuePlaces,
): QueuePlan<Entry> {
  const start: Entry[] = [];
  const pause: Entry[] = [];
  const wait: Entry[] = [];
  const left = { download: places.downloads, seed: places.seeds };
  const taken = { download: 0, seed: 0 };
  for (const entry of entries) {
    const { kind, state } = entry;
    const isFree = entry.forced || (state === 'running' && entry.isIdle);
    if (isFree || left[kind] > 0) {
      if (state === 'waiting') start.push(entry);
      if (isFree) continue;
      left[kind]--;
      taken[kind]++;
    } else if (state === 'running') pause.push(entry);
    else if (state === 'waiting') wait.push(entry);
  }
  return { start, pause, wait, taken: { downloads: taken.download, seeds: taken.seed } };
}

/** Why one of this kind waits. */
export function waitsFor(
  kind: QueueEntry['kind'],
  taken: QueuePlaces,
): { readonly code: string; readonly message: string } {
  const count = kind === 'download' ? taken.downloads : taken.seeds;
  const code = 'QUEUED';
  if (count === 0) {
    return { code, message: `no ${kind} may run: the limit of active ones is 0` };
  }
  const behind = count === 1 ? `1 ${kind}` : `${count} ${kind}s`;
  return { code, message: `waiting in the queue behind ${behind}` };
}
