/** A store's answers as promises, for the suites. */
import assert from 'node:assert/strict';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { isStoreFailure, type SwarmSnapshot, type SwarmStore } from './swarm-store.ts';

/** Counts by scrape, in the order asked. */
export function scrapeCounts(
  store: SwarmStore,
  infoHashes: readonly Uint8Array[],
): Promise<readonly SwarmCounts[]> {
  return new Promise((resolve, reject) => {
    store.scrape(infoHashes, (found) => {
      if (isStoreFailure(found)) reject(new Error(found.code));
      else resolve(found);
    });
  });
}

/** Every swarm that a scan in pages of `limit` meets. */
export async function scanAll(store: SwarmStore, limit: number): Promise<SwarmSnapshot[]> {
  const scan = store.scan(0, 10);
  const all: SwarmSnapshot[] = [];
  for (;;) {
    const page = await new Promise<readonly SwarmSnapshot[]>((resolve, reject) => {
      scan.next(limit, (found) => {
        if (isStoreFailure(found)) reject(new Error(found.code));
        else resolve(found);
      });
    });
    assert.ok(page.length <= limit);
    if (page.length === 0) return all;
    all.push(...page);
  }
}
