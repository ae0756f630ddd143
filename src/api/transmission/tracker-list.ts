/**
 * The trackers of a torrent as text, and the changes to them that torrent-set knows. In the text each line
 * is an announce URL, and an empty line ends a tier. Ids are places in the list before the change.
 */
import type { TorrentTracker } from '../contract/torrents.ts';

type Tiers = readonly (readonly string[])[];
type Tracker = Pick<TorrentTracker, 'url' | 'tier'>;

export interface TrackerWishes {
  /** Takes the place of all others. */
  readonly list?: string | undefined;
  readonly remove?: readonly number[] | undefined;
  readonly replace?: readonly { readonly id: number; readonly url: string }[] | undefined;
  /** Each in a tier of its own, at the end. */
  readonly add?: readonly string[] | undefined;
}

export function trackerListText(trackers: readonly Tracker[]): string {
  return tiersOf(trackers)
    .map((urls) => urls.map((url) => `${url}\n`).join(''))
    .join('\n');
}

export function parseTrackerList(text: string): Tiers {
  const tiers: string[][] = [[]];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const url = line.trim();
    if (url === '') tiers.push([]);
    else tiers.at(-1)?.push(url);
  }
  return tiers.filter((urls) => urls.length > 0);
}

/** Undefined when nothing is wished. An URL stands once. */
export function wishedTiers(
  wishes: TrackerWishes,
  trackers: readonly Tracker[],
): Tiers | undefined {
  const { list, remove = [], replace = [], add = [] } = wishes;
  if (list !== undefined) return withoutRepeats(parseTrackerList(list));
  if (remove.length + replace.length + add.length === 0) return undefined;
  const replaced = new Map(replace.map(({ id, url }) => [id, url]));
  const kept = tiersOf(
    trackers.flatMap((tracker, id) =>
      remove.includes(id) ? [] : [{ ...tracker, url: replaced.get(id) ?? tracker.url }],
    ),
  );
  return withoutRepeats([...kept, ...add.map((url) => [url])]);
}

function tiersOf(trackers: readonly Tracker[]): string[][] {
  const tiers = new Map<number, string[]>();
  for (const { url, tier } of trackers) {
    const urls = tiers.get(tier) ?? [];
    urls.push(url);
    tiers.set(tier, urls);
  }
  return [...tiers.values()];
}

function withoutRepeats(tiers: Tiers): Tiers {
  const seen = new Set<string>();
  return tiers
    .map((urls) => urls.filter((url) => !seen.has(url) && seen.add(url)))
    .filter((urls) => urls.length > 0);
}
