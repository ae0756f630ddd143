/**
 * Threads that announce into one memory at once. This file is their program too: in a worker it does
 * that worker's part, with peers of its own in swarms that all share.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { writeUint32 } from '../../base/bytes.ts';
import { SeededRandom } from '../../base/random.ts';
import { MemorySwarmStore } from '../memory-swarm-store.ts';
import { createSwarmMemory, type SwarmMemory } from '../swarm-memory.ts';
import type { AnnounceOutput } from '../swarm-store.ts';

interface Part {
  readonly memory: SwarmMemory;
  readonly thread: number;
  readonly operations: number;
  readonly swarms: number;
  /** Peers may be refused, and swarms be given up. */
  readonly isTight: boolean;
}

/** By `swarm:address`, whether it is a seeder. */
type Peers = Map<string, boolean>;

const threads = 3;
const peersPerThread = 6000;

function work({ memory, thread, operations, swarms, isTight }: Part): Peers {
  const random = new SeededRandom(thread + 1);
  const store = new MemorySwarmStore({ memory, random });
  const mine: Peers = new Map();
  const infoHash = new Uint8Array(20);
  const address = new Uint8Array(4);
  const peerId = new Uint8Array(20).fill(thread);
  const output: AnnounceOutput = {
    seeders: 0,
    leechers: 0,
    downloads: 0,
    ipv4: new Uint8Array(300),
    ipv4At: 0,
    ipv4Count: 0,
    ipv6: new Uint8Array(900),
    ipv6At: 0,
    ipv6Count: 0,
  };
  for (let i = 0; i < operations; i++) {
    // Half of all go to one swarm, so that a pool of many pages is shared.
    const swarm = random.next() < 0.5 ? 0 : random.below(swarms);
    const peer = random.below(peersPerThread);
    const isSeeder = random.next() < 0.3;
    const event = random.next() < 0.3 ? 'stopped' : 'none';
    writeUint32(infoHash, 0, swarm);
    writeUint32(address, 0, 0x0800_0000 + thread * peersPerThread + peer);
    const asked = { infoHash, address, port: 7, peerId, event, isSeeder, numWant: 20 } as const;
    const request = { ...asked, wantsBothFamilies: false, wantsPeerIds: false };
    const failure = store.announceNow(request, 1000 + i / 100, output);
    assert.ok(isTight || failure === undefined);
    const name = `${swarm}:${address.join('.')}`;
    if (event === 'stopped') mine.delete(name);
    else mine.set(name, isSeeder);
    if (thread === 0 && i % 1000 === 0) store.tick(1000 + i / 100);
  }
  return mine;
}

if (isMainThread) {
  test('threads in one memory leave exactly what each of them did', async () => {
    const random = new SeededRandom(9);
    const options = { random, peerTimeoutMs: 600_000, budgetBytes: 32 * 2 ** 20, isShared: true };
    const memory = createSwarmMemory(options);
    const parts = await Promise.all(
      Array.from({ length: threads }, async (_, thread) => {
        const part: Part = { memory, thread, operations: 60_000, swarms: 3000, isTight: false };
        const worker = new Worker(new URL(import.meta.url), { workerData: part });
        const [peers] = (await once(worker, 'message')) as [Peers];
        await worker.terminate();
        return peers;
      }),
    );
    const store = new MemorySwarmStore({ memory, random });
    store.checkInvariants();
    const expected: Peers = new Map(parts.flatMap((part) => [...part]));
    const found: Peers = new Map();
    const swarms = new Set([...expected.keys()].map((name) => name.split(':')[0]));
    store.scan(2000).next(100_000, (all) => {
      assert.ok(!('code' in all));
      assert.equal(all.length, swarms.size);
      for (const swarm of all) {
        const number = new DataView(swarm.infoHash.buffer).getUint32(0);
        for (const { address, isSeeder } of swarm.peers(100_000)) {
          found.set(`${number}:${address.join('.')}`, isSeeder);
        }
      }
    });
    assert.deepEqual(found.size, expected.size);
    for (const [name, isSeeder] of expected) assert.equal(found.get(name), isSeeder, name);
    const seeders = [...expected.values()].filter((isSeeder) => isSeeder).length;
    const totals = { swarms: swarms.size, seeders, leechers: expected.size - seeders };
    assert.deepEqual(store.totals(), totals);
  });

  test('threads that flood a small memory keep it whole', async () => {
    const random = new SeededRandom(9);
    const options = { random, peerTimeoutMs: 600_000, budgetBytes: 2 ** 20, isShared: true };
    const memory = createSwarmMemory(options);
    await Promise.all(
      Array.from({ length: threads }, async (_, thread) => {
        const part: Part = { memory, thread, operations: 40_000, swarms: 1e6, isTight: true };
        const worker = new Worker(new URL(import.meta.url), { workerData: part });
        await once(worker, 'message');
        await worker.terminate();
      }),
    );
    new MemorySwarmStore({ memory, random }).checkInvariants();
  });
} else {
  parentPort?.postMessage(work(workerData));
}
