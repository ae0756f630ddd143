/** The UDP side of the tracker against datagrams made by hand: what proves nothing meets silence. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { readUint32 } from '../base/bytes.ts';
import { decodeUdpTrackerReply, type UdpTrackerReply } from '../protocol/udp-tracker-reply.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
  encodeUdpScrapeRequest,
} from '../protocol/udp-tracker-request.ts';
import { Tracker } from './tracker.ts';

const tracker = await Tracker.listen({ host: '0.0.0.0', port: 0 });
after(() => tracker.close());

const sockets: Socket[] = [];
after(() => {
  for (const socket of sockets) socket.close();
});

async function bound(host: string): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket;
}

let nextTransactionId = 1;

/**
 * Sends the packets, then a connect, and returns what came back before the answer to that: datagrams
 * on loopback keep their order, so no answer then is no answer at all.
 */
async function send(socket: Socket, ...packets: Uint8Array[]): Promise<Uint8Array[]> {
  const fence = 0xf000_0000 + nextTransactionId++;
  const received: Uint8Array[] = [];
  return await new Promise((resolve) => {
    const onMessage = (packet: Uint8Array): void => {
      if (packet.length >= 8 && readUint32(packet, 4) === fence) {
        socket.off('message', onMessage);
        resolve(received);
      } else {
        received.push(packet);
      }
    };
    socket.on('message', onMessage);
    for (const packet of packets) socket.send(packet, tracker.udpPort, '127.0.0.1');
    socket.send(encodeUdpConnectRequest(fence), tracker.udpPort, '127.0.0.1');
  });
}

async function connectionIdFor(socket: Socket): Promise<bigint> {
  const [packet] = await send(socket, encodeUdpConnectRequest(77));
  assert.equal(packet?.length, 16);
  const reply = decodeUdpTrackerReply(packet);
  assert.ok(reply?.action === 'connect' && reply.transactionId === 77);
  return reply.connectionId;
}

function announcePacket(connectionId: bigint, port = 6881, ipv4 = 0): Uint8Array {
  return encodeUdpAnnounceRequest({
    connectionId,
    transactionId: 5,
    infoHash: new Uint8Array(20).fill(3),
    peerId: new Uint8Array(20).fill(4),
    downloadedBytes: 0,
    leftBytes: 1,
    uploadedBytes: 0,
    event: 'started',
    ipv4,
    key: 0,
    numWant: -1,
    port,
  });
}

function decoded(packets: readonly Uint8Array[]): (UdpTrackerReply | undefined)[] {
  return packets.map(decodeUdpTrackerReply);
}

test('an id works from the address it was issued to, and from no other', async () => {
  const socket = await bound('127.0.0.1');
  const stranger = await bound('127.0.0.2');
  const id = await connectionIdFor(socket);
  assert.equal(decoded(await send(socket, announcePacket(id)))[0]?.action, 'announce');
  assert.deepEqual(await send(stranger, announcePacket(id)), []);
});

test('guessed ids meet silence, and leave no peer behind', async () => {
  const socket = await bound('127.0.0.3');
  const before = tracker.stats().peers;
  const guesses = [0n, 0x417_2710_1980n, 0xffff_ffff_ffff_ffffn, await connectionIdFor(socket)];
  guesses[3]! ^= 1n;
  for (const guess of guesses) {
    const scrape = { connectionId: guess, transactionId: 1, infoHashes: [new Uint8Array(20)] };
    const packets = [announcePacket(guess), encodeUdpScrapeRequest(scrape)];
    assert.deepEqual(await send(socket, ...packets), []);
  }
  assert.equal(tracker.stats().peers, before);
});

test('short and unknown packets meet silence, and are counted', async () => {
  const socket = await bound('127.0.0.1');
  const id = await connectionIdFor(socket);
  const before = tracker.stats().udp.invalid;
  const whole = announcePacket(id);
  const packets = [0, 1, 8, 15, 16, 50, 97].map((length) => whole.subarray(0, length));
  const unknownAction = whole.slice();
  unknownAction[11] = 7;
  assert.deepEqual(await send(socket, ...packets, unknownAction), []);
  assert.equal(tracker.stats().udp.invalid - before, 8);
});

test('any bytes under a good id, and any bytes at all, leave the tracker standing', async () => {
  const socket = await bound('127.0.0.1');
  const id = await connectionIdFor(socket);
  for (let round = 0; round < 20; round++) {
    const packets = Array.from({ length: 20 }, (_, i) => {
      const packet = announcePacket(id, 6881, 1);
      randomBytes(6).copy(packet, 8 + ((round * 20 + i) % 90));
      return i % 2 === 0 ? packet : new Uint8Array(randomBytes(1 + round * 9 + i));
    });
    await send(socket, ...packets);
  }
  assert.equal(decoded(await send(socket, announcePacket(id)))[0]?.action, 'announce');
});

test('a bad port is refused in words', async () => {
  const socket = await bound('127.0.0.1');
  const id = await connectionIdFor(socket);
  const [reply] = decoded(await send(socket, announcePacket(id, 0)));
  assert.ok(reply?.action === 'error' && reply.transactionId === 5);
  assert.match(reply.message, /port/);
});

test('the address field counts within a private network only', async () => {
  const socket = await bound('127.0.0.9');
  const id = await connectionIdFor(socket);
  const infoHash = new Uint8Array(20).fill(0x55);
  const packet = (port: number, ipv4: number) => {
    const bytes = announcePacket(id, port, ipv4);
    bytes.set(infoHash, 16);
    return bytes;
  };
  await send(socket, packet(1, 0x0a00_0005), packet(2, 0x0909_0909));
  const [reply] = decoded(await send(socket, packet(3, 0)));
  assert.ok(reply?.action === 'announce');
  const hosts = [0, 6].map((at) => reply.peers.subarray(at, at + 4).join('.')).sort();
  assert.deepEqual(hosts, ['10.0.0.5', '127.0.0.9']);
});

test('a full scrape answers all 74', async () => {
  const socket = await bound('127.0.0.1');
  const connectionId = await connectionIdFor(socket);
  const infoHashes = Array.from({ length: 74 }, (_, i) => new Uint8Array(20).fill(i));
  const packet = encodeUdpScrapeRequest({ connectionId, transactionId: 9, infoHashes });
  const [reply] = decoded(await send(socket, packet));
  assert.ok(reply?.action === 'scrape' && reply.swarms.length === 74);
});
