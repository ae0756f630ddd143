/** Answers a scrape (BEP 48, BEP 15): counts in the order asked, zeros for what a hook hides. */
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import type { Refusal, TrackerHooks } from './hooks.ts';
import { isStoreFailure, type SwarmStore } from './swarm-store.ts';

const nothing: SwarmCounts = { seeders: 0, leechers: 0, downloads: 0 };

export function answerScrape(
  infoHashes: readonly Uint8Array[],
  store: SwarmStore,
  hooks: TrackerHooks,
  done: (counts: readonly SwarmCounts[] | Refusal) => void,
): void {
  store.scrape(infoHashes, (counts) => {
    if (isStoreFailure(counts)) {
      done({ reason: counts.reason, retryMinutes: 5 });
      return;
    }
    if (hooks.scrape.length === 0) {
      done(counts);
      return;
    }
    done(
      infoHashes.map((infoHash, index) => {
        const isShown = hooks.scrape.every((hook) => hook(infoHash));
        return isShown ? (counts[index] ?? nothing) : nothing;
      }),
    );
  });
}
