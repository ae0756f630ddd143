/** How the UDP frontend chooses its backend, and what it does when a thread of it dies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { SwarmStore } from '../tracker/swarm-store.ts';
import { announcePacket, listen, trackerParts, UdpClient } from './udp/backend-fixture.test.ts';
import type { WorkerDeath } from './udp/batch-backend.ts';
import { loadLibc } from './udp/libc.ts';
import { UdpTrackerServer } from './udp-tracker-server.ts';

const host = '127.0.0.1';
const noBatch = await loadLibc().then(
  () => false,
  (error: Error) => error.message,
);

const withoutKoffi = async (): Promise<never> => {
  throw new Error('the package koffi cannot be loaded (no such module): npm install koffi');
};

test('without koffi the port is served by dgram, and the reason can be told', async (t) => {
  const { server } = await listen(t, { host, loadLibc: withoutKoffi });
  assert.equal(server.backend, 'dgram');
  assert.match(server.backendReason ?? '', /koffi cannot be loaded/);
  const client = await UdpClient.open(t, server.port);
  assert.equal((await client.ask(announcePacket(await client.connect())))?.action, 'announce');
});

test('batch is refused in words where it is impossible', async (t) => {
  const forced = listen(t, { host, backend: 'batch', loadLibc: withoutKoffi });
  await assert.rejects(forced, /UDP backend batch cannot be used: the package koffi/);
  const { logic } = trackerParts();
  const alone = UdpTrackerServer.listen({ host, port: 0, logic, backend: 'batch' });
  await assert.rejects(alone, /swarms in the memory of this process/);
});

test('dgram that was asked for needs no reason', async (t) => {
  const { server } = await listen(t, { host, backend: 'dgram' });
  assert.deepEqual([server.backend, server.backendReason], ['dgram', undefined]);
});

test('a dead thread is reported and replaced, and knows what it was told', {
  skip: noBatch,
}, async (t) => {
  const threads: Worker[] = [];
  const deaths: WorkerDeath[] = [];
  const { server, access } = await listen(t, {
    host,
    backend: 'batch',
    workers: 1,
    onWorkerDeath: (death) => deaths.push(death),
    startWorker: (workerData) => {
      const worker = new Worker(new URL('./udp/batch-worker.ts', import.meta.url), { workerData });
      threads.push(worker);
      return worker;
    },
  });
  const client = await UdpClient.open(t, server.port);
  const id = await client.connect();
  server.update({ access: { ...access.state, mode: 'allow' } });
  await threads[0]!.terminate();
  assert.deepEqual(deaths, [{ cause: 'exit code 1', isReplaced: true }]);
  const reply = await client.ask(announcePacket(id));
  assert.ok(reply?.action === 'error' && threads.length === 2);
});

test('threads that keep dying close the port', { skip: noBatch }, async (t) => {
  const deaths: WorkerDeath[] = [];
  const { promise: isClosed, resolve } = Promise.withResolvers<void>();
  const { server } = await listen(t, {
    host,
    backend: 'batch',
    workers: 1,
    onWorkerDeath: (death) => {
      deaths.push(death);
      if (!death.isReplaced) resolve();
    },
    startWorker: () =>
      new Worker("require('node:worker_threads').parentPort.postMessage('ready'); x;", {
        eval: true,
      }),
  });
  await isClosed;
  assert.equal(deaths.length, 6);
  assert.match(deaths[0]!.cause, /x is not defined/);
  await server.close();
  const again = await listen(t, { host, backend: 'dgram', port: server.port });
  await again.server.close();
});

test('a thread that cannot start is an error of listen', { skip: noBatch }, async (t) => {
  const startWorker = () => new Worker('throw new Error("no start");', { eval: true });
  await assert.rejects(listen(t, { host, backend: 'batch', workers: 2, startWorker }), /no start/);
});

test('a store that answers later is served, and its late answers do no harm', async (t) => {
  const late: (() => void)[] = [];
  const { logic } = trackerParts(
    (memory): SwarmStore => ({
      announce: (request, nowMs, done) => {
        const kept = { ...request, infoHash: request.infoHash.slice() };
        const answer = (): void => memory.announce(kept, nowMs, done);
        if (request.port === 1) late.push(answer);
        else setImmediate(answer);
      },
      scrape: (infoHashes, done) => memory.scrape(infoHashes, done),
      peers: (...rest) => memory.peers(...rest),
      totals: () => memory.totals(),
      tick: (nowMs) => memory.tick(nowMs),
      scan: (nowMs) => memory.scan(nowMs),
      health: () => memory.health(),
    }),
  );
  const server = await UdpTrackerServer.listen({ host, port: 0, logic });
  assert.equal(server.backend, 'dgram');
  const client = await UdpClient.open(t, server.port);
  const id = await client.connect();
  // The answer is not there yet when the next datagram is.
  assert.deepEqual(await client.exchange(announcePacket(id, { port: 1 })), []);
  const replies: Uint8Array[] = [];
  client.onReply((reply) => reply[3] === 1 && replies.push(reply));
  while (replies.length === 0) await client.exchange(announcePacket(id, { port: 2 }));
  await server.close();
  late[0]!();
  assert.equal(logic.counts().udp.announces >= 2, true);
});
