/**
 * One thread of our tracker's UDP side without sockets: answers prepared datagrams from swarms that other
 * threads share, first to fill them, then for the time that is measured.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SeededRandom } from '../../src/base/random.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
  encodeUdpScrapeRequest,
} from '../../src/protocol/udp-tracker-request.ts';
import { ConnectionIds } from '../../src/tracker/connection-id.ts';
import { noHooks } from '../../src/tracker/hooks.ts';
import { MemorySwarmStore } from '../../src/tracker/memory-swarm-store.ts';
import type { SwarmMemory } from '../../src/tracker/swarm-memory.ts';
import { TrackerLogic } from '../../src/tracker/tracker-logic.ts';
import { maxUdpReplyBytes, UdpResponder } from '../../src/tracker/udp-responder.ts';
import { LoadPopulation, type PopulationOptions } from './load-population.ts';

export interface ResponderThreadData {
  readonly memory: SwarmMemory;
  readonly counters: SharedArrayBuffer;
  readonly connectionSecret: Uint8Array;
  readonly population: PopulationOptions;
  readonly numWant: number;
  readonly thread: number;
  readonly threads: number;
  readonly milliseconds: number;
  /** One word: how many threads are ready. All begin when all are. */
  readonly ready: SharedArrayBuffer;
}

export interface ResponderFigures {
  readonly responsesPerSecond: number;
  /** Of the thread's own processor time: what it would answer with a core to itself. */
  readonly responsesPerCpuSecond: number;
  readonly unanswered: number;
}

const packets = 16_384;
const stride = 128;
const batch = 64;
const warmUpMs = 500;

const data = workerData as ResponderThreadData;
const population = new LoadPopulation(data.population);
const random = new SeededRandom(100 + data.thread);
const second = Math.floor(Date.now() / 1000);
const connectionIds = new ConnectionIds(data.connectionSecret);
const store = new MemorySwarmStore({ memory: data.memory, random: random.fork() });
const policy = {
  ...{ intervalMs: 1_800_000, intervalJitter: 0.1, minIntervalMs: 60_000 },
  ...{ defaultNumWant: 50, maxNumWant: 200 },
};
const context = { store, hooks: noHooks, policy, random: random.fork() };
const counters = { memory: data.counters, thread: data.thread };
const logic = new TrackerLogic(context, () => performance.now(), counters);
const responder = new UdpResponder({ logic, connectionIds });
const sources = Array.from({ length: population.sources }, (_, i) =>
  Uint8Array.of(127, 0, 0, 2 + i),
);
const output = new Uint8Array(batch * maxUdpReplyBytes);

function connectionId(source: number): bigint {
  const id = new Uint8Array(8);
  connectionIds.issue(sources[source]!, second, id, 0);
  return new DataView(id.buffer).getBigUint64(0);
}

function announce(source: number, swarm: number, peer: number, numWant: number): Uint8Array {
  return encodeUdpAnnounceRequest({
    connectionId: connectionId(source),
    transactionId: peer,
    infoHash: population.infoHash(swarm),
    peerId: new Uint8Array(20).fill(peer),
    downloadedBytes: 0,
    leftBytes: population.isSeeder(peer) ? 0 : 1,
    uploadedBytes: 0,
    event: 'none',
    ipv4: 0,
    key: 1,
    numWant,
    port: population.port(swarm, peer),
  });
}

/** Every peer of the swarms that are this thread's to fill. */
function fill(): void {
  responder.setTime(performance.now(), second);
  for (let swarm = data.thread; swarm < population.swarms; swarm += data.threads) {
    for (let source = 0; source < population.sources; source++) {
      for (let peer = 0; peer < population.peersPerSource; peer++) {
        const packet = announce(source, swarm, peer, 0);
        responder.respond(packet, 0, packet.length, sources[source]!, 9, output, 0);
      }
    }
  }
}

const input = new Uint8Array(packets * stride);
const lengths = new Uint16Array(packets);
const from = new Uint8Array(packets);
function prepare(): void {
  for (let i = 0; i < packets; i++) {
    const source = random.below(population.sources);
    const swarm = random.below(population.swarms);
    const draw = random.below(101);
    const packet =
      draw < 50
        ? encodeUdpConnectRequest(i)
        : draw < 100
          ? announce(source, swarm, random.below(population.peersPerSource), data.numWant)
          : encodeUdpScrapeRequest({
              connectionId: connectionId(source),
              transactionId: i,
              infoHashes: [population.infoHash(swarm)],
            });
    input.set(packet, i * stride);
    lengths[i] = packet.length;
    from[i] = source;
  }
}

function answer(milliseconds: number): ResponderFigures {
  const startMs = performance.now();
  const before = process.threadCpuUsage();
  let answered = 0;
  let asked = 0;
  for (let next = 0; ; next = (next + batch) % packets) {
    const nowMs = performance.now();
    if (nowMs - startMs >= milliseconds) break;
    responder.setTime(nowMs, second);
    for (let i = next; i < next + batch; i++) {
      const source = sources[from[i]!]!;
      const at = (i - next) * maxUdpReplyBytes;
      if (responder.respond(input, i * stride, lengths[i]!, source, 9, output, at) > 0) answered++;
    }
    asked += batch;
  }
  const { user, system } = process.threadCpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  const seconds = (performance.now() - startMs) / 1000;
  return {
    responsesPerSecond: answered / seconds,
    responsesPerCpuSecond: answered / cpuSeconds,
    unanswered: asked - answered,
  };
}

function untilAllAre(round: number): void {
  const ready = new Int32Array(data.ready);
  const wanted = round * data.threads;
  if (Atomics.add(ready, 0, 1) + 1 >= wanted) Atomics.notify(ready, 0);
  for (let now = Atomics.load(ready, 0); now < wanted; now = Atomics.load(ready, 0)) {
    Atomics.wait(ready, 0, now, 1000);
  }
}

fill();
prepare();
untilAllAre(1);
answer(warmUpMs);
untilAllAre(2);
parentPort?.postMessage(answer(data.milliseconds));
