/**
 * Carries the packets of a UDP load's sources, over batched system calls or, where there are none, over
 * node:dgram, which is slower than the trackers it is to measure.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { batchPackets, DatagramBatch } from './datagram-batch.ts';
import { connectDatagramSocket, dontWait, type Libc } from './libc.ts';
import { sourceAddress } from './load-population.ts';
import { requestWords, type UdpSource } from './udp-source.ts';

export interface UdpTarget {
  readonly host: string;
  readonly port: number;
}

export interface UdpExchange {
  readonly name: string;
  /** Exchanges packets until `isDone`, which is asked now and then, or the end of the time in µs. */
  run(untilUs: number, isDone: () => boolean): Promise<void>;
  close(): void;
}

const replyBytes = 2048;
const expireEveryUs = 20_000;
/** A turn that moves fewer is not worth its system calls: rest a little, so that more come together. */
const fewPackets = 48;
const restUs = 50;

export function nowUs(): number {
  return performance.now() * 1000;
}

export function openBatchedExchange(
  libc: Libc,
  sources: readonly UdpSource[],
  target: UdpTarget,
): UdpExchange {
  const sockets = sources.map((_, i) => connectDatagramSocket(libc, sourceAddress(i), target));
  const incoming = new DatagramBatch(libc, replyBytes);
  const outgoing = new DatagramBatch(libc, 128);

  /** Packets that moved. */
  const turn = (source: UdpSource, fd: number): number => {
    const received = libc.recvmmsg(fd, incoming.address, batchPackets, dontWait, 0);
    let now = nowUs();
    for (let i = 0; i < received; i++) {
      const start = i * replyBytes;
      source.take(incoming.words, incoming.bytes, start, incoming.length(i), now);
    }
    const count = Math.min(batchPackets, source.wanted);
    if (count === 0) return received;
    now = nowUs();
    for (let i = 0; i < count; i++) {
      outgoing.setLength(i, source.write(outgoing.words, outgoing.bytes, i << 5, now));
    }
    // What the system does not take is lost like any datagram, and its slot times out.
    libc.sendmmsg(fd, outgoing.address, count, dontWait);
    return count;
  };

  return {
    name: 'recvmmsg and sendmmsg',
    async run(untilUs, isDone) {
      let expireAtUs = 0;
      for (;;) {
        let moved = 0;
        for (let i = 0; i < sockets.length; i++) {
          moved += Math.max(0, turn(sources[i]!, sockets[i]!));
        }
        const now = nowUs();
        if (now >= expireAtUs) {
          for (const source of sources) source.expire(now);
          expireAtUs = now + expireEveryUs;
        }
        if (now >= untilUs || isDone()) return;
        if (moved < fewPackets) libc.usleep(restUs);
      }
    },
    close() {
      for (const fd of sockets) libc.close(fd);
    },
  };
}

export async function openPlainExchange(
  sources: readonly UdpSource[],
  target: UdpTarget,
): Promise<UdpExchange> {
  const sockets: Socket[] = [];
  const reply = new Uint8Array(replyBytes);
  const replyWords = new Int32Array(reply.buffer);
  for (const [i, source] of sources.entries()) {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    sockets.push(socket);
    socket.bind(0, sourceAddress(i));
    await once(socket, 'listening');
    socket.connect(target.port, target.host);
    await once(socket, 'connect');
    socket.on('error', () => {});
    socket.on('message', (packet) => {
      // An answer has to lie where words begin.
      reply.set(packet.subarray(0, replyBytes));
      source.take(replyWords, reply, 0, Math.min(replyBytes, packet.length), nowUs());
    });
  }
  const send = (source: UdpSource, socket: Socket) => {
    for (let left = source.wanted; left > 0; left--) {
      const request = new Int32Array(requestWords);
      const bytes = new Uint8Array(request.buffer);
      const length = source.write(request, bytes, 0, nowUs());
      if (length === 0) return;
      socket.send(bytes, 0, length, () => {});
    }
  };
  return {
    name: 'node:dgram',
    async run(untilUs, isDone) {
      let expireAtUs = 0;
      while (nowUs() < untilUs && !isDone()) {
        const now = nowUs();
        if (now >= expireAtUs) {
          for (const source of sources) source.expire(now);
          expireAtUs = now + expireEveryUs;
        }
        for (const [i, source] of sources.entries()) send(source, sockets[i]!);
        await nextTurn();
      }
    },
    close() {
      for (const socket of sockets) socket.close();
    },
  };
}
