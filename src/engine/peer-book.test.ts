import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Endpoint } from '../base/endpoint.ts';
import { endpointKey } from '../base/endpoint.ts';
import { SeededRandom } from '../base/random.ts';
import type { PeerSource } from './candidate.ts';
import { PeerBook } from './peer-book.ts';

const at = (host: string, port = 6881): Endpoint => ({ host, port });
const book = (capacity?: number, priority: (e: Endpoint) => number = () => 0) =>
  new PeerBook({
    random: new SeededRandom(1),
    priority,
    ...(capacity === undefined ? {} : { capacity }),
  });

test('the better source is dialled first, then the higher priority', () => {
  const peers = book(undefined, (endpoint) => endpoint.port);
  peers.add(at('8.8.8.1', 10), 'pex', 0);
  peers.add(at('8.8.8.2', 20), 'tracker', 0);
  peers.add(at('8.8.8.3', 30), 'tracker', 0);
  peers.add(at('8.8.8.4', 5), 'manual', 0);
  const order: number[] = [];
  for (let next = peers.next(0); next !== undefined; next = peers.next(0)) {
    order.push(next.endpoint.port);
    peers.onDialing(next.endpoint);
  }
  assert.deepEqual(order, [5, 30, 20, 10]);
  assert.equal(peers.dialingCount, 4);
});

test('failures are retried ever later, and success wipes them out', () => {
  const peers = book();
  const peer = at('8.8.8.8');
  peers.add(peer, 'tracker', 0);
  let nowMs = 0;
  const pauses: number[] = [];
  for (let i = 0; i < 14; i++) {
    peers.onDialing(peer);
    peers.onFailed(peer, nowMs);
    const readyAtMs = peers.get(peer)!.readyAtMs;
    assert.equal(peers.next(readyAtMs - 1), undefined);
    assert.ok(peers.next(readyAtMs) !== undefined);
    pauses.push(readyAtMs - nowMs);
    nowMs = readyAtMs;
  }
  assert.ok(pauses[0]! >= 3750 && pauses[0]! <= 6250, `${pauses[0]}`);
  assert.ok(pauses[4]! > 55_000);
  assert.ok(pauses[13]! >= 22 * 60_000 && pauses[13]! <= 38 * 60_000);
  peers.onDialing(peer);
  peers.onConnected(peer, false);
  assert.ok(peers.isConnected(peer));
  peers.onClosed(peer, nowMs, true);
  assert.equal(peers.get(peer)!.failures, 0);
  assert.ok(peers.get(peer)!.readyAtMs <= nowMs + 6250);
});

test('a link that brought nothing counts as a failure', () => {
  const peers = book();
  peers.add(at('8.8.8.8'), 'tracker', 0);
  peers.onDialing(at('8.8.8.8'));
  peers.onConnected(at('8.8.8.8'), false);
  peers.onClosed(at('8.8.8.8'), 0, false);
  assert.equal(peers.get(at('8.8.8.8'))!.failures, 1);
});

test('what cannot be a peer is refused', () => {
  const peers = book();
  for (const endpoint of [
    at('8.8.8.8', 0),
    at('8.8.8.8', 65536),
    at('0.0.0.0'),
    at('0.1.2.3'),
    at('::'),
    at('224.0.0.1'),
    at('ff02::1'),
    at('peer.example'),
  ]) {
    assert.equal(peers.add(endpoint, 'manual', 0), 'refused', endpointKey(endpoint));
  }
});

test('a public peer cannot send us into private networks; a tracker of the network can', () => {
  const peers = book();
  for (const host of [
    '127.0.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '169.254.169.254',
    '::1',
    'fe80::1',
  ]) {
    assert.equal(peers.add(at(host), 'pex', 0, { fromPublicPeer: true }), 'refused', host);
    assert.equal(peers.add(at(host), 'tracker', 0), 'added', host);
  }
  assert.equal(peers.add(at('8.8.8.8'), 'pex', 0, { fromPublicPeer: true }), 'added');
});

test('we never dial ourselves, however often we are told to', () => {
  const peers = book();
  peers.addOwn(at('8.8.8.8'));
  assert.equal(peers.add(at('8.8.8.8'), 'tracker', 0), 'refused');
  peers.add(at('8.8.4.4'), 'pex', 0);
  peers.onDialing(at('8.8.4.4'));
  peers.onConnected(at('8.8.4.4'), false);
  peers.addOwn(at('8.8.4.4'));
  peers.onClosed(at('8.8.4.4'), 0, false);
  assert.equal(peers.next(1e9), undefined);
  assert.equal(peers.connectedCount, 0);
  assert.equal(peers.add(at('8.8.4.4'), 'pex', 0), 'refused');
});

