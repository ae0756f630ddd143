/**
 * One case of the store's benchmark in a process of its own, so that its memory can be told:
 * `node --expose-gc store-case.ts CASE PEERS` prints one JSON object.
 */
import { SeededRandom } from '../../src/base/random.ts';
import { MemorySwarmStore } from '../../src/tracker/memory-swarm-store.ts';
import { createSwarmMemory } from '../../src/tracker/swarm-memory.ts';
import { median } from '../figures.ts';
import { LatencyHistogram } from '../load/latency-histogram.ts';
import type { AnnounceFigures, RestartFigures, ScaleFigures } from './store-figures.ts';
import { type Distribution, StorePopulation } from './store-population.ts';

const peerTimeoutMs = 45 * 60_000;
const startMs = 1_000_000;
const numWant = 30;

function makeStore(budgetBytes: number, isShared: boolean): MemorySwarmStore {
  const random = new SeededRandom(1);
  const memory = createSwarmMemory({ random, peerTimeoutMs, budgetBytes, isShared });
  return new MemorySwarmStore({ memory, random });
}

function fill(store: MemorySwarmStore, population: StorePopulation): void {
  for (let peer = 0; peer < population.peers; peer++) {
    const answer = population.announce(
      store,
      peer,
      0,
      startMs + (peer * 60_000) / population.peers,
    );
    if (typeof answer !== 'number') throw new Error(answer.reason);
  }
}

/** Nanoseconds of an announce of a known peer, of the processor and by the clock: medians of batches. */
function timeAnnounces(isShared: boolean, announces: number): AnnounceFigures {
  const store = makeStore(512 * 2 ** 20, isShared);
  const population = new StorePopulation('uniform', 10_000, 1_000_000);
  fill(store, population);
  const batches = 10;
  const each = Math.ceil(announces / batches);
  const wall: number[] = [];
  const cpu: number[] = [];
  let got = 0;
  for (let batch = 0; batch < batches; batch++) {
    const usage = process.cpuUsage();
    const started = performance.now();
    for (let i = 0; i < each; i++) {
      const peer = population.random.below(population.peers);
      got += Number(population.announce(store, peer, numWant, startMs + 61_000 + batch * 10));
    }
    wall.push(((performance.now() - started) * 1e6) / each);
    const { user, system } = process.cpuUsage(usage);
    cpu.push(((user + system) * 1000) / each);
  }
  return {
    wallNs: median(wall),
    cpuNs: median(cpu),
    peersEach: got / (each * batches),
    bytesPerPeer: store.usage().usedBytes / population.peers,
  };
}

/** Longest ticks, and how announces between them fare. */
class TickWatch {
  readonly announces = new LatencyHistogram();
  longestAnnounceMs = 0;
  longestTickMs = 0;
  ticks = 0;
  forgotten = 0;
  readonly #store: MemorySwarmStore;
  readonly #population: StorePopulation;

  constructor(store: MemorySwarmStore, population: StorePopulation) {
    this.#store = store;
    this.#population = population;
  }

  announce(peer: number, nowMs: number): void {
    const started = performance.now();
    const answer = this.#population.announce(this.#store, peer, numWant, nowMs);
    const tookMs = performance.now() - started;
    if (typeof answer !== 'number') throw new Error(answer.reason);
    this.announces.add(tookMs * 1000);
    this.longestAnnounceMs = Math.max(this.longestAnnounceMs, tookMs);
  }

  tick(nowMs: number): number {
    const started = performance.now();
    const forgotten = this.#store.tick(nowMs);
    this.longestTickMs = Math.max(this.longestTickMs, performance.now() - started);
    this.ticks++;
    this.forgotten += forgotten;
    return forgotten;
  }

  figures() {
    return {
      p50Ms: this.announces.percentileMs(0.5) ?? 0,
      p99Ms: this.announces.percentileMs(0.99) ?? 0,
      longestAnnounceMs: this.longestAnnounceMs,
      longestTickMs: this.longestTickMs,
      ticks: this.ticks,
      forgotten: this.forgotten,
    };
  }
}

