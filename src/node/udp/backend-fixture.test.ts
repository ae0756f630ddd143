/** A UDP tracker on a free port with either backend, and clients with sockets of their own. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { readUint32 } from '../../base/bytes.ts';
import { decodeUdpTrackerReply, type UdpTrackerReply } from '../../protocol/udp-tracker-reply.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
  type UdpAnnounceRequest,
} from '../../protocol/udp-tracker-request.ts';
import { AccessRules, openAccess } from '../../tracker/access.ts';
import { MemorySwarmStore } from '../../tracker/memory-swarm-store.ts';
import { countersMemory } from '../../tracker/stats.ts';
import { createSwarmMemory } from '../../tracker/swarm-memory.ts';
import type { SwarmStore } from '../../tracker/swarm-store.ts';
import { TrackerLogic } from '../../tracker/tracker-logic.ts';
import { systemRandom } from '../system-random.ts';
import { UdpTrackerServer, type UdpTrackerServerOptions } from '../udp-tracker-server.ts';
import type { SharedTracker } from './shared-tracker.ts';

const policy = {
  intervalMs: 1_800_000,
  intervalJitter: 0.1,
  minIntervalMs: 60_000,
  defaultNumWant: 50,
  maxNumWant: 200,
};

export interface TestTracker {
  readonly server: UdpTrackerServer;
  readonly logic: TrackerLogic;
  readonly access: AccessRules;
}

export const mostWorkers = 2;

/** `wrap` puts another store before the one in memory. */
export function trackerParts(wrap = (memory: MemorySwarmStore): SwarmStore => memory): {
  logic: TrackerLogic;
  access: AccessRules;
  shared: SharedTracker;
} {
  const random = systemRandom();
  const counters = countersMemory(1 + mostWorkers);
  const swarms = createSwarmMemory({
    random,
    peerTimeoutMs: 3_600_000,
    budgetBytes: 8 * 2 ** 20,
    isShared: true,
  });
  const memory = new MemorySwarmStore({ memory: swarms, random: random.fork() });
  const store = wrap(memory);
  const access = new AccessRules(openAccess);
  const context = { store, hooks: access.hooks, policy, random };
  const logic = new TrackerLogic(context, () => performance.now(), { memory: counters, thread: 0 });
  return {
    logic,
    access,
    shared: { swarms, policy, access: openAccess, counters, firstThread: 1 },
  };
}

/** Closed when the test ends, whatever comes of it. */
export async function listen(
  t: TestContext,
  options: Partial<Omit<UdpTrackerServerOptions, 'logic' | 'shared'>>,
): Promise<TestTracker> {
  const { logic, access, shared } = trackerParts();
  const server = await UdpTrackerServer.listen({ port: 0, ...options, logic, shared });
  t.after(() => server.close());
  return { server, logic, access };
}

/** One socket that asks one tracker; an answer that does not come within the wait is silence. */
export class UdpClient {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #host: string;
  #transactionId = 1;
  #isClosed = false;

  private constructor(socket: Socket, host: string, port: number) {
    this.#socket = socket;
    this.#host = host;
    this.#port = port;
  }

  /** `from` is an address of this machine. */
  static async open(
    t: TestContext,
    port: number,
    host = '127.0.0.1',
    from = host,
  ): Promise<UdpClient> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, from);
    const client = new UdpClient(socket, host, port);
    t.after(() => client.close());
    await once(socket, 'listening');
    return client;
  }

  /** Idempotent. */
  close(): void {
    if (!this.#isClosed) this.#socket.close();
    this.#isClosed = true;
  }

  /** Whatever comes back from now on. */
  onReply(take: (packet: Uint8Array) => void): void {
    this.#socket.on('message', take);
  }

  /**
   * Sends the packets, then a connect, and returns what came back before the answer to that: datagrams
   * of one socket keep their order on loopback, so no answer then is no answer at all.
   */
  async exchange(...packets: Uint8Array[]): Promise<Uint8Array[]> {
    const fence = 0xf000_0000 + this.#transactionId++;
    const received: Uint8Array[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const onMessage = (packet: Uint8Array): void => {
      if (packet.length >= 8 && readUint32(packet, 4) === fence) resolve();
      else received.push(packet);
    };
    this.#socket.on('message', onMessage);
    for (const packet of packets) this.#socket.send(packet, this.#port, this.#host);
    const sendFence = (): void => {
      this.#socket.send(encodeUdpConnectRequest(fence), this.#port, this.#host);
    };
    sendFence();
    // Only a datagram that the system dropped needs another.
    const again = setInterval(sendFence, 1000);
    await promise;
    clearInterval(again);
    this.#socket.off('message', onMessage);
    return received;
  }

  async ask(packet: Uint8Array): Promise<UdpTrackerReply | undefined> {
    const [reply] = await this.exchange(packet);
    return reply === undefined ? undefined : decodeUdpTrackerReply(reply);
  }

  async connect(): Promise<bigint> {
    const reply = await this.ask(encodeUdpConnectRequest(77));
    assert.ok(reply?.action === 'connect' && reply.transactionId === 77);
    return reply.connectionId;
  }
}

export function announcePacket(
  connectionId: bigint,
  more: Partial<Omit<UdpAnnounceRequest, 'action'>> = {},
): Uint8Array {
  return encodeUdpAnnounceRequest({
    connectionId,
    transactionId: 5,
    infoHash: new Uint8Array(20).fill(3),
    peerId: new Uint8Array(20).fill(4),
    downloadedBytes: 0,
    leftBytes: 1,
    uploadedBytes: 0,
    event: 'started',
    ipv4: 0,
    key: 0,
    numWant: -1,
    port: 6881,
    ...more,
  });
}