test('a ban holds for every port of the host until it is lifted', () => {
  const peers = book();
  peers.add(at('8.8.8.8', 1000), 'tracker', 0);
  peers.add(at('8.8.8.8', 2000), 'tracker', 0);
  peers.onConnected(at('8.8.8.8', 50_000), true);
  peers.ban(at('8.8.8.8', 50_000), 'sent bad data');
  assert.equal(peers.next(1e9), undefined);
  assert.equal(peers.add(at('8.8.8.8', 3000), 'manual', 0), 'refused');
  assert.equal(peers.bans.reason(at('8.8.8.8', 1)), 'sent bad data');
  assert.ok(peers.unban('8.8.8.8'));
  assert.equal(peers.add(at('8.8.8.8', 3000), 'manual', 0), 'added');
});

test('on the loopback address only the endpoint is banned, by its listening port too', () => {
  const peers = book();
  peers.add(at('127.0.0.1', 1000), 'tracker', 0);
  peers.onConnected(at('127.0.0.1', 50_000), true);
  peers.onListenPort(at('127.0.0.1', 50_000), 2000, 0);
  peers.ban(at('127.0.0.1', 50_000), 'sent bad data');
  assert.ok(peers.bans.isBanned(at('127.0.0.1', 2000)));
  assert.ok(!peers.bans.isBanned(at('127.0.0.1', 1000)));
  assert.equal(peers.next(0)?.endpoint.port, 1000);
});

test('an incoming peer and the candidate at its listening port are one', () => {
  const peers = book();
  peers.add(at('8.8.8.8', 6881), 'tracker', 0);
  peers.onConnected(at('8.8.8.8', 40_000), true);
  assert.ok(peers.next(0) !== undefined);
  peers.onListenPort(at('8.8.8.8', 40_000), 6881, 0);
  assert.equal(peers.next(0), undefined);
  assert.ok(peers.isConnected(at('8.8.8.8', 6881)));
  assert.equal(peers.connectedCount, 1);
  peers.onClosed(at('8.8.8.8', 40_000), 100, true);
  assert.ok(!peers.isConnected(at('8.8.8.8', 6881)));
  assert.ok(peers.next(10_000) !== undefined);
  assert.deepEqual([...peers.get(at('8.8.8.8'))!.sources].sort(), ['incoming', 'tracker']);
});

test('an incoming peer that never says its port is not dialled', () => {
  const peers = book();
  peers.onConnected(at('8.8.8.8', 40_000), true);
  peers.onListenPort(at('8.8.8.8', 40_000), 0, 0);
  peers.onClosed(at('8.8.8.8', 40_000), 0, true);
  assert.equal(peers.next(1e9), undefined);
  assert.equal(peers.candidateCount, 0);
});

test('an address already busy is not dialled twice when both sides connect', () => {
  const peers = book();
  const peer = at('8.8.8.8', 6881);
  peers.add(peer, 'tracker', 0);
  peers.onDialing(peer);
  peers.onConnected(at('8.8.8.8', 40_000), true);
  peers.onListenPort(at('8.8.8.8', 40_000), 6881, 0);
  peers.onConnected(peer, false);
  peers.onClosed(peer, 0, false);
  assert.equal(peers.next(1e9), undefined, 'the other link still lives');
  peers.onClosed(at('8.8.8.8', 40_000), 0, true);
  assert.ok(peers.next(1e9) !== undefined);
});

test('at the cap the worst gives way to a better source, and to nothing else', () => {
  const peers = book(3);
  peers.add(at('8.8.8.1'), 'pex', 0);
  peers.add(at('8.8.8.2'), 'tracker', 0);
  peers.add(at('8.8.8.3'), 'tracker', 0);
  assert.equal(peers.add(at('8.8.8.4'), 'pex', 0), 'refused');
  assert.equal(peers.add(at('8.8.8.4'), 'tracker', 0), 'added');
  assert.equal(peers.get(at('8.8.8.1')), undefined);
  peers.onDialing(at('8.8.8.2'));
  peers.onFailed(at('8.8.8.2'), 0);
  assert.equal(peers.add(at('8.8.8.5'), 'pex', 0), 'added');
  assert.equal(peers.get(at('8.8.8.2')), undefined);
  assert.equal(peers.candidateCount, 3);
});

