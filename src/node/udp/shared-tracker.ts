/**
 * What a thread needs to answer clients by itself: plain data and shared memory, which can be posted.
 * Threads and whoever posts it work on the same swarms, counters and limits.
 */
import { AccessRules, type AccessState } from '../../tracker/access.ts';
import type { AnnouncePolicy } from '../../tracker/announce.ts';
import { MemorySwarmStore } from '../../tracker/memory-swarm-store.ts';
import { RateLimiter, type RateLimitSettings } from '../../tracker/rate-limit.ts';
import type { SwarmMemory } from '../../tracker/swarm-memory.ts';
import { TrackerLogic } from '../../tracker/tracker-logic.ts';
import { systemRandom } from '../system-random.ts';

export interface SharedTracker {
  /** Made for several threads: `isShared`. */
  readonly swarms: SwarmMemory;
  readonly policy: AnnouncePolicy;
  readonly access: AccessState;
  /** No limit when left out. */
  readonly rateLimit?: RateLimitSettings;
  /** Made by `countersMemory`; threads take the cells from `firstThread` on. */
  readonly counters: SharedArrayBuffer;
  readonly firstThread: number;
}

export interface AttachedTracker {
  readonly logic: TrackerLogic;
  readonly access: AccessRules;
  readonly limit: RateLimiter | undefined;
}

/** `thread` counts from 0; `nowMs` is the one clock of all threads. */
export function attachTracker(
  shared: SharedTracker,
  thread: number,
  nowMs: () => number,
): AttachedTracker {
  const random = systemRandom();
  const access = new AccessRules(shared.access);
  const store = new MemorySwarmStore({ memory: shared.swarms, random: random.fork() });
  const logic = new TrackerLogic(
    { store, hooks: access.hooks, policy: shared.policy, random },
    nowMs,
    { memory: shared.counters, thread: shared.firstThread + thread },
  );
  const limit = shared.rateLimit === undefined ? undefined : new RateLimiter(shared.rateLimit);
  return { logic, access, limit };
}
