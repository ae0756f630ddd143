/** What every way of serving UDP clients has to do, over real sockets. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { encodeUdpScrapeRequest } from '../../protocol/udp-tracker-request.ts';
import type { AccessState } from '../../tracker/access.ts';
import { errorCode } from '../socket-cause.ts';
import { announcePacket, listen, UdpClient } from './backend-fixture.test.ts';
import { loadLibc } from './libc.ts';
import type { UdpBackendName } from './udp-backend.ts';

const noBatch = await loadLibc().then(
  () => false,
  (error: Error) => error.message,
);
const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
const noIpv6 = addresses.some(({ address }) => address === '::1')
  ? false
  : 'no IPv6 here: enable it';

const kinds: readonly (readonly [UdpBackendName, number])[] = [
  ['dgram', 1],
  ['batch', 1],
  ['batch', 2],
];

for (const [backend, workers] of kinds) {
  const skip = backend === 'batch' ? noBatch : false;
  const title = `${backend} with ${workers === 1 ? 'one thread' : `${workers} threads`}`;
  describe(title, { skip }, () => {
    test('both families are served on one port, each peer in its own', {
      skip: noIpv6,
    }, async (t) => {
      const { server } = await listen(t, { backend, workers });
      assert.deepEqual([server.backend, server.workers], [backend, workers]);
      for (const [host, recordBytes] of [
        ['127.0.0.1', 6],
        ['::1', 18],
      ] as const) {
        const client = await UdpClient.open(t, server.port, host);
        const id = await client.connect();
        await client.ask(announcePacket(id, { port: 1 }));
        const reply = await client.ask(announcePacket(id, { port: 2 }));
        assert.ok(reply?.action === 'announce' && reply.leechers >= 2);
        assert.equal(reply.peers.length, recordBytes);
        assert.deepEqual([...reply.peers.subarray(-2)], [0, 1]);
      }
    });

    test('an id works from its address and no other, on every thread', async (t) => {
      const { server, logic } = await listen(t, { backend, workers, host: '127.0.0.1' });
      const first = await UdpClient.open(t, server.port);
      const id = await first.connect();
      for (let i = 0; i < 8; i++) {
        const sibling = await UdpClient.open(t, server.port);
        assert.equal((await sibling.ask(announcePacket(id, { port: i + 1 })))?.action, 'announce');
        const stranger = await UdpClient.open(t, server.port, '127.0.0.1', '127.0.0.2');
        assert.equal(await stranger.ask(announcePacket(id)), undefined);
      }
      await server.close();
      const { announces, invalid } = logic.counts().udp;
      assert.deepEqual([announces, invalid], [8, 8]);
    });

    test('many clients at once are all answered', async (t) => {
      const { server, logic } = await listen(t, { backend, workers, host: '127.0.0.1' });
      const clients = await Promise.all(
        Array.from({ length: 20 }, () => UdpClient.open(t, server.port)),
      );
      const replies = await Promise.all(
        clients.map(async (client, number) => {
          const id = await client.connect();
          const packets = Array.from({ length: 100 }, (_, i) =>
            announcePacket(id, { port: 1 + number * 100 + i, transactionId: i }),
          );
          return await client.exchange(...packets);
        }),
      );
      for (const list of replies) assert.equal(list.length, 100);
      const id = await clients[0]!.connect();
      const infoHashes = [new Uint8Array(20).fill(3)];
      const reply = await clients[0]!.ask(
        encodeUdpScrapeRequest({ connectionId: id, transactionId: 3, infoHashes }),
      );
      assert.ok(reply?.action === 'scrape');
      assert.equal(reply.swarms[0]?.leechers, 2000);
      assert.deepEqual([logic.counts().udp.announces, logic.counts().udp.scrapes], [2000, 1]);
      assert.equal(logic.totals().leechers, 2000);
    });

    test('garbage of any length is silence and no more', async (t) => {
      const { server } = await listen(t, { backend, workers, host: '127.0.0.1' });
      const client = await UdpClient.open(t, server.port);
      const id = await client.connect();
      for (let round = 0; round < 10; round++) {
        const packets = Array.from({ length: 50 }, (_, i) => new Uint8Array(randomBytes(3 * i)));
        packets.push(new Uint8Array(randomBytes(9000)), new Uint8Array(randomBytes(60_000)));
        assert.deepEqual(await client.exchange(...packets), []);
      }
      // What follows an announce is passed over, however long it is.
      const long = new Uint8Array(5000);
      long.set(announcePacket(id));
      assert.equal((await client.ask(long))?.action, 'announce');
    });

    test('new access rules and a new secret are in force a moment later', async (t) => {
      const { server, access } = await listen(t, { backend, workers, host: '127.0.0.1' });
      const client = await UdpClient.open(t, server.port);
      const id = await client.connect();
      assert.equal((await client.ask(announcePacket(id)))?.action, 'announce');
      const closed: AccessState = { ...access.state, mode: 'allow' };
      access.replace(closed);
      server.update({ access: closed });
      const refused = await until(
        () => client.ask(announcePacket(id)),
        (reply) => reply?.action === 'error',
      );
      assert.ok(refused?.action === 'error' && /does not serve/.test(refused.message));
      server.update({ connectionSecret: new Uint8Array(32).fill(9) });
      await until(
        () => client.ask(announcePacket(id)),
        (reply) => reply === undefined,
      );
      assert.equal((await client.ask(announcePacket(await client.connect())))?.action, 'error');
    });

    test('a port in use is refused, and free again after close', async (t) => {
      const first = await listen(t, { backend, workers, host: '127.0.0.1' });
      const { port } = first.server;
      for (const other of kinds) {
        if (other[0] === 'batch' && noBatch !== false) continue;
        const taken = { backend: other[0], workers: other[1], host: '127.0.0.1', port };
        await assert.rejects(listen(t, taken), (error) => errorCode(error) === 'EADDRINUSE');
      }
      await first.server.close();
      await first.server.close();
      const again = await listen(t, { backend, workers, host: '127.0.0.1', port });
      const client = await UdpClient.open(t, port);
      await client.connect();
      client.close();
      await again.server.close();
      assert.deepEqual(await handles(), []);
    });

    test('an address that is not of this machine is refused with its code', async (t) => {
      const elsewhere = listen(t, { backend, workers, host: '192.0.2.1' });
      await assert.rejects(elsewhere, (error) => errorCode(error) === 'EADDRNOTAVAIL');
      assert.deepEqual(await handles(), []);
    });
  });
}

/** A thread looks for what it is told after each batch, so the first answers may be of before. */
async function until<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  for (let left = 2000; ; left--) {
    const answer = await ask();
    if (isDone(answer) || left === 0) return answer;
  }
}

/** Node lists a closed socket until it has gone round its loop. */
async function handles(): Promise<string[]> {
  for (let left = 100; ; left--) {
    const kinds = process.getActiveResourcesInfo();
    const open = kinds.filter((kind) => /UDP|Worker|MessagePort/.test(kind));
    if (open.length === 0 || left === 0) return open;
    await setImmediate();
  }
}
