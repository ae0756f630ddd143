/** Datagrams to a running tracker (BEP 15, BEP 41), most of them under a connection id that it gave out. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Random } from '../../src/base/random.ts';
import { decodeUdpTrackerReply } from '../../src/protocol/udp-tracker-reply.ts';
import { encodeUdpConnectRequest } from '../../src/protocol/udp-tracker-request.ts';
import type { TrackerOptions } from '../../src/tracker-server/tracker-options.ts';
import type { LiveSession, LiveTarget } from './live-campaign.ts';
import { LiveTracker } from './live-tracker.ts';
import { udpRequestSamples, udpRequestTokens } from './tracker-targets.ts';

/** Sent before the tracker is waited for: fewer than a socket's buffer holds. */
const burst = 100;
const maxDatagramBytes = 60_000;
const answerMs = 500;
const maxTries = 10;
/** Of the marker's transaction, which no input's reply can have by chance more than once in a while. */
const markerId = 0x5eed_f00d;

class UdpFuzz implements LiveSession {
  readonly subject: LiveTracker;
  readonly #socket: Socket;
  readonly #connectionId = new Uint8Array(8);
  #sent = 0;
  #onMarker: ((connectionId: bigint) => void) | undefined;

  constructor(tracker: LiveTracker, socket: Socket) {
    this.subject = tracker;
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (packet) => {
      const reply = decodeUdpTrackerReply(packet);
      if (reply?.action !== 'connect' || reply.transactionId !== markerId) return;
      this.#onMarker?.(reply.connectionId);
    });
  }

  send(bytes: Uint8Array, random: Random): void | Promise<void> {
    const packet = bytes.slice(0, maxDatagramBytes);
    if (packet.length >= 16 && random.below(8) > 0) {
      packet.set(this.#connectionId);
      if (random.below(2) === 0) packet.set([0, 0, 0, random.below(5)], 8);
    }
    this.#socket.send(packet, () => {});
    if (++this.#sent % burst === 0) return this.settle();
  }

  /** A connect that is answered stands behind all that was sent. */
  async settle(): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const { promise, resolve } = Promise.withResolvers<bigint | undefined>();
      this.#onMarker = resolve;
      this.#socket.send(encodeUdpConnectRequest(markerId), () => {});
      const timer = setTimeout(() => resolve(undefined), answerMs);
      const connectionId = await promise;
      clearTimeout(timer);
      if (connectionId === undefined) continue;
      new DataView(this.#connectionId.buffer).setBigUint64(0, connectionId);
      return;
    }
    this.subject.requireAlive();
    throw new Error('the tracker answers no connect any more');
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.subject.stop();
  }
}

async function openUdp(options: TrackerOptions): Promise<LiveSession> {
  const tracker = await LiveTracker.start(options);
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  socket.connect(tracker.udpPort, '127.0.0.1');
  await once(socket, 'connect');
  const fuzz = new UdpFuzz(tracker, socket);
  await fuzz.settle();
  return fuzz;
}

const input = { samples: udpRequestSamples, tokens: udpRequestTokens };

export const liveUdpTargets: readonly LiveTarget[] = [
  { name: 'tracker-udp-socket', ...input, open: () => openUdp({ udpBackend: 'auto' }) },
  { name: 'tracker-udp-dgram', ...input, open: () => openUdp({ udpBackend: 'dgram' }) },
];
