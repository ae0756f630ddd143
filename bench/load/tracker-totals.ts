/** How many peers our tracker says it has, by its own statistics. */
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 10;

export async function peersOf(httpPort: number): Promise<number> {
  const url = `http://127.0.0.1:${httpPort}/stats.json`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  const { seeders, leechers } = (await response.json()) as { seeders: number; leechers: number };
  return seeders + leechers;
}

/**
 * Resolves with what it has once that is `wanted`, or with the last answer when the time is over. A
 * tracker that is not there yet is asked again.
 */
export async function untilPeers(
  httpPort: number,
  wanted: number,
  timeoutMs: number,
): Promise<number> {
  const endMs = performance.now() + timeoutMs;
  let last = 0;
  for (;;) {
    last = await peersOf(httpPort).catch(() => last);
    if (last >= wanted || performance.now() > endMs) return last;
    await delay(pollMs);
  }
}
