/** A client that announces over UDP at its own pace while others do as they like, and how long it waits. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  decodeUdpTrackerReply,
  type UdpTrackerReply,
} from '../../src/protocol/udp-tracker-reply.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
} from '../../src/protocol/udp-tracker-request.ts';

export interface HonestFigures {
  readonly announces: number;
  readonly unanswered: number;
  readonly p50: number;
  readonly p99: number;
  readonly slowestMs: number;
  /** The fewest peers of its swarm in an answer, itself included. */
  readonly fewestPeers: number;
}

const everyMs = 50;
const patienceMs = 2_000;

export class HonestClient {
  readonly #socket: Socket;
  readonly #infoHash: Uint8Array;
  readonly #waiting = new Map<number, (reply: UdpTrackerReply | undefined) => void>();
  readonly #tookMs: number[] = [];
  #unanswered = 0;
  #fewestPeers = Number.POSITIVE_INFINITY;
  #transaction = 1;

  private constructor(socket: Socket, infoHash: Uint8Array) {
    this.#socket = socket;
    this.#infoHash = infoHash;
    socket.on('error', () => {});
    socket.on('message', (packet) => {
      const reply = decodeUdpTrackerReply(packet);
      if (reply !== undefined) this.#waiting.get(reply.transactionId)?.(reply);
    });
  }

  static async open(
    target: { readonly host: string; readonly port: number },
    infoHash: Uint8Array,
  ): Promise<HonestClient> {
    const socket = createSocket('udp4');
    socket.connect(target.port, target.host);
    await once(socket, 'connect');
    return new HonestClient(socket, infoHash);
  }

  /** Announces 20 times a second for as long as `work` lasts. */
  async during(work: Promise<unknown>): Promise<HonestFigures> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    const announces: Promise<void>[] = [];
    let connectionId = await this.#connect();
    for (let count = 1; !isOver; count++) {
      // An id is good for two minutes.
      if (count % 600 === 0) connectionId = await this.#connect();
      announces.push(this.#announce(connectionId, count % 2));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await Promise.all(announces);
    await over;
    return this.#figures();
  }

  close(): void {
    this.#socket.close();
  }

  async #connect(): Promise<bigint> {
    for (let tries = 0; tries < 5; tries++) {
      const reply = await this.#ask((id) => encodeUdpConnectRequest(id));
      if (reply?.action === 'connect') return reply.connectionId;
    }
    throw new Error('the honest client gets no connection id');
  }

  /** As one of two peers of its swarm. */
  async #announce(connectionId: bigint, peer: number): Promise<void> {
    const startMs = performance.now();
    const reply = await this.#ask((transactionId) =>
      encodeUdpAnnounceRequest({
        connectionId,
        transactionId,
        infoHash: this.#infoHash,
        peerId: new Uint8Array(20).fill(peer),
        downloadedBytes: 0,
        leftBytes: 1,
        uploadedBytes: 0,
        event: 'none',
        ipv4: 0,
        key: 1,
        numWant: 30,
        port: 5000 + peer,
      }),
    );
    if (reply?.action !== 'announce') {
      this.#unanswered++;
      return;
    }
    this.#tookMs.push(performance.now() - startMs);
    // The first announces find the swarm still empty.
    if (this.#tookMs.length > 2) {
      this.#fewestPeers = Math.min(this.#fewestPeers, reply.seeders + reply.leechers);
    }
  }

  async #ask(encode: (transactionId: number) => Uint8Array): Promise<UdpTrackerReply | undefined> {
    const transactionId = this.#transaction++;
    const { promise, resolve } = Promise.withResolvers<UdpTrackerReply | undefined>();
    this.#waiting.set(transactionId, resolve);
    const timer = setTimeout(() => resolve(undefined), patienceMs);
    this.#socket.send(encode(transactionId), () => {});
    const reply = await promise;
    clearTimeout(timer);
    this.#waiting.delete(transactionId);
    return reply;
  }

  #figures(): HonestFigures {
    const sorted = this.#tookMs.toSorted((a, b) => a - b);
    const at = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? patienceMs;
    return {
      announces: sorted.length + this.#unanswered,
      unanswered: this.#unanswered,
      p50: at(0.5),
      p99: at(0.99),
      slowestMs: sorted.at(-1) ?? patienceMs,
      fewestPeers: Number.isFinite(this.#fewestPeers) ? this.#fewestPeers : 0,
    };
  }
}
