/** Peers that break the protocol, over real sockets: they are shown out, and the rest goes on. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { writeUint32 } from '../../src/base/bytes.ts';
import type { ClientTorrent, LogEntry } from '../../src/index.ts';
import { HANDSHAKE_BYTES } from '../../src/protocol/handshake.ts';
import * as wire from '../../src/protocol/peer-wire-encoder.ts';
import { digestsOf } from './stage/content-folder.ts';
import { RawPeer } from './stage/raw-peer.ts';
import { Stage } from './stage/stage.ts';

const KiB = 1024;
const pieceLength = 64 * KiB;
const pieceCount = 60;

type Breach = readonly [what: string, code: string | undefined, say: (peer: RawPeer) => void];

const breaches: readonly Breach[] = [
  ['a length of 4 GiB', 'WIRE_', (peer) => peer.send(Uint8Array.of(255, 255, 255, 255, 7))],
  ['a block of 1 MiB', 'WIRE_', (peer) => peer.send(Uint8Array.of(0, 16, 0, 9, 7))],
  ['a short bitfield', 'WIRE_', (peer) => peer.send(wire.encodeBitfield(new Uint8Array(3)))],
  [
    'a bitfield with spare bits',
    'WIRE_',
    (peer) => peer.send(wire.encodeBitfield(new Uint8Array(8).fill(255))),
  ],
  ['a have beyond the last piece', 'WIRE_', (peer) => peer.send(wire.encodeHave(pieceCount))],
  ['a block nobody asked for', 'WIRE_', (peer) => peer.send(block(3, 0, 16 * KiB))],
  ['a block beyond its piece', 'WIRE_', (peer) => peer.send(block(3, pieceLength, 16 * KiB))],
  [
    'a reject nobody is waiting for',
    'WIRE_',
    (peer) => peer.send(wire.encodeReject(1, 0, 16 * KiB)),
  ],
  [
    'an extension handshake that is none',
    'EXTENSION_',
    (peer) => peer.send(wire.encodeExtended(0, Uint8Array.of(0x64, 0xff, 0))),
  ],
];

function block(piece: number, begin: number, lengthBytes: number): Uint8Array {
  const message = new Uint8Array(wire.BLOCK_HEADER_BYTES + lengthBytes);
  wire.writeBlockHeader(message, 0, piece, begin, lengthBytes);
  return message;
}

interface Scene {
  readonly stage: Stage;
  readonly bytes: Uint8Array;
  readonly infoHash: string;
}

function play(act: (scene: Scene) => Promise<void>): Promise<void> {
  return Stage.set(async (stage) => {
    const folder = await stage.content('content', [['data.bin', pieceCount * pieceLength]]);
    const { bytes, metainfo } = await stage.torrent(folder, { pieceLength });
    await act({ stage, bytes, infoHash: metainfo.infoHash });
  });
}

async function seed({ stage, bytes }: Scene, upLimit?: number) {
  const client = await stage.client(upLimit === undefined ? {} : { upLimit });
  const place = { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true };
  return { client, torrent: await client.add(bytes, place) };
}

async function assertCompletes({ stage }: Scene, torrent: ClientTorrent): Promise<void> {
  await torrent.completed(AbortSignal.timeout(15_000));
  assert.deepEqual(await digestsOf(torrent.dir), await digestsOf(stage.path('origin')));
}

test('whoever breaks the protocol is disconnected and named; the transfer completes', () =>
  play(async (scene) => {
    const { stage, bytes, infoHash } = scene;
    const { client: seeder } = await seed(scene, 1.5 * KiB * KiB);
    const log: LogEntry[] = [];
    const client = await stage.client({ log: (entry) => log.push(entry) });
    const peers = [{ host: '127.0.0.1', port: seeder.port }];
    const torrent = await client.add(bytes, { dir: stage.path('copy'), peers });

    const strangers = await Promise.all(
      breaches.map(async ([what, code, say]) => {
        const peer = (await RawPeer.connect(client.port, { infoHash })).listen();
        say(peer);
        return { what, code, peer, port: peer.localPort };
      }),
    );
    const garbage = (await RawPeer.connect(client.port)).listen();
    garbage.send(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    const foreign = (await RawPeer.connect(client.port, { infoHash: 'ee'.repeat(20) })).listen();
    assert.ok(await garbage.isClosedWithin(5000), 'no handshake at all');
    assert.ok(await foreign.isClosedWithin(5000), 'a torrent that is not here');
    for (const { what, code, peer, port } of strangers) {
      assert.ok(await peer.isClosedWithin(5000), what);
      const told = log.find(({ remote, level }) => remote?.port === port && level !== 'debug');
      assert.ok(told?.code.startsWith(code ?? ''), `${what}: ${JSON.stringify(told)}`);
    }
    await assertCompletes(scene, torrent);
  }));

test('requests for what is not there get nothing and cost nothing', () =>
  play(async (scene) => {
    const { client: seeder, torrent } = await seed(scene);
    const { infoHash } = scene;
    for (const [piece, begin, length] of [
      [pieceCount, 0, 16 * KiB],
      [0xffff_ffff, 0, 16 * KiB],
      [0, pieceLength, 16 * KiB],
      [0, 0, 0xffff_ffff],
      [0, 0, 0],
      [0, 0xffff_fff0, 16 * KiB],
    ] as const) {
      const peer = (await RawPeer.connect(seeder.port, { infoHash })).listen();
      peer.send(wire.encodeInterested(), wire.encodeRequest(piece, begin, length));
      await peer.isClosedWithin(150);
      peer.destroy();
    }
    assert.equal(torrent.status().uploadedBytes, 0);
  }));

test('a flood of requests from peers that read nothing leaves others served and memory alone', () =>
  play(async (scene) => {
    const { stage, bytes, infoHash } = scene;
    const { client: seeder } = await seed(scene);
    const before = process.memoryUsage.rss();
    const requests = new Uint8Array(20_000 * wire.REQUEST_MESSAGE_BYTES);
    for (let i = 0; i < 20_000; i++) {
      wire.writeRequest(requests, i * wire.REQUEST_MESSAGE_BYTES, i % pieceCount, 0, 16 * KiB);
    }
    const flooders = await Promise.all(
      Array.from({ length: 3 }, () => RawPeer.connect(seeder.port, { infoHash })),
    );
    for (const flooder of flooders) {
      flooder.send(wire.encodeHaveNone(), wire.encodeInterested(), requests);
    }
    const client = await stage.client();
    const peers = [{ host: '127.0.0.1', port: seeder.port }];
    await assertCompletes(scene, await client.add(bytes, { dir: stage.path('copy'), peers }));
    const grownMiB = (process.memoryUsage.rss() - before) / KiB / KiB;
    assert.ok(grownMiB < 250, `${grownMiB} MiB more`);
    for (const flooder of flooders) flooder.destroy();
  }));

test('a peer that drips one byte a second does not hold up the end', () =>
  play(async (scene) => {
    const { stage, bytes } = scene;
    const { client: seeder } = await seed(scene, 3 * KiB * KiB);
    // It claims to have everything, lets us ask, and answers a byte a second.
    const drips: NodeJS.Timeout[] = [];
    const dripper = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (chunk) => {
        socket.write(chunk.subarray(0, HANDSHAKE_BYTES - 1));
        socket.write(Uint8Array.of(0x7e));
        socket.write(wire.encodeHaveAll());
        socket.write(wire.encodeUnchoke());
        socket.once('data', () => {
          const header = new Uint8Array(wire.BLOCK_HEADER_BYTES);
          writeUint32(header, 0, 9 + 16 * KiB);
          header[4] = 7;
          let sent = 0;
          drips.push(setInterval(() => socket.write(header.subarray(sent, ++sent)), 1000));
        });
      });
    });
    await new Promise<void>((resolve) => dripper.listen(0, '127.0.0.1', resolve));
    const address = dripper.address();
    assert.ok(typeof address === 'object' && address !== null);
    stage.onEnd(async () => {
      for (const drip of drips) clearInterval(drip);
      dripper.close();
    });
    const client = await stage.client();
    const ports = [address.port, seeder.port];
    const peers = ports.map((port) => ({ host: '127.0.0.1', port }));
    const torrent = await client.add(bytes, { dir: stage.path('copy'), peers });
    await assertCompletes(scene, torrent);
    assert.equal(drips.length, 1, 'it was asked');
  }));
