/** Asks a tracker over HTTP, for the tests' own knowledge of a swarm and not through the code under test. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildProgram } from './child-program.ts';

const startMs = 15_000;
const pauseMs = 60;

/** Seeders and leechers of a swarm; zeros for one that the tracker does not know. */
export async function scrapeCounts(
  announceUrl: string,
  infoHash: string,
): Promise<{ seeders: number; leechers: number }> {
  const escaped = infoHash.slice(0, 40).replace(/../g, '%$&');
  const url = `${announceUrl.replace(/\/announce$/, '/scrape')}?info_hash=${escaped}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
  const count = (key: string) => Number(new RegExp(`${key}i(\\d+)e`).exec(text)?.[1] ?? 0);
  return { seeders: count('8:complete'), leechers: count('10:incomplete') };
}

/** Puts a peer into a swarm that nothing listens for. */
export async function announceByHand(
  announceUrl: string,
  infoHash: string,
  peer: { port: number; left: number },
): Promise<void> {
  const escaped = infoHash.slice(0, 40).replace(/../g, '%$&');
  const rest = `port=${peer.port}&left=${peer.left}&uploaded=0&downloaded=0&compact=1&event=started`;
  const url = `${announceUrl}?info_hash=${escaped}&peer_id=-HAND00-${100000000000 + peer.port}&${rest}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const text = await response.text();
  if (!text.includes('8:interval')) throw new Error(`${announceUrl}: ${text}`);
}

/** Resolves once that many seeders (and leechers) announced themselves. */
export async function untilAnnounced(
  announceUrl: string,
  infoHash: string,
  wanted: { seeders: number; leechers?: number },
  timeoutMs = 20_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const counts = await scrapeCounts(announceUrl, infoHash);
    if (counts.seeders >= wanted.seeders && counts.leechers >= (wanted.leechers ?? 0)) return;
    if (Date.now() > end) {
      const [is, should] = [JSON.stringify(counts), JSON.stringify(wanted)];
      throw new Error(`${announceUrl}: ${is} after ${timeoutMs / 1000} s, waited for ${should}`);
    }
    await delay(pauseMs);
  }
}

/** Resolves when the tracker takes connections. */
export async function untilAnswers(child: ChildProgram, announceUrl: string): Promise<void> {
  const ask = async () => {
    for (;;) {
      try {
        await fetch(announceUrl, { signal: AbortSignal.timeout(2_000) });
        return;
      } catch {
        if (child.hasExited) return;
        await delay(pauseMs);
      }
    }
  };
  await child.until('an answer over HTTP', startMs, ask());
}
