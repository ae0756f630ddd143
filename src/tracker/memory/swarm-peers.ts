/** A swarm's peers as objects, for pages and for those who look closely. */
import type { PeerSnapshot } from '../swarm-store.ts';
import { hotWords, pool } from './pool-blocks.ts';
import { ageOf, stampMask } from './step-clock.ts';
import type { Swarms } from './swarms.ts';
import { wordBytes } from './word-bytes.ts';

/** At most `limit` peers of the swarm, copied; none of record 0. Under the lock of its shard. */
export function swarmPeers(
  swarms: Swarms,
  record: number,
  limit: number,
  step: number,
): PeerSnapshot[] {
  const found: PeerSnapshot[] = [];
  if (record === 0) return found;
  const { words } = swarms.memory;
  for (let at = swarms.firstPool(record); at !== 0; at = swarms.nextPool(record, at)) {
    const size = words[at + pool.size]!;
    for (let slot = 0; slot < size && found.length < limit; slot++) {
      found.push(peerAt(swarms, at, slot, step));
    }
  }
  return found;
}

function peerAt(swarms: Swarms, at: number, slot: number, step: number): PeerSnapshot {
  const { words, stepMs } = swarms.memory;
  const { blocks } = swarms.pools;
  const hot = blocks.hotAt(at, slot);
  const last = hotWords(blocks.kindOf(at)) - 1;
  const state = words[hot + last]!;
  return {
    address: wordBytes(words, hot, last),
    port: state >>> 16,
    client: wordBytes(words, blocks.coldAt(at, slot), 2),
    isSeeder: slot < words[at + pool.seeders]!,
    ageMs: stepMs * ageOf(state & stampMask, step),
  };
}
