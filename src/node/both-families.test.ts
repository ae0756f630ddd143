import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { networkInterfaces } from 'node:os';
import { type TestContext, test } from 'node:test';
import type { AnnounceReply } from '../engine/ports.ts';
import { askFamilies, type Family, familiesOf } from './both-families.ts';
import { announceBy, goodBody, portOf } from './tracker-client-fixtures.test.ts';
import { NodeTrackerClients } from './tracker-clients.ts';
import { TrackerError } from './tracker-error.ts';

const interfaces = Object.values(networkInterfaces()).flat();
const hasIpv6 = interfaces.some((one) => one?.family === 'IPv6' && one.internal);
const skip = hasIpv6 ? false : 'this machine has no IPv6 loopback address';
const never = new AbortController().signal;
const peer = (host: string) => ({ host, port: 1 });

/** Every name has the loopback address of both families. */
function mockNames(t: TestContext): void {
  const found = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];
  t.mock.method(dns, 'lookup', () => Promise.resolve(found));
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
}

test('the answers of both are one: all peers, larger counts, longer waits', async () => {
  const answers: Record<Family, AnnounceReply> = {
    4: { intervalMs: 5, seeders: 1, leechers: 9, peers: [peer('1.1.1.1'), peer('2.2.2.2')] },
    6: { intervalMs: 9, minIntervalMs: 3, seeders: 4, peers: [peer('::7'), peer('1.1.1.1')] },
  };
  const reply = await askFamilies([4, 6], never, (family) => Promise.resolve(answers[family]));
  assert.deepEqual(reply, {
    intervalMs: 9,
    minIntervalMs: 3,
    seeders: 4,
    leechers: 9,
    peers: [peer('1.1.1.1'), peer('2.2.2.2'), peer('::7')],
  });
});

test('one that answers is enough, whatever becomes of the other', async (t) => {
  const good: AnnounceReply = { intervalMs: 1, peers: [] };
  const failing = askFamilies([4, 6], never, (family) =>
    family === 4 ? Promise.reject(new Error('no route')) : Promise.resolve(good),
  );
  assert.equal(await failing, good);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const silent = askFamilies([4, 6], never, (family, signal) => {
    if (family === 4) return Promise.resolve(good);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(2000);
  assert.equal(await silent, good);
});

test('when both fail, words of the tracker count more than a broken line', async () => {
  const refused = new TrackerError('TRACKER_SAID_NO', 'unregistered');
  const broken = new Error('no route');
  const ask = (failures: Record<Family, Error>) =>
    askFamilies([4, 6], never, (family) => Promise.reject(failures[family]));
  await assert.rejects(ask({ 4: broken, 6: refused }), refused);
  await assert.rejects(ask({ 4: broken, 6: new Error('other') }), broken);
});

test('families are told apart, IPv4 first', () => {
  const [six, four] = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ] as const;
  assert.deepEqual(familiesOf([six, four, six]), [4, 6]);
  assert.deepEqual(familiesOf([six]), [6]);
});

test('an HTTP tracker with both hears an announce over each', { skip }, async (t) => {
  mockNames(t);
  const from: string[] = [];
  const server = createServer((request, response) => {
    from.push(request.socket.remoteAddress ?? '');
    response.end(goodBody);
  });
  server.listen(0, '::');
  await once(server, 'listening');
  const clients = new NodeTrackerClients();
  t.after(() => {
    clients.close();
    server.closeAllConnections();
    server.close();
  });
  for (let round = 0; round < 2; round++) {
    const { reply } = await announceBy(clients, `http://t.example:${portOf(server)}/announce`);
    assert.equal(reply?.seeders, 3);
    assert.deepEqual(from.splice(0).sort(), ['::1', '::ffff:127.0.0.1']);
  }
});

test('a UDP tracker with both is asked to connect over each', { skip }, async (t) => {
  mockNames(t);
  const four = createSocket('udp4');
  const six = createSocket({ type: 'udp6', ipv6Only: true });
  four.bind(0, '127.0.0.1');
  await once(four, 'listening');
  const { port } = four.address();
  six.bind(port, '::1');
  await once(six, 'listening');
  const clients = new NodeTrackerClients();
  t.after(() => {
    clients.close();
    four.close();
    six.close();
  });
  const asked = Promise.all([once(four, 'message'), once(six, 'message')]);
  void announceBy(clients, `udp://t.example:${port}/announce`);
  for (const [packet] of await asked) assert.equal(packet.length, 16);
});