function scale(distribution: Distribution, peers: number): ScaleFigures {
  const population = new StorePopulation(distribution, Math.ceil(peers / 10), peers);
  globalThis.gc?.();
  const emptyBytes = process.memoryUsage.rss();
  const store = makeStore(Math.max(64 * 2 ** 20, 64 * peers), true);
  const filling = performance.now();
  fill(store, population);
  const fillSeconds = (performance.now() - filling) / 1000;
  globalThis.gc?.();
  const bytesPerPeer = (process.memoryUsage.rss() - emptyBytes) / peers;
  const usedBytesPerPeer = store.usage().usedBytes / peers;
  const { swarms, seeders, leechers } = store.totals();
  if (seeders + leechers < 0.99 * peers) throw new Error(`only ${seeders + leechers} peers are in`);
  // Twenty minutes in which every other peer announces again and newcomers come, a tick each second.
  const steady = new TickWatch(store, population);
  const seconds = 1200;
  const perSecond = Math.ceil(peers / 2 / seconds);
  for (let second = 0; second < seconds; second++) {
    const nowMs = startMs + 60_000 + second * 1000;
    for (let i = 0; i < perSecond; i++) steady.announce(population.random.below(peers), nowMs);
    steady.tick(nowMs);
  }
  // Then all fall silent but a few, and are forgotten as fast as ticks can.
  const silent = new TickWatch(store, population);
  const laterMs = startMs + 60_000 + seconds * 1000 + peerTimeoutMs + 120_000;
  const started = performance.now();
  for (let idle = 0; idle < 20; ) {
    idle = silent.tick(laterMs) === 0 ? idle + 1 : 0;
    for (let i = 0; i < 200; i++) silent.announce(population.random.below(1000), laterMs);
  }
  const expirySeconds = (performance.now() - started) / 1000;
  if (store.totals().seeders + store.totals().leechers > 1000)
    throw new Error('silent peers remain');
  return {
    peers: seeders + leechers,
    swarms,
    fillSeconds,
    bytesPerPeer,
    usedBytesPerPeer,
    steady: steady.figures(),
    silent: silent.figures(),
    expirySeconds,
  };
}

function restart(peers: number): RestartFigures {
  const population = new StorePopulation('zipf', Math.ceil(peers / 10), peers);
  const store = makeStore(Math.max(64 * 2 ** 20, 64 * peers), true);
  fill(store, population);
  const chunks: Uint8Array[] = [];
  const nowMs = startMs + 61_000;
  let longestStepMs = 0;
  const started = performance.now();
  let stepStarted = started;
  for (const chunk of store.snapshot(nowMs)) {
    longestStepMs = Math.max(longestStepMs, performance.now() - stepStarted);
    chunks.push(chunk);
    stepStarted = performance.now();
  }
  const snapshotSeconds = (performance.now() - started) / 1000;
  const copy = makeStore(Math.max(64 * 2 ** 20, 64 * peers), true);
  const restoring = performance.now();
  const restorer = copy.restorer(nowMs, 1000);
  for (const chunk of chunks) restorer.push(chunk);
  const result = restorer.end();
  const restoreSeconds = (performance.now() - restoring) / 1000;
  if (result.problem !== undefined) throw new Error(result.problem);
  const before = store.totals();
  const after = copy.totals();
  return {
    peers: before.seeders + before.leechers,
    lost: before.seeders + before.leechers - after.seeders - after.leechers,
    bytes: chunks.reduce((sum, { length }) => sum + length, 0),
    snapshotSeconds,
    longestStepMs,
    restoreSeconds,
  };
}

const [name, count] = process.argv.slice(2);
const peers = Number(count);
const cases: Readonly<Record<string, () => unknown>> = {
  announce: () => timeAnnounces(false, peers),
  'announce-shared': () => timeAnnounces(true, peers),
  uniform: () => scale('uniform', peers),
  zipf: () => scale('zipf', peers),
  restart: () => restart(peers),
};
const run = cases[name ?? ''];
if (run === undefined) throw new Error(`there is no case "${name}"`);
process.stdout.write(`${JSON.stringify(run())}\n`);
