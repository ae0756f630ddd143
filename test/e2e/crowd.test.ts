/** Many connections that lead to nothing: the limits hold, and whoever means it is still served. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as wire from '../../src/protocol/peer-wire-encoder.ts';
import { digestsOf } from './stage/content-folder.ts';
import { RawPeer } from './stage/raw-peer.ts';
import { Stage } from './stage/stage.ts';

const idlers = 60;
const maxPeers = 40;

test(`${idlers} idle and ${idlers} half-open peers do not keep an honest one out`, () =>
  Stage.set(async (stage) => {
    const folder = await stage.content();
    const { bytes, metainfo } = await stage.torrent(folder);
    const { infoHash } = metainfo;
    const seeder = await stage.client({ maxPeers });
    const place = { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true };
    const seeding = await seeder.add(bytes, place);
    const before = process.memoryUsage.rss();

    // They send half of a handshake and then nothing.
    const half = await many(() => RawPeer.connect(seeder.port));
    for (const peer of half) peer.listen().send(Uint8Array.of(19, 0x42, 0x69));
    await sleep(100);
    assert.equal(seeding.status().connectedPeers, 0, 'half a handshake is no peer');

    const copy = stage.path('copy');
    const peers = [{ host: '127.0.0.1', port: seeder.port }];
    const client = await stage.client();
    const torrent = await client.add(bytes, { dir: copy, peers });
    await torrent.completed(AbortSignal.timeout(10_000));
    assert.deepEqual(await digestsOf(copy), await digestsOf(stage.path('origin')));

    const idle = await many(() => RawPeer.connect(seeder.port, { infoHash }));
    for (const peer of idle) peer.listen().send(wire.encodeHaveNone());
    await sleep(300);
    const { connectedPeers } = seeding.status();
    assert.ok(connectedPeers <= maxPeers, `${connectedPeers} peers where ${maxPeers} are allowed`);
    const turnedAway = idle.filter(({ isClosed }) => isClosed).length;
    assert.ok(turnedAway >= idlers - maxPeers, `${turnedAway} were turned away`);
    const grownMiB = (process.memoryUsage.rss() - before) / 2 ** 20;
    assert.ok(grownMiB < 150, `${grownMiB} MiB more`);
    for (const peer of [...half, ...idle]) peer.destroy();
  }));

function many<T>(make: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: idlers }, make));
}
