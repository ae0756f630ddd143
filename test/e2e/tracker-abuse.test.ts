/**
 * What strangers do to a tracker, against a real process: floods, broken requests, lies about addresses,
 * reflection, connections that never say anything. Honest clients are served all the while.
 */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { HonestClient } from '../../bench/load/honest-client.ts';
import { runLoad } from '../../bench/load/run-load.ts';
import { openFileLimit } from '../../src/node/open-file-limit.ts';
import type { TrackerOptions } from '../../src/tracker-server/tracker-options.ts';
import { LiveTracker } from '../fuzz/live-tracker.ts';

const MiB = 2 ** 20;
const started: LiveTracker[] = [];
after(() => Promise.all(started.map((tracker) => tracker.stop())));

async function start(options: TrackerOptions = {}): Promise<LiveTracker> {
  const tracker = await LiveTracker.start(options);
  started.push(tracker);
  return tracker;
}

let ordinary: Promise<LiveTracker> | undefined;

/** One for all tests that need nothing special of it. */
function anyTracker(): Promise<LiveTracker> {
  ordinary ??= start();
  return ordinary;
}

function percent(byte: string, count = 20): string {
  return `%${byte}`.repeat(count);
}

/** An announce's target; what is undefined in `fields` is left out. */
function announce(fields: Readonly<Record<string, string | undefined>> = {}): string {
  const all = {
    ...{ info_hash: percent('c5'), peer_id: '-XX1000-abcdefghijkl', port: '6881', left: '1' },
    ...{ uploaded: '0', downloaded: '0', compact: '1', ...fields },
  };
  const query = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return `/announce?${query.join('&')}`;
}

/** The whole answer to bytes on a connection of its own, until the tracker closes it. */
async function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  const parts: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (chunk) => parts.push(chunk));
  socket.end(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(parts).toString('latin1');
}

async function get(port: number, target: string, headers = ''): Promise<string> {
  return exchange(port, `GET ${target} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n${headers}\r\n`);
}

