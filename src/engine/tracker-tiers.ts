/**
 * The trackers of one torrent in the order in which they are tried (BEP 12): tiers in order, each
 * shuffled once when it is read, and a tracker that answered first in its tier.
 * Invariant: each URL is listed once, in the first tier that names it; no tier is empty.
 */
import type { Random } from '../base/random.ts';
import { shuffle } from '../base/random.ts';
import type { AnnounceReply, TrackerFailure } from './ports.ts';

/** What is known of one tracker. Times are the engine's clock. */
export interface TrackerEntry {
  readonly url: string;
  /** It accepted our `started` and was not told `stopped` since. */
  known: boolean;
  trackerId: string | undefined;
  /** Announces in a row that failed. */
  failures: number;
  /** Not to be asked before this; Infinity when it said never to come back. */
  notBeforeMs: number;
  lastFailure: TrackerFailure | undefined;
  /** Without its peers. */
  lastReply: AnnounceReply | undefined;
  /** In that reply. */
  peersReceived: number;
  lastReplyAtMs: number | undefined;
}

export class TrackerTiers {
  readonly #random: Random;
  #tiers: TrackerEntry[][] = [];

  constructor(tiers: readonly (readonly string[])[], random: Random) {
    this.#random = random;
    this.replace(tiers);
  }

  /** All of them, in the order in which they are tried. */
  inOrder(): TrackerEntry[] {
    return this.#tiers.flat();
  }

  /** 0-based. */
  tierOf(entry: TrackerEntry): number {
    return this.#tiers.findIndex((tier) => tier.includes(entry));
  }

  find(url: string): TrackerEntry | undefined {
    return this.inOrder().find((entry) => entry.url === url);
  }

  promote(entry: TrackerEntry): void {
    const tier = this.#tiers[this.tierOf(entry)];
    if (tier === undefined) return;
    tier.splice(tier.indexOf(entry), 1);
    tier.unshift(entry);
  }

  /** At the end of a tier, or as a tier of its own behind the others. False when it was listed already. */
  add(url: string, tier?: number): boolean {
    if (this.find(url) !== undefined) return false;
    const existing = tier === undefined ? undefined : this.#tiers[tier];
    if (existing === undefined) this.#tiers.push([newEntry(url)]);
    else existing.push(newEntry(url));
    return true;
  }

  remove(entry: TrackerEntry): void {
    this.#tiers = this.#tiers
      .map((tier) => tier.filter((other) => other !== entry))
      .filter((tier) => tier.length > 0);
  }

  /** New lists; what is known of trackers that stay is kept. Returns those that are gone. */
  replace(tiers: readonly (readonly string[])[]): TrackerEntry[] {
    const before = new Map(this.inOrder().map((entry) => [entry.url, entry]));
    const seen = new Set<string>();
    this.#tiers = [];
    for (const urls of tiers) {
      const tier: TrackerEntry[] = [];
      for (const url of urls) {
        if (seen.has(url)) continue;
        seen.add(url);
        tier.push(before.get(url) ?? newEntry(url));
        before.delete(url);
      }
      shuffle(tier, this.#random);
      if (tier.length > 0) this.#tiers.push(tier);
    }
    return [...before.values()];
  }
}

function newEntry(url: string): TrackerEntry {
  return {
    url,
    known: false,
    trackerId: undefined,
    failures: 0,
    notBeforeMs: Number.NEGATIVE_INFINITY,
    lastFailure: undefined,
    lastReply: undefined,
    peersReceived: 0,
    lastReplyAtMs: undefined,
  };
}
