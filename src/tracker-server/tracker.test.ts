/** The whole tracker on loopback: with our own clients, and with requests made by hand. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, describe, test } from 'node:test';
import { SeededRandom } from '../base/random.ts';
import type { AnnounceParameters, AnnounceReply } from '../engine/ports.ts';
import { NodeTrackerClients, type ScrapeReply } from '../node/tracker-clients.ts';
import { type BencodeDictionary, decodeBencode } from '../protocol/bencode.ts';
import { decodeHttpAnnounceReply } from '../protocol/http-tracker-reply-reader.ts';
import { denyListHooks } from '../tracker/hooks.ts';
import { MemorySwarmStore } from '../tracker/memory-swarm-store.ts';
import { Tracker, type TrackerOptions } from './tracker.ts';

const open: Tracker[] = [];
after(() => Promise.all(open.map((tracker) => tracker.close())));

async function listen(options: TrackerOptions = {}): Promise<Tracker> {
  const tracker = await Tracker.listen({ host: '127.0.0.1', port: 0, ...options });
  open.push(tracker);
  return tracker;
}

const clients = new NodeTrackerClients({ udp: { firstTimeoutMs: 300 } });
after(() => clients.close());

function announce(
  url: string,
  port: number,
  more: Partial<AnnounceParameters> = {},
): Promise<AnnounceReply> {
  const parameters: AnnounceParameters = {
    url,
    infoHash: new Uint8Array(20).fill(0xe9),
    peerId: new Uint8Array(20).fill(port),
    port,
    uploadedBytes: 0,
    downloadedBytes: 0,
    leftBytes: 1,
    event: 'none',
    numWant: 50,
    key: 1,
    ...more,
  };
  return new Promise((resolve, reject) => {
    clients.announce(parameters, (reply, failure) => {
      if (reply === undefined) reject(new Error(failure?.message));
      else resolve(reply);
    });
  });
}

function scrape(url: string, infoHashes: readonly Uint8Array[]): Promise<ScrapeReply> {
  return new Promise((resolve, reject) => {
    clients.scrape(url, infoHashes, (reply, failure) => {
      if (reply === undefined) reject(new Error(failure?.message));
      else resolve(reply);
    });
  });
}

/** Sends `text` as it is and returns all that comes back until the server closes. */
async function raw(tracker: Tracker, text: string): Promise<string> {
  const socket = connect(tracker.httpPort, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text, 'latin1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  // A reset is one way to close, on which once() would reject.
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

async function get(tracker: Tracker, target: string, headers = ''): Promise<string> {
  return await raw(tracker, `GET ${target} HTTP/1.0\r\n${headers}\r\n`);
}

function bodyOf(response: string): Uint8Array {
  return Buffer.from(response.slice(response.indexOf('\r\n\r\n') + 4), 'latin1');
}

function dictionaryOf(response: string): BencodeDictionary {
  const value = decodeBencode(bodyOf(response));
  assert.ok(value instanceof Map);
  return value;
}

const hash = 'info_hash=aaaaaaaaaaaaaaaaaaaa';
const good = `/announce?${hash}&peer_id=bbbbbbbbbbbbbbbbbbbb&port=6881&left=0`;

describe('swarms', () => {
  test('one swarm stands behind HTTP and UDP, IPv4 and IPv6', async () => {
    const tracker = await Tracker.listen({ port: 0 });
    open.push(tracker);
    assert.equal(tracker.httpPort, tracker.udpPort);
    const http = `http://127.0.0.1:${tracker.httpPort}/announce`;
    const udp = `udp://127.0.0.1:${tracker.udpPort}/announce`;
    const first = await announce(http, 1001, { leftBytes: 0, event: 'completed' });
    assert.deepEqual([first.seeders, first.leechers, first.downloads], [1, 0, 1]);
    assert.equal(first.externalIp, '127.0.0.1');
    assert.deepEqual(first.peers, []);
    const second = await announce(udp, 1002, { event: 'started' });
    assert.deepEqual([second.seeders, second.leechers], [1, 1]);
    assert.deepEqual(second.peers, [{ host: '127.0.0.1', port: 1001 }]);
    const third = await announce(http, 1001, { leftBytes: 0 });
    assert.deepEqual(third.peers, [{ host: '127.0.0.1', port: 1002 }]);
    const expected = [{ seeders: 1, leechers: 1, downloads: 1 }];
    assert.deepEqual(await scrape(http, [new Uint8Array(20).fill(0xe9)]), expected);
    assert.deepEqual(await scrape(udp, [new Uint8Array(20).fill(0xe9)]), expected);
    await announce(udp, 1002, { event: 'stopped' });
    assert.equal((await announce(http, 1001, { leftBytes: 0 })).leechers, 0);
    assert.deepEqual([tracker.stats().http.announces, tracker.stats().udp.announces], [3, 2]);
  });

  test('IPv6 and IPv4 share a port number, and each gets peers of its family', async (t) => {
    const tracker = await Tracker.listen({ port: 0 });
    open.push(tracker);
    const urls = ['http', 'udp'].map((scheme) => `${scheme}://[::1]:${tracker.httpPort}/announce`);
    try {
      await announce(urls[0]!, 2001);
    } catch {
      t.skip('this machine has no IPv6 loopback');
      return;
    }
    assert.deepEqual((await announce(urls[1]!, 2002)).peers, [{ host: '::1', port: 2001 }]);
    const again = await announce(urls[0]!, 2001);
    assert.deepEqual(again.peers, [{ host: '::1', port: 2002 }]);
    assert.equal(again.externalIp, '::1');
    const other = await announce(`udp://127.0.0.1:${tracker.udpPort}/announce`, 2003);
    assert.deepEqual([other.peers, other.leechers], [[], 3]);
  });

  test('a name with addresses of both families is asked where somebody listens', async () => {
    const tracker = await listen();
    const startMs = performance.now();
    assert.equal((await announce(`udp://localhost:${tracker.udpPort}/announce`, 5)).leechers, 1);
    assert.equal((await announce(`http://localhost:${tracker.httpPort}/announce`, 5)).leechers, 1);
    assert.ok(performance.now() - startMs < 250);
  });

  test('intervals are the operator’s', async () => {
    const tracker = await listen({ intervalMs: 10_000, peerTimeoutMs: 30_000, intervalJitter: 0 });
    for (const scheme of ['http', 'udp']) {
      const reply = await announce(`${scheme}://127.0.0.1:${tracker.httpPort}/announce`, 5);
      assert.equal(reply.intervalMs, 10_000);
    }
  });

  test('a refused torrent gets a reason over both transports', async () => {
    const tracker = await listen({ hooks: denyListHooks(() => true) });
    for (const scheme of ['http', 'udp']) {
      const url = `${scheme}://127.0.0.1:${tracker.httpPort}/announce`;
      await assert.rejects(announce(url, 5), /does not serve that torrent/);
    }
    const { http, udp } = tracker.stats();
    assert.deepEqual([http.refused, udp.refused], [1, 1]);
  });

  test('invented info-hashes do not grow the tracker without end', async () => {
    const tracker = await listen({
      store: new MemorySwarmStore({
        random: new SeededRandom(1),
        peerTimeoutMs: 3_600_000,
        maxSwarms: 20,
      }),
    });
    const url = `http://127.0.0.1:${tracker.httpPort}/announce`;
    await announce(url, 1, { leftBytes: 0 });
    await announce(url, 2);
    for (let i = 0; i < 100; i++) {
      await announce(url, 9, { infoHash: new Uint8Array(20).fill(i) });
    }
    assert.ok(tracker.stats().torrents <= 20);
    assert.equal((await announce(url, 3)).seeders, 1);
  });
});

describe('HTTP by hand', () => {
  test('escapes in either case and raw bytes are the same info-hash', async () => {
    const tracker = await listen();
    const rest = '&peer_id=bbbbbbbbbbbbbbbbbbbb&left=1&port=';
    for (const [port, text] of [
      [1, '%e9'.repeat(20)],
      [2, '%E9'.repeat(20)],
    ] as const) {
      await get(tracker, `/announce?info_hash=${text}${rest}${port}`);
    }
    const plain = await get(tracker, `/scrape?info_hash=${'%E9%e9'.repeat(10)}`);
    assert.match(plain, /10:incompletei2e/);
  });

  test('compact=0 lists dictionaries with peer ids, no_peer_id without', async () => {
    const tracker = await listen({ keepsPeerIds: true });
    await get(tracker, good);
    const asked = `${good.replace('6881', '7000').replace('left=0', 'left=5')}&compact=0`;
    const [peer] = dictionaryOf(await get(tracker, asked)).get('peers') as BencodeDictionary[];
    assert.deepEqual([...peer!.keys()], ['ip', 'peer id', 'port']);
    assert.equal(Buffer.from(peer!.get('peer id') as Uint8Array).toString(), 'b'.repeat(20));
    const anonymous = dictionaryOf(await get(tracker, `${asked}&no_peer_id=1`)).get('peers');
    assert.deepEqual([...(anonymous as BencodeDictionary[])[0]!.keys()], ['ip', 'port']);
  });

  test('every malformed query gets a failure reason, and the tracker lives', async () => {
    const tracker = await listen();
    for (const target of [
      '/announce',
      '/announce?',
      '/announce?info_hash=%',
      `/announce?${hash}`,
      good.replace('6881', '99999'),
      good.replace('aaaaa', ''),
      `/announce?${'&'.repeat(5000)}`,
      '/scrape',
      '/scrape?info_hash=short',
      '/passkey/announce?x=%00',
    ]) {
      const response = await get(tracker, target);
      assert.match(response, /^HTTP\/1\.1 200 OK\r\n/, target);
      const reason = dictionaryOf(response).get('failure reason');
      assert.ok(reason instanceof Uint8Array && reason.length > 5, target);
    }
    assert.equal(tracker.stats().http.invalid, 10);
    assert.equal(tracker.stats().torrents, 0);
  });

  test('other methods, paths and protocols are answered as HTTP says', async () => {
    const tracker = await listen({ requestTimeoutMs: 300 });
    const cases: [text: string, status: RegExp][] = [
      ['POST /announce HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 405 /],
      ['GET /admin HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 404 /],
      ['GET /../../etc/passwd HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 404 /],
      [`GET /announce?${'a'.repeat(20_000)} HTTP/1.0\r\n\r\n`, /^HTTP\/1\.1 431 /],
      ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^HTTP\/1\.1 400 /],
      ['\x13BitTorrent protocol\0\0\0\0\0\0\0\0', /^HTTP\/1\.1 400 /],
      ['GET /announce HTTP/1.1\r\nHost: a\r\nX: ', /^HTTP\/1\.1 408 |^$/],
      [`GET http://a${good} HTTP/1.0\r\n\r\n`, /^HTTP\/1\.1 200 /],
      [`GET ${good} HTTP/1.1\r\nConnection: close\r\n\r\n`, /^HTTP\/1\.1 200 /],
    ];
    await Promise.all(
      cases.map(async ([text, status]) => {
        assert.match(await raw(tracker, text), status, JSON.stringify(text.slice(0, 60)));
      }),
    );
  });

  test('two requests sent at once are answered in order', async () => {
    const tracker = await listen();
    const first = `GET ${good} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const second = `GET /scrape?${hash} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    const received = await raw(tracker, first + second);
    assert.match(received, /8:intervali\d+e.*5:files/s);
  });

  test('a silent connection is closed', async () => {
    const tracker = await listen({ requestTimeoutMs: 100 });
    const startMs = performance.now();
    assert.match(await raw(tracker, ''), /^$|408/);
    assert.ok(performance.now() - startMs < 2000);
  });
});

describe('addresses', () => {
  const asker = good.replace('6881', '7000').replace('left=0', 'left=1');
  async function listedAs(tracker: Tracker, target: string, headers = ''): Promise<string[]> {
    await get(tracker, target, headers);
    const read = decodeHttpAnnounceReply(bodyOf(await get(tracker, asker)));
    assert.ok('peers' in read);
    return read.peers.map(({ host }) => host);
  }

  test('X-Forwarded-For is ignored, unless the proxy is trusted', async () => {
    const header = 'X-Forwarded-For: 6.6.6.6, 9.9.9.9\r\n';
    assert.deepEqual(await listedAs(await listen(), good, header), ['127.0.0.1']);
    const trusting = await listen({ trustedProxies: ['127.0.0.0/8'] });
    assert.deepEqual(await listedAs(trusting, good, header), ['9.9.9.9']);
    const seen = dictionaryOf(await get(trusting, good, header)).get('external ip');
    assert.deepEqual(seen, Buffer.from([9, 9, 9, 9]));
  });

  test('ip= is believed between private addresses only', async () => {
    assert.deepEqual(await listedAs(await listen(), `${good}&ip=10.0.0.5`), ['10.0.0.5']);
    assert.deepEqual(await listedAs(await listen(), `${good}&ip=9.9.9.9`), ['127.0.0.1']);
    const proxied = await listen({ trustedProxies: ['127.0.0.1'] });
    const header = 'X-Forwarded-For: 8.8.8.8\r\n';
    assert.deepEqual(await listedAs(proxied, `${good}&ip=10.0.0.5`, header), ['8.8.8.8']);
  });
});

describe('life', () => {
  test('a port in use is named, with the way out', async () => {
    const tracker = await listen();
    await assert.rejects(Tracker.listen({ host: '127.0.0.1', port: tracker.httpPort }), {
      name: 'ListenError',
      code: 'EADDRINUSE',
      message: `cannot listen on port ${tracker.httpPort}: another program uses it. Choose another with --port, or 0 for any.`,
    });
    const taken = { host: '127.0.0.1', port: 0, udpPort: tracker.udpPort };
    await assert.rejects(Tracker.listen(taken), { message: /UDP port \d+: .*--udp-port/ });
  });

  test('a UDP port of its own', async () => {
    const tracker = await listen({ udpPort: 0 });
    const udp = tracker.announceUrls.find((url) => url.startsWith('udp:'));
    assert.equal(udp, `udp://127.0.0.1:${tracker.udpPort}/announce`);
  });

  test('impossible options are refused in words', async () => {
    for (const [options, message] of [
      [{ intervalMs: 0 }, /the interval must be/],
      [{ intervalMs: 60_000, peerTimeoutMs: 30_000 }, /forgotten between two announces/],
      [{ intervalJitter: 2 }, /jitter/],
      [{ trustedProxies: ['everyone'] }, /everyone is neither/],
    ] as const) {
      await assert.rejects(Tracker.listen({ host: '127.0.0.1', port: 0, ...options }), message);
    }
    const elsewhere = Tracker.listen({ host: '198.51.100.7', port: 0 });
    await assert.rejects(elsewhere, /198\.51\.100\.7: this machine has no such address/);
  });

  test('close leaves nothing open, kept connections included', async () => {
    const tracker = await Tracker.listen({ host: '127.0.0.1', port: 0 });
    const port = tracker.httpPort;
    const kept = connect(port, '127.0.0.1');
    kept.on('error', () => {});
    kept.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(kept, 'data');
    const closed = once(kept, 'close');
    await tracker.close();
    await tracker.close();
    await closed;
    // Both ports are free at once.
    const again = createServer().listen(port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
    await once(again, 'close');
  });
});