test('a seeder passes seeds over and takes them up again when it is none any more', () => {
  const peers = book();
  peers.add(at('8.8.8.1'), 'tracker', 0, { seed: true });
  peers.add(at('8.8.8.2'), 'pex', 0);
  peers.setSkipSeeds(true);
  assert.equal(peers.next(0)?.endpoint.host, '8.8.8.2');
  peers.setSkipSeeds(false);
  assert.equal(peers.next(0)?.endpoint.host, '8.8.8.1');
});

test('when there is something new to ask for, those who were of use are dialled at once', () => {
  const peers = book();
  for (const [host, isUseful] of [
    ['8.8.8.8', true],
    ['8.8.4.4', false],
  ] as const) {
    const peer = at(host);
    peers.add(peer, 'tracker', 0);
    peers.onDialing(peer);
    peers.onConnected(peer, false);
    peers.onClosed(peer, 100, isUseful);
  }
  assert.equal(peers.next(200), undefined);
  peers.hasten(200);
  assert.deepEqual(peers.next(200)?.endpoint, at('8.8.8.8'));
  peers.onDialing(at('8.8.8.8'));
  assert.equal(peers.next(200), undefined);
});

test('naming a peer by hand ends its back-off', () => {
  const peers = book();
  peers.add(at('8.8.8.1'), 'pex', 0);
  peers.onDialing(at('8.8.8.1'));
  peers.onFailed(at('8.8.8.1'), 0);
  assert.equal(peers.next(10), undefined);
  peers.add(at('8.8.8.1'), 'manual', 10);
  assert.ok(peers.next(10) !== undefined);
});

const sources: PeerSource[] = ['manual', 'magnet', 'lsd', 'tracker', 'incoming', 'dht', 'pex'];
const step = fc.record({
  kind: fc.constantFrom('add', 'dial', 'fail', 'connect', 'close', 'ban', 'unban', 'own', 'in'),
  peer: fc.nat(9),
  source: fc.constantFrom(...sources),
  passMs: fc.nat(20_000),
});

test('what is handed out is always a known, idle, allowed address whose time has come', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const peers = book(6);
      const endpoints = Array.from({ length: 10 }, (_, i) => at(`9.0.0.${i >> 1}`, 100 + i));
      const busy = new Set<string>();
      const banned = new Set<string>();
      const own = new Set<string>();
      let nowMs = 0;
      for (const { kind, peer, source, passMs } of steps) {
        nowMs += passMs;
        const endpoint = endpoints[peer]!;
        const key = endpointKey(endpoint);
        const known = peers.get(endpoint) !== undefined;
        if (kind === 'add') peers.add(endpoint, source, nowMs);
        if (kind === 'dial' && known && !busy.has(key)) {
          peers.onDialing(endpoint);
          busy.add(key);
        }
        if (kind === 'fail' && busy.has(key) && !peers.isConnected(endpoint)) {
          peers.onFailed(endpoint, nowMs);
          busy.delete(key);
        }
        if (kind === 'connect' && busy.has(key)) peers.onConnected(endpoint, false);
        if (kind === 'close' && peers.isConnected(endpoint)) {
          peers.onClosed(endpoint, nowMs, passMs % 2 === 0);
          busy.delete(key);
        }
        if (kind === 'in') {
          const from = at(endpoint.host, 50_000 + peer);
          peers.onConnected(from, true);
          peers.onListenPort(from, endpoint.port, nowMs);
          peers.onClosed(from, nowMs, true);
        }
        if (kind === 'ban') {
          peers.ban(endpoint, 'test');
          banned.add(endpoint.host);
        }
        if (kind === 'unban') {
          assert.equal(peers.unban(endpoint.host), banned.delete(endpoint.host));
        }
        if (kind === 'own') {
          peers.addOwn(endpoint);
          own.add(key);
        }
        // A ban or finding ourselves drops a dial under way; its link ends as the caller closes it.
        for (const e of endpoints) {
          if (peers.get(e) === undefined && !peers.isConnected(e)) busy.delete(endpointKey(e));
        }
        assert.ok(peers.candidateCount <= 6);
        assert.ok(peers.idleCount <= peers.candidateCount);
        const next = peers.next(nowMs);
        if (next === undefined) continue;
        assert.ok(!busy.has(next.key) && !banned.has(next.endpoint.host) && !own.has(next.key));
        assert.ok(next.readyAtMs <= nowMs && next.linkCount === 0 && !next.dialing);
        assert.equal(peers.get(next.endpoint), next);
      }
    }),
    { numRuns: 300 },
  );
});
