/** Where a tracker's swarms live: in this process, in Redis, or in a store of the embedding program. */
import { RedisSwarmStore } from '../node/redis/redis-swarm-store.ts';
import { systemRandom } from '../node/system-random.ts';
import { MemorySwarmStore } from '../tracker/memory-swarm-store.ts';
import { createSwarmMemory, type SwarmMemory } from '../tracker/swarm-memory.ts';
import type { SwarmStore } from '../tracker/swarm-store.ts';
import type { TrackerLog } from './tracker-log.ts';
import type { TrackerSettings } from './tracker-options.ts';

export interface OpenedStore {
  readonly store: SwarmStore;
  /** Swarms in this process: threads may attach to the memory, and the store has snapshots. */
  readonly own?: { readonly memory: SwarmMemory; readonly store: MemorySwarmStore };
  /** 32 bytes that all nodes share; `onChange` when another node's turn out to be the right ones. */
  connectionSecret?(onChange: (secret: Uint8Array) => void): Promise<Uint8Array>;
  /** Idempotent. */
  close(): Promise<void>;
}

export async function openStore(settings: TrackerSettings, log: TrackerLog): Promise<OpenedStore> {
  const { options } = settings;
  if (options.store !== undefined) return { store: options.store, close: nothing };
  const own = ownSwarms(settings);
  if (options.swarmStore === undefined) return { store: own.store, own, close: nothing };
  const { peerTimeoutMs } = settings;
  const store = await RedisSwarmStore.open(options.swarmStore, {
    local: own.store,
    peerTimeoutMs,
    onHealth: (health) => {
      if (health.status === 'ok') log.info('the swarm store is in reach again');
      else log.warn(health.problem);
    },
  });
  return {
    store,
    connectionSecret: (onChange) => store.sharedSecret('connection-ids', onChange),
    close: () => store.close(),
  };
}

function ownSwarms(settings: TrackerSettings) {
  const { peerTimeoutMs, memoryBytes, udpBackend, options } = settings;
  const random = systemRandom();
  const memory = createSwarmMemory({
    random,
    peerTimeoutMs,
    budgetBytes: memoryBytes,
    isShared: udpBackend !== 'dgram' && options.swarmStore === undefined,
    keepsPeerIds: options.keepsPeerIds ?? false,
  });
  return { memory, store: new MemorySwarmStore({ memory, random }) };
}

async function nothing(): Promise<void> {}
