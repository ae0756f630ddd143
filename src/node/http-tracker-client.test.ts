/** The HTTP tracker client against servers that fail in every way they do in the field. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import {
  announceBy,
  assertFailure,
  certificate,
  goodBody,
  goodPeers,
  key,
  type Outcome,
  parameters,
  portOf,
  withServer,
  withSocketServer,
} from './tracker-client-fixtures.test.ts';
import { NodeTrackerClients } from './tracker-clients.ts';

const clients = new NodeTrackerClients({
  http: { timeoutMs: 150, totalTimeoutMs: 400, bodyLimitBytes: 64 * 1024 },
});
after(() => clients.close());

function announce(url: string): Promise<Outcome> {
  return announceBy(clients, url);
}

describe('answers', () => {
  test('peers, counts and interval arrive, and the request is complete', async () => {
    let asked = '';
    const listener: RequestListener = (request, response) => {
      asked = request.url ?? '';
      response.end(goodBody);
    };
    await withServer(listener, async (url) => {
      const { reply } = await announce(`${url}?passkey=abc`);
      assert.deepEqual(reply, { seeders: 3, peers: goodPeers, intervalMs: 900_000 });
    });
    assert.ok(asked.startsWith(`/announce?passkey=abc&info_hash=${'%F1'.repeat(20)}&peer_id=AAAA`));
    assert.match(asked, /&port=6881&uploaded=0&downloaded=0&left=10&.*&event=started$/);
  });

  for (const [encoding, body] of [
    ['gzip', gzipSync(goodBody)],
    ['deflate', deflateSync(goodBody)],
    ['deflate', deflateRawSync(goodBody)],
  ] as const) {
    test(`${encoding} of ${body.length} bytes is inflated`, async () => {
      const listener: RequestListener = (_request, response) => {
        response.setHeader('content-encoding', encoding);
        response.end(body);
      };
      await withServer(listener, async (url) => {
        assert.deepEqual((await announce(url)).reply?.peers, goodPeers);
      });
    });
  }

  test('a failure reason is told in its words, whatever the status', async () => {
    for (const status of [200, 403]) {
      const listener: RequestListener = (_request, response) => {
        response.statusCode = status;
        response.end('d14:failure reason12:unregistered8:retry ini5ee');
      };
      await withServer(listener, async (url) => {
        const outcome = await announce(url);
        assertFailure(outcome, 'TRACKER_SAID_NO', /^unregistered$/);
        assert.equal(outcome.failure?.retryAfterMs, 300_000);
      });
    }
  });

  test('scrapes go to the scrape URL, in batches', async () => {
    const paths: string[] = [];
    const listener: RequestListener = (request, response) => {
      paths.push((request.url ?? '').split('?')[0]!);
      response.end(`d5:filesd20:${'a'.repeat(20)}d8:completei7eeee`);
    };
    const hashes = Array.from({ length: 100 }, () => new Uint8Array(20).fill(0x62));
    hashes.push(new Uint8Array(20).fill(0x61));
    await withServer(listener, async (url) => {
      const counts = await new Promise<readonly unknown[] | undefined>((resolve) => {
        clients.scrape(url, hashes, (reply) => resolve(reply));
      });
      assert.equal(counts?.length, 101);
      assert.equal(counts?.[0], undefined);
      assert.deepEqual(counts?.[100], { seeders: 7, leechers: 0, downloads: 0 });
    });
    assert.deepEqual(paths, ['/scrape', '/scrape']);
  });

  test('a kept connection that the server closed meanwhile is replaced', async () => {
    let requests = 0;
    const onSocket = (socket: Socket): void => {
      let isFirst = true;
      socket.on('data', () => {
        requests++;
        if (!isFirst) socket.resetAndDestroy();
        isFirst = false;
        const head = `HTTP/1.1 200 OK\r\nContent-Length: ${goodBody.length}\r\n\r\n`;
        socket.write(Buffer.concat([Buffer.from(head), goodBody]));
      });
    };
    await withSocketServer(onSocket, async (url) => {
      assert.deepEqual((await announce(url)).reply?.peers, goodPeers);
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual((await announce(url)).reply?.peers, goodPeers);
    });
    assert.equal(requests, 3);
  });
});

describe('failures', () => {
  test('nobody listens', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = portOf(server);
    server.close();
    await once(server, 'close');
    const outcome = await announce(`http://127.0.0.1:${port}/announce`);
    assertFailure(outcome, 'TRACKER_REFUSED', /connection refused/);
  });

  test('the tracker accepts and says nothing', async () => {
    await withSocketServer(
      () => {},
      async (url) => assertFailure(await announce(url), 'TRACKER_TIMEOUT', /timed out/),
    );
  });

  test('the tracker sends its body one byte at a time, for ever', async () => {
    const onSocket = (socket: Socket): void => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nd');
      const drip = setInterval(() => socket.write('8'), 20);
      socket.on('close', () => clearInterval(drip));
    };
    await withSocketServer(onSocket, async (url) => {
      assertFailure(await announce(url), 'TRACKER_TIMEOUT', /timed out/);
    });
  });

  test('the body stops in the middle', async () => {
    const stalls = (socket: Socket): void => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nd8:');
    };
    await withSocketServer(stalls, async (url) => {
      assertFailure(await announce(url), 'TRACKER_TIMEOUT', /timed out/);
    });
    const closes = (socket: Socket): void => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nd8:');
    };
    await withSocketServer(closes, async (url) => {
      assertFailure(await announce(url), 'TRACKER_NETWORK', /reset/);
    });
  });

  test('what answers does not speak HTTP', async () => {
    const onSocket = (socket: Socket): void => {
      socket.end('SSH-2.0-OpenSSH_9.9\r\n');
    };
    await withSocketServer(onSocket, async (url) => {
      assertFailure(await announce(url), 'TRACKER_BAD_REPLY', /does not speak HTTP/);
    });
  });

  const bodies: [name: string, body: string, message: RegExp][] = [
    ['a web page', '<!doctype html><title>parked</title>', /web page/],
    ['nothing', '', /empty/],
    ['rubbish', 'hello', /not one of a tracker/],
    ['a list', 'le', /not one of a tracker/],
  ];
  for (const [name, body, message] of bodies) {
    test(`200 with ${name}`, async () => {
      await withServer(
        (_request, response) => response.end(body),
        async (url) => assertFailure(await announce(url), 'TRACKER_BAD_REPLY', message),
      );
    });
  }

  test('500, and 503 with a time to come back', async () => {
    const inTwoMinutes = new Date(Date.now() + 120_000).toUTCString();
    for (const [status, retryAfter, shortest, longest] of [
      [500, undefined, undefined, undefined],
      [503, '120', 120_000, 120_000],
      [503, inTwoMinutes, 100_000, 120_000],
      [503, '99999999', 86_400_000, 86_400_000],
      [503, 'soon', undefined, undefined],
    ] as const) {
      const listener: RequestListener = (_request, response) => {
        response.statusCode = status;
        if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
        response.end('<html>busy</html>');
      };
      await withServer(listener, async (url) => {
        const outcome = await announce(url);
        assertFailure(outcome, 'TRACKER_HTTP', new RegExp(`^HTTP ${status}$`));
        const wait = outcome.failure?.retryAfterMs;
        if (shortest === undefined) assert.equal(wait, undefined);
        else assert.ok(typeof wait === 'number' && wait >= shortest && wait <= longest);
      });
    }
  });

  test('a body of 100 MB is not read to its end', async () => {
    for (const hasLength of [true, false]) {
      let sentBytes = 0;
      const listener: RequestListener = (_request, response) => {
        if (hasLength) response.setHeader('content-length', 100e6);
        const pump = (): void => {
          while (!response.destroyed && sentBytes < 100e6) {
            sentBytes += 65_536;
            if (!response.write(Buffer.alloc(65_536, 'a'))) return;
          }
        };
        response.on('drain', pump);
        pump();
      };
      await withServer(listener, async (url) => {
        assertFailure(await announce(url), 'TRACKER_TOO_BIG', /64 KiB/);
      });
      assert.ok(sentBytes < 20e6, `${sentBytes} bytes were sent`);
    }
  });

  test('a small body that inflates to much is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(20e6));
    assert.ok(bomb.length < 64 * 1024);
    const listener: RequestListener = (_request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(bomb);
    };
    await withServer(listener, async (url) => {
      assertFailure(await announce(url), 'TRACKER_TOO_BIG', /inflates/);
    });
  });

  test('damaged and unknown encodings', async () => {
    for (const [encoding, body, message] of [
      ['gzip', gzipSync(goodBody).subarray(0, 20), /damaged/],
      ['gzip', goodBody, /damaged/],
      ['br', goodBody, /nobody asked for/],
    ] as const) {
      const listener: RequestListener = (_request, response) => {
        response.setHeader('content-encoding', encoding);
        response.end(body);
      };
      await withServer(listener, async (url) => {
        assertFailure(await announce(url), 'TRACKER_BAD_REPLY', message);
      });
    }
  });

  test('a self-signed certificate is refused, whatever the environment says', async () => {
    const server = createTlsServer({ key, cert: certificate }, (_request, response) => {
      response.end(goodBody);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const outcome = await announce(`https://127.0.0.1:${portOf(server)}/announce`);
      assertFailure(outcome, 'TRACKER_TLS', /self-signed/);
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('giving up', () => {
  test('nothing is told after cancel and close', async () => {
    await withSocketServer(
      () => {},
      async (url) => {
        const own = new NodeTrackerClients({ http: { timeoutMs: 30 } });
        let told = 0;
        own.announce(parameters(url), () => told++).cancel();
        own.announce(parameters(url), () => told++);
        own.close();
        own.close();
        await new Promise((resolve) => setTimeout(resolve, 60));
        assert.equal(told, 0);
      },
    );
  });
});
