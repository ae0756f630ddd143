/** Trackers and web seeds as a .torrent writes them (BEP 3 `announce`, BEP 12, BEP 19). */
import type { BencodeInput } from './bencode.ts';

/** `announce` alone for one tracker; `announce-list` beside it for several. Empty tiers are left out. */
export function trackerEntries(
  tiers: readonly (readonly string[])[],
): [key: string, value: BencodeInput][] {
  const kept = tiers.filter((tier) => tier.length > 0);
  const first = kept[0]?.[0];
  if (first === undefined) return [];
  if (kept.length === 1 && kept[0]!.length === 1) return [['announce', first]];
  return [
    ['announce', first],
    ['announce-list', kept],
  ];
}

/** One is written as a string, which every program reads; several as a list. */
export function webSeedEntry(urls: readonly string[]): BencodeInput {
  return urls.length === 1 ? urls[0]! : urls;
}
