/**
 * The UDP port of a real tracker process toward addresses that have proven nothing (BEP 15): silence, or
 * no more bytes than came. Both ways to answer UDP are tried.
 */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { after, describe, test } from 'node:test';
import { SeededRandom } from '../../src/base/random.ts';
import { decodeUdpTrackerReply } from '../../src/protocol/udp-tracker-reply.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
  encodeUdpScrapeRequest,
  udpTrackerProtocolId,
} from '../../src/protocol/udp-tracker-request.ts';
import { InputMaker } from '../fuzz/input-maker.ts';
import { LiveTracker } from '../fuzz/live-tracker.ts';
import { udpRequestSamples, udpRequestTokens } from '../fuzz/tracker-targets.ts';

const infoHash = new Uint8Array(20).fill(0x77);

interface Received {
  readonly packets: readonly Uint8Array[];
  readonly bytes: number;
}

/** A socket at an address of its own, and what it gets. */
class Correspondent {
  readonly #socket: Socket;
  readonly #port: number;
  #received: Uint8Array[] = [];
  #fence = 0;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on('message', (packet) => this.#received.push(packet));
  }

  static async at(host: string, port: number): Promise<Correspondent> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.bind(0, host);
    await once(socket, 'listening');
    return new Correspondent(socket, port);
  }

  /**
   * What the packets were answered with: all that comes before the answer to a connect that is sent
   * behind them. Datagrams on loopback keep their order.
   */
  async send(packets: readonly Uint8Array[]): Promise<Received> {
    this.#received = [];
    for (const packet of packets) this.#socket.send(packet, this.#port, '127.0.0.1');
    const fence = 0xfe00_0000 + ++this.#fence;
    this.#socket.send(encodeUdpConnectRequest(fence), this.#port, '127.0.0.1');
    const isFence = (packet: Uint8Array) => decodeUdpTrackerReply(packet)?.transactionId === fence;
    const signal = AbortSignal.timeout(5000);
    while (!this.#received.some(isFence)) await once(this.#socket, 'message', { signal });
    const answers = this.#received.filter((packet) => !isFence(packet));
    return { packets: answers, bytes: answers.reduce((sum, { length }) => sum + length, 0) };
  }

  async connectionId(): Promise<bigint> {
    const { packets } = await this.send([encodeUdpConnectRequest(9)]);
    const reply = decodeUdpTrackerReply(packets[0] ?? new Uint8Array(0));
    assert.ok(reply?.action === 'connect');
    return reply.connectionId;
  }

  close(): void {
    this.#socket.close();
  }
}

function announce(connectionId: bigint, port = 6881, ipv4 = 0): Uint8Array {
  return encodeUdpAnnounceRequest({
    ...{ connectionId, transactionId: 5, infoHash, peerId: new Uint8Array(20), port, ipv4, key: 0 },
    ...{ downloadedBytes: 0, leftBytes: 1, uploadedBytes: 0, event: 'started', numWant: 200 },
  });
}

for (const udpBackend of ['auto', 'dgram'] as const) {
  describe(`UDP toward unproven addresses, ${udpBackend}`, async () => {
    const tracker = await LiveTracker.start({ udpBackend });
    const [near, far] = await Promise.all(
      ['127.0.0.7', '127.0.0.8'].map((host) => Correspondent.at(host, tracker.udpPort)),
    );
    assert.ok(near !== undefined && far !== undefined);
    after(async () => {
      near.close();
      far.close();
      await tracker.stop();
    });

    test('a swarm is no amplifier for who has no connection id', async () => {
      const id = await near.connectionId();
      const peers = Array.from({ length: 60 }, (_, i) => announce(id, 2000 + i));
      const { packets } = await near.send(peers);
      assert.equal(packets.length, 60, 'with an id every announce is answered');
      assert.ok(
        (packets.at(-1)?.length ?? 0) > 98,
        'and a full swarm answers with more than it got',
      );
      const silent = await far.send(peers);
      assert.deepEqual(silent.packets, []);
    });

    test('nobody gets more bytes than they sent, whatever they send', async () => {
      const maker = new InputMaker(
        { name: 'reflection', samples: udpRequestSamples, tokens: udpRequestTokens },
        7,
      );
      let sent = 0;
      let received = 0;
      for (let round = 0; round < 40; round++) {
        const packets = Array.from({ length: 50 }, (_, i) =>
          maker.make(round * 50 + i).bytes.slice(0, 9000),
        );
        sent += packets.reduce((sum, { length }) => sum + length, 0);
        const answers = await far.send(packets);
        received += answers.bytes;
        for (const { length } of answers.packets)
          assert.equal(length, 16, 'only connects are answered');
      }
      assert.ok(received > 0 && received <= sent, `${received} bytes for ${sent}`);
    });

    test("the protocol's constant, another's id or a guessed one are met by silence", async () => {
      const others = await near.connectionId();
      const own = await far.connectionId();
      const random = new SeededRandom(4);
      const guessed = Array.from({ length: 500 }, () => {
        const low = BigInt(random.below(2 ** 32));
        // The first byte tells the second of issue; that much is easy to guess.
        return ((own >> 56n) << 56n) | (BigInt(random.below(2 ** 24)) << 32n) | low;
      });
      const ids = [udpTrackerProtocolId, others, 0n, 2n ** 64n - 1n, own ^ 1n, own ^ (1n << 63n)];
      const refused = [...ids, ...guessed].filter((id) => id !== own);
      const scrape = encodeUdpScrapeRequest({
        connectionId: others,
        transactionId: 6,
        infoHashes: [infoHash],
      });
      const silent = await far.send([...refused.map((id) => announce(id)), scrape]);
      assert.deepEqual(silent.packets, []);
      const { packets } = await far.send([announce(own)]);
      assert.equal(decodeUdpTrackerReply(packets[0]!)?.action, 'announce');
    });

    test('the address in a datagram does not list a stranger', async () => {
      const claimed = 0x0808_0808;
      const id = await near.connectionId();
      const other = new Uint8Array(20).fill(0x78);
      const of = (port: number, ipv4: number) => {
        const packet = announce(id, port, ipv4);
        packet.set(other, 16);
        return packet;
      };
      await near.send([of(1000, claimed)]);
      const { packets } = await near.send([of(1001, 0)]);
      assert.deepEqual([...packets[0]!.subarray(20)], [127, 0, 0, 7, 1000 >> 8, 1000 & 255]);
    });
  });
}
