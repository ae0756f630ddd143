/** The WebSocket tracker over real sockets: relaying, hostile clients, limits, proxies, and the end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { encodeLatin1 } from '../base/text.ts';
import { parseTrustedNetwork } from '../tracker/client-address.ts';
import { Ground, offers, otherTorrent, peer, torrent } from './websocket-ground-fixture.test.ts';
import type { WebSocketTrackerServerOptions } from './websocket-tracker-server.ts';

const grounds: Ground[] = [];
afterEach(async () => {
  for (const ground of grounds.splice(0)) await ground.close();
});

async function start(more: Partial<WebSocketTrackerServerOptions> = {}): Promise<Ground> {
  const ground = new Ground(more);
  grounds.push(ground);
  ground.http.listen(0, '127.0.0.1');
  await once(ground.http, 'listening');
  return ground;
}

describe('peers', () => {
  test('an offer goes to the other peer, its answer comes back, a third hears nothing', async () => {
    const ground = await start();
    const [ann, ben, cem] = [await ground.open(1), await ground.open(2, '/'), await ground.open(3)];
    await cem.announce({ info_hash: otherTorrent });
    await ben.announce();
    const reply = await ann.announce({ numwant: 2, offers: offers('a', 'b') });
    assert.deepEqual([reply.complete, reply.incomplete], [0, 2]);
    const offer = await ben.next();
    assert.deepEqual(offer, {
      action: 'announce',
      offer: { type: 'offer', sdp: 'v=0\r\na' },
      offer_id: 'a'.padEnd(20, '\u00e9'),
      peer_id: peer(1),
      info_hash: torrent,
    });
    const answer = { type: 'answer', sdp: 'v=0\r\nme' };
    const { offer_id, info_hash } = offer;
    const fields = { action: 'announce', info_hash, peer_id: peer(2), to_peer_id: peer(1) };
    ben.say({ ...fields, offer_id, answer });
    const { peer_id, answer: got, offer_id: of } = await ann.next();
    assert.deepEqual({ peer_id, got, of }, { peer_id: peer(2), got: answer, of: offer_id });
    await cem.announce({ info_hash: otherTorrent });
    assert.deepEqual([ann.unread, ben.unread, cem.unread], [[], [], []]);
  });

  test("a liar gets nothing through under another's id", async () => {
    const ground = await start();
    const [ann, ben, liar] = [await ground.open(1), await ground.open(2), await ground.open(3)];
    await ann.announce();
    await ben.announce();
    const asBen = { peer_id: peer(2), offers: offers('l', 'm') };
    assert.match(String((await liar.announce(asBen))['warning message']), /another connection/);
    await liar.announce({ peer_id: peer(2), event: 'stopped' });
    const { offer_id } = offers('x')[0]!;
    await ann.announce({ offers: offers('x') });
    assert.equal((await ben.next()).offer_id, offer_id);
    const answer = { type: 'answer', sdp: 'v=0' };
    const forged = { answer, offer_id, to_peer_id: peer(1) };
    assert.match(
      String((await liar.announce({ ...forged, peer_id: peer(2) }))['failure reason']),
      /./,
    );
    await liar.announce();
    assert.match(String((await liar.announce(forged))['failure reason']), /no offer/);
    assert.deepEqual([ann.unread, ben.unread], [[], []]);
    assert.equal(ground.tracker.swarms.relayed().answers, 0);
  });

  test('200 sockets come and go, and nothing is left', async () => {
    const ground = await start();
    const names = Array.from({ length: 200 }, (_, name) => name);
    const speakers = await Promise.all(names.map((name) => ground.open(name)));
    await Promise.all(
      speakers.map((speaker) => speaker.announce({ left: speaker.name % 2, offers: offers('a') })),
    );
    const { swarms } = ground.tracker;
    assert.deepEqual(swarms.totals(), { swarms: 1, seeders: 100, leechers: 100 });
    for (const { socket } of speakers) socket.close();
    await ground.until(() => ground.tracker.connections === 0);
    assert.deepEqual(swarms.totals(), { swarms: 0, seeders: 0, leechers: 0 });
  });

  test('a dead connection that holds an id is found out when the id is claimed', async () => {
    const ground = await start({ timeouts: { pingMs: 60_000, pongMs: 30 } });
    const [dead, again] = [await ground.open(1), await ground.open(1)];
    await dead.announce();
    dead.socket.pause();
    assert.notEqual((await again.announce())['warning message'], undefined);
    await ground.until(() => ground.tracker.connections === 1);
    assert.equal((await again.announce())['warning message'], undefined);
  });

  test('a live connection that holds an id answers the ping, and stays', async () => {
    const ground = await start({ timeouts: { pingMs: 60_000, pongMs: 200 } });
    const [holder, claimer] = [await ground.open(1), await ground.open(1)];
    await holder.announce();
    const pinged = once(holder.socket, 'ping');
    await claimer.announce();
    await pinged;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.notEqual((await claimer.announce())['warning message'], undefined);
    assert.equal(ground.tracker.connections, 2);
  });
});

describe('clients that misbehave are closed', () => {
  const cases: [string, number, string | Uint8Array][] = [
    ['text that is no JSON', 1007, 'hello'],
    ['JSON that is no object', 1007, '[1]'],
    ['a binary message', 1003, encodeLatin1('{"action":"scrape"}')],
    ['a message over 64 KiB', 1009, `{"x":"${'x'.repeat(65_530)}"}`],
  ];
  for (const [what, code, message] of cases) {
    test(`${what}: ${code}`, async () => {
      const ground = await start();
      const speaker = await ground.open(1);
      await speaker.announce();
      const closed = speaker.closed();
      speaker.socket.send(message);
      assert.equal(await closed, code);
      await ground.until(() => ground.tracker.connections === 0);
      assert.equal(ground.tracker.swarms.totals().swarms, 0);
      assert.deepEqual(ground.counted.slice(1), ['websocket invalid']);
    });
  }

  test('a frame that breaks the protocol: 1002, and invalid UTF-8: 1007', async () => {
    const ground = await start();
    for (const [frame, code] of [
      [Uint8Array.of(0xc1, 0x80, 0, 0, 0, 0), 1002],
      [Uint8Array.of(0x81, 0x81, 0, 0, 0, 0, 0xff), 1007],
    ] as const) {
      const raw = connect(ground.port, '127.0.0.1');
      raw.write(
        'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
      );
      await once(raw, 'data');
      raw.write(frame);
      const [data] = (await once(raw, 'data')) as [Buffer];
      assert.deepEqual([data[0], data.readUInt16BE(2)], [0x88, code]);
      raw.destroy();
    }
  });

  test('a flood of messages or pings: 1008', async () => {
    const ground = await start({ limits: { messages: { perSecond: 1, burst: 20 } } });
    const talker = await ground.open(1);
    const talked = talker.closed();
    for (let i = 0; i < 100; i++) talker.say({ action: 'scrape', info_hash: torrent });
    assert.equal(await talked, 1008);
    assert.equal(talker.unread.length, 20);
    const pinger = await ground.open(2);
    const pinged = pinger.closed();
    for (let i = 0; i < 100; i++) pinger.socket.ping();
    assert.equal(await pinged, 1008);
    assert.deepEqual(ground.counted.filter((what) => what.endsWith('limited')).length, 2);
  });

  test('one that does not read is cut when too much waits for it', async () => {
    const ground = await start({ limits: { messages: { perSecond: 1e9, burst: 1e9 } } });
    const speaker = await ground.open(1);
    speaker.socket.pause();
    const scrape = {
      action: 'scrape',
      info_hash: Array.from({ length: 200 }, (_, i) => `${i}`.padStart(20, '0')),
    };
    for (let i = 0; i < 2000 && ground.tracker.connections > 0; i++) {
      speaker.say(scrape);
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await ground.until(() => ground.tracker.connections === 0);
    assert.ok(ground.counted.includes('websocket limited'));
  });

  test('silent, idle and unresponsive ones', async () => {
    const ground = await start({ timeouts: { pingMs: 50, pongMs: 250, idleMs: 200, closeMs: 50 } });
    const [dead, idle, live] = [await ground.open(1), await ground.open(2), await ground.open(3)];
    await dead.announce();
    await live.announce();
    dead.socket.pause();
    assert.equal(await idle.closed(), 1000);
    await ground.until(() => ground.tracker.connections === 1);
    assert.deepEqual(ground.tracker.swarms.totals(), { swarms: 1, seeders: 0, leechers: 1 });
    assert.equal(live.socket.readyState, WebSocket.OPEN);
  });

  test('one that does not close when told is cut', async () => {
    const ground = await start({ timeouts: { closeMs: 30 } });
    const speaker = await ground.open(1);
    speaker.socket.send('hello');
    speaker.socket.pause();
    await ground.until(() => ground.tracker.connections === 0);
  });
});

describe('upgrades', () => {
  test('paths of trackers only, with a pass key or not', async () => {
    const ground = await start();
    for (const path of [
      '',
      '/',
      '/announce',
      '/secret12/announce',
      '/announce/secret12',
      '/?x=1',
    ]) {
      await ground.open(1, path);
    }
    for (const path of ['/stats', '/announced', '/api/events', `/announce?${'x'.repeat(1100)}`]) {
      assert.equal(await ground.refused(path), 404, path);
    }
  });

  test('hooks get the URL and the address, from a trusted proxy that of its client', async () => {
    const seen: [string | undefined, string, string][] = [];
    const ground = await start({
      trustedProxies: [parseTrustedNetwork('127.0.0.1')!],
      hooks: {
        announce: [
          ({ urlData, address, transport }) => {
            seen.push([urlData, address.join('.'), transport]);
            return { reason: 'not today' };
          },
        ],
        scrape: [],
      },
    });
    const near = await ground.open(1, '/secret12/announce?a=b');
    assert.equal((await near.announce())['failure reason'], 'not today');
    const far = await ground.open(2, '/', { 'X-Forwarded-For': '198.51.100.1, 203.0.113.9' });
    await far.announce();
    assert.deepEqual(seen, [
      ['/secret12/announce?a=b', '127.0.0.1', 'websocket'],
      ['/', '203.0.113.9', 'websocket'],
    ]);
  });

  test('any origin is welcome, a proxy that is not trusted is not believed', async () => {
    const ground = await start();
    const headers = { Origin: 'https://example.com', 'X-Forwarded-For': '203.0.113.9' };
    await (await ground.open(1, '/', headers)).announce();
    const [found] = ground.tracker.swarms.peers(encodeLatin1(torrent), 1, 0);
    assert.deepEqual(found!.address, Uint8Array.of(127, 0, 0, 1));
  });

  test('too many connections: 503; a network that asks too often: 429, or silence', async () => {
    const full = await start({ maxConnections: 1 });
    await full.open(1);
    assert.equal(await full.refused('/'), 503);
    let left = 2;
    const limited = await start({ rateLimiter: { take: () => left-- > 0 } });
    const speaker = await limited.open(1);
    await speaker.announce();
    speaker.say({ action: 'scrape', info_hash: torrent });
    assert.equal(await limited.refused('/'), 429);
    assert.deepEqual(speaker.unread, []);
    assert.equal(limited.counted.filter((what) => what === 'websocket limited').length, 2);
  });

  test('what is no proper WebSocket handshake: 400', async () => {
    const ground = await start();
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
    const asked = httpRequest({ port: ground.port, host: '127.0.0.1', headers }).end();
    const [response] = await once(asked, 'response');
    assert.equal(response.statusCode, 400);
    response.resume();
    assert.equal(ground.tracker.connections, 0);
  });
});

test('closing says goodbye to all, cuts who stays, and may be repeated', async () => {
  const ground = await start({ timeouts: { closeMs: 50 } });
  const [polite, deaf] = [await ground.open(1), await ground.open(2)];
  await polite.announce();
  deaf.socket.pause();
  const closed = polite.closed();
  await Promise.all([ground.tracker.close(), ground.tracker.close()]);
  assert.equal(await closed, 1001);
  assert.equal(ground.tracker.connections, 0);
  assert.equal(await ground.refused('/'), 503);
  await ground.tracker.close();
});