describe('a tracker under abuse', { concurrency: 2 }, () => {
  test('100,000 info-hashes, then as many peers, from one address', async () => {
    const budget = 8 * MiB;
    const tracker = await start({ memoryBytes: budget, udpBackend: 'auto' });
    const before = await tracker.memory();
    const target = { host: '127.0.0.1', port: tracker.udpPort };
    for (const [swarms, peers] of [
      [100_000, 1],
      [2, 50_000],
    ]) {
      const honest = await HonestClient.open(target, new Uint8Array(20).fill(0xaa));
      const sizes = ['--swarms', `${swarms}`, '--peers', `${peers}`, '--sources', '1', '--flood'];
      const flood = runLoad('udp', tracker, 1, sizes);
      const figures = await honest.during(flood).finally(() => honest.close());
      const { fill } = await flood;
      assert.ok((fill?.announces ?? 0) + (fill?.refused ?? 0) >= 100_000, JSON.stringify(fill));
      assert.equal(figures.unanswered, 0);
      // Two of them announce, and neither is ever pushed out.
      assert.equal(figures.fewestPeers, 2);
      // Other tests share these processors, so that the slowest say little.
      assert.ok(figures.p50 < 100, `honest announces take ${figures.p50} ms`);
    }
    const { rss } = await tracker.memory();
    const grown = Math.round((rss - before.rss) / MiB);
    assert.ok(rss - before.rss < budget + 64 * MiB, `${grown} MiB more than before`);
    await tracker.requireService();
  });

  test('broken announces get a reason that a person can read', async () => {
    const tracker = await anyTracker();
    const broken: readonly [string, RegExp][] = [
      [announce({ info_hash: undefined }), /info_hash/],
      [announce({ info_hash: percent('c5', 19) }), /info_hash/],
      [announce({ info_hash: percent('c5', 21) }), /info_hash/],
      [announce({ peer_id: 'short' }), /peer_id/],
      [announce({ port: '0' }), /port/],
      [announce({ port: '65536' }), /port/],
      [announce({ port: '-1' }), /port/],
      [announce({ port: '80x' }), /port/],
      [announce({ port: '9'.repeat(400) }), /port/],
      [announce({ port: undefined }), /port/],
      ['/announce', /info_hash/],
      ['/announce?', /info_hash/],
      [`/announce?${'&'.repeat(4000)}`, /info_hash/],
      ['/scrape?info_hash=%', /info_hash/],
    ];
    for (const [where, names] of broken) {
      const answer = await get(tracker.httpPort, where);
      assert.match(answer, /^HTTP\/1\.1 200 /, where.slice(0, 80));
      const [, reason = ''] =
        /d14:failure reason\d+:([\x20-\x7e]+?)(?:8:retry in|e$)/.exec(answer) ?? [];
      assert.match(reason, names, `${where.slice(0, 80)}: ${answer.slice(-120)}`);
    }
    await tracker.requireService();
  });

  test('what is no HTTP is refused and cut off', async () => {
    const tracker = await anyTracker();
    const huge = 'x'.repeat(64 * 1024);
    for (const bytes of [
      'GET\r\n\r\n',
      '\0\0\0\0\r\n\r\n',
      `GET ${announce()} HTTP/9.9\r\n\r\n`,
      `GET ${announce()} HTTP/1.1\r\nX: ${huge}\r\n\r\n`,
      `GET /${huge} HTTP/1.1\r\n\r\n`,
      `GET ${announce()} HTTP/1.1\r\n${'a: b\r\n'.repeat(10_000)}\r\n`,
      `GET ${announce()} HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
      `GET ${announce()} HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ]) {
      const answer = await exchange(tracker.httpPort, bytes);
      // A connection reset before the answer was read shows none.
      assert.match(answer, /^$|^HTTP\/1\.[01] (?:400|413|414|431|501|505) /, answer.slice(0, 100));
    }
    await tracker.requireService();
  });

  test('nobody is listed under an address that they only claim', async () => {
    const tracker = await anyTracker();
    const lies = 'X-Forwarded-For: 9.9.9.9\r\nX-Real-IP: 9.9.9.9\r\nForwarded: for=9.9.9.9\r\n';
    const claims = { ip: '8.8.8.8', ipv4: '8.8.4.4:1', ipv6: '2001:4860::8888' };
    await get(tracker.httpPort, announce({ port: '6881', ...claims }), lies);
    const answer = await get(tracker.httpPort, announce({ port: '6882' }));
    assert.equal(peersOf(answer), '127.0.0.1:6881');

    const trusting = await start({ trustedProxies: ['127.0.0.1'] });
    await get(
      trusting.httpPort,
      announce({ port: '6881' }),
      'X-Forwarded-For: 1.1.1.1, 9.9.9.9\r\n',
    );
    const told = await get(trusting.httpPort, announce({ port: '6882' }));
    assert.equal(peersOf(told), '9.9.9.9:6881', 'the last hop counts where the proxy is trusted');
  });

  test('heads that come a byte at a time are cut off, and hold up nobody', async () => {
    const timeoutMs = 600;
    const tracker = await start({ requestTimeoutMs: timeoutMs });
    const head = `GET ${announce()} HTTP/1.1\r\nHost: t\r\n\r\n`;
    const sockets = await openMany(tracker.httpPort, 300);
    let at = 0;
    const dripping = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write(head.charAt(at));
      at = Math.min(at + 1, head.length - 2);
    }, 50);
    try {
      await delay(timeoutMs / 2);
      const startMs = performance.now();
      await tracker.requireService();
      assert.ok(performance.now() - startMs < 1000, 'honest clients are served meanwhile');
      await until(5000, () => sockets.every(({ closed }) => closed));
    } finally {
      clearInterval(dripping);
      for (const socket of sockets) socket.destroy();
    }
  });

  const limit = openFileLimit();
  const tooFew =
    limit !== undefined && limit < 8000
      ? `only ${limit} files may be open: raise ulimit -n`
      : false;
  test('5,000 idle connections are all that are let in', { skip: tooFew }, async () => {
    const most = 5000;
    const tracker = await start({ maxConnections: most, requestTimeoutMs: 3000 });
    const before = await tracker.memory();
    const sockets = await openMany(tracker.httpPort, most + 300);
    try {
      await until(2000, () => sockets.filter(({ closed }) => closed).length >= 300);
      const left = sockets.filter(({ closed }) => !closed).length;
      assert.ok(left <= most && left >= most - 10, `${left} are open`);
      const { rss } = await tracker.memory();
      const each = (rss - before.rss) / most;
      assert.ok(each < 32 * 1024, `${Math.round(each)} bytes a connection`);
      await until(8000, () => sockets.every(({ closed }) => closed));
      await tracker.requireService();
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});

/** IPv4 peers of a compact answer, as text. */
function peersOf(answer: string): string {
  const [, length = '0'] = /5:peers(\d+):/.exec(answer) ?? [];
  const start = answer.indexOf(`5:peers${length}:`) + `5:peers${length}:`.length;
  const bytes = Buffer.from(answer.slice(start, start + Number(length)), 'latin1');
  return Array.from({ length: bytes.length / 6 }, (_, i) => {
    const peer = bytes.subarray(6 * i, 6 * i + 6);
    return `${[...peer.subarray(0, 4)].join('.')}:${peer.readUInt16BE(4)}`;
  }).join(' ');
}

/** Connections that say nothing; a few at a time, so that none waits to be accepted. */
async function openMany(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(100, count - sockets.length) }, () => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => {});
      socket.resume();
      return socket;
    });
    sockets.push(...some);
    await Promise.all(
      some.map(
        (socket) =>
          new Promise((resolve) => socket.once('connect', resolve).once('close', resolve)),
      ),
    );
  }
  return sockets;
}

async function until(milliseconds: number, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + milliseconds;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, `not within ${milliseconds} ms`);
    await delay(20);
  }
}
