/** The operations app: what every answer says, errors in words, limits, without listening itself. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { createOperationsApp, type OperationsAppOptions } from './operations-app.ts';

const routes: FastifyPluginCallback = (app, _options, done) => {
  app.get('/page', () => 'a page');
  app.get('/broken', () => {
    throw new Error('a secret of the inside');
  });
  app.get('/api/broken', () => {
    throw new Error('a secret of the inside');
  });
  app.post('/api/things', () => ({ done: true }));
  done();
};

async function start(
  t: TestContext,
  options: Partial<OperationsAppOptions> = {},
): Promise<FastifyInstance> {
  const app = await createOperationsApp({
    plugins: [routes],
    answerTracker: () => false,
    timeoutMs: 5000,
    ...options,
  });
  t.after(() => app.close());
  return app;
}

/** Hands a connection over to the app, sends `text`, then a byte at a time, and returns all that comes back. */
async function raw(
  t: TestContext,
  app: FastifyInstance,
  text: string,
  trickleMs?: number,
): Promise<string> {
  const front = createServer({ allowHalfOpen: true }, (socket) =>
    app.server.emit('connection', socket),
  );
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  t.after(() => front.close());
  const socket = connect((front.address() as AddressInfo).port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  // A byte that meets a closed connection resets it, which is one way to be given up.
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(text);
  const trickle =
    trickleMs === undefined ? undefined : setInterval(() => socket.write('a'), trickleMs);
  await closed;
  clearInterval(trickle);
  return received;
}

describe('answers', () => {
  test('every one forbids frames, sniffing and foreign scripts', async (t) => {
    const app = await start(t);
    for (const url of ['/page', '/page/', '/nowhere', '/broken', '/api/nowhere', '/%zz']) {
      const { headers } = await app.inject(url);
      assert.match(`${headers['content-security-policy']}`, /^default-src 'none'.*frame-ancestors/);
      assert.equal(headers['x-frame-options'], 'DENY', url);
      assert.equal(headers['x-content-type-options'], 'nosniff', url);
      assert.equal(headers['referrer-policy'], 'no-referrer', url);
      assert.equal(headers['x-powered-by'], undefined);
    }
  });

  test('errors are documents below /api/ and lines elsewhere, without the inside', async (t) => {
    const failures: string[] = [];
    const app = await start(t, {
      onFailure: (error, target) => failures.push(`${target} ${error.message}`),
    });
    const cases: [url: string, status: number, type: RegExp, body: RegExp][] = [
      ['/broken', 500, /^text\/plain/, /^The tracker failed.*its log/],
      ['/%zz', 400, /^text\/plain/, /^The request is not understood/],
      ['/api/broken', 500, /^application\/json/, /^\{"error":\{"code":"INTERNAL","message":"The/],
      ['/api/nowhere', 404, /^application\/json/, /^\{"error":\{"code":"NOT_FOUND","message":"T/],
    ];
    for (const [url, status, type, body] of cases) {
      const answer = await app.inject(url);
      assert.equal(answer.statusCode, status, url);
      assert.match(`${answer.headers['content-type']}`, type);
      assert.match(answer.body, body);
      assert.doesNotMatch(answer.body, /secret|zz/);
    }
    assert.deepEqual(failures, [
      '/broken a secret of the inside',
      '/api/broken a secret of the inside',
    ]);
  });

  test('bodies are limited, and of a type that somebody reads', async (t) => {
    const app = await start(t, { bodyLimitBytes: 100 });
    const post = (payload: string, type: string) =>
      app.inject({
        method: 'POST',
        url: '/api/things',
        payload,
        headers: { 'content-type': type },
      });
    assert.equal((await post('{}', 'application/json')).statusCode, 200);
    const large = await post(`{"a":"${'x'.repeat(200)}"}`, 'application/json');
    assert.deepEqual([large.statusCode, large.json().error.code], [413, 'TOO_LARGE']);
    const strange = await post('<a/>', 'application/xml');
    assert.deepEqual([strange.statusCode, strange.json().error.code], [415, 'UNSUPPORTED_TYPE']);
    const broken = await post('{"a":', 'application/json');
    assert.deepEqual([broken.statusCode, broken.json().error.code], [400, 'BAD_REQUEST']);
  });
});

describe('connections that are handed over', () => {
  test('the tracker is asked first', async (t) => {
    const app = await start(t, {
      answerTracker: (request, response) => {
        if (request.url !== '/announce') return false;
        response.end('tracker');
        return true;
      },
    });
    const close = 'HTTP/1.1\r\nConnection: close\r\n\r\n';
    assert.match(await raw(t, app, `GET /announce ${close}`), /tracker$/);
    assert.match(await raw(t, app, `GET /page ${close}`), /a page$/);
  });

  test('a head or a body that does not arrive is given up, however it trickles', async (t) => {
    const app = await start(t, { timeoutMs: 100 });
    const startMs = performance.now();
    const head = 'GET /page HTTP/1.1\r\nX: ';
    const post = 'POST /api/things HTTP/1.1\r\nContent-Length: 9\r\n\r\n';
    const [late, trickled, body] = await Promise.all([
      raw(t, app, head),
      raw(t, app, head, 20),
      raw(t, app, post),
    ]);
    assert.match(late, /^(HTTP\/1\.1 408 .*)?$/s);
    assert.match(trickled, /^HTTP\/1\.1 408 /);
    assert.doesNotMatch(body, / 200 /);
    assert.ok(performance.now() - startMs < 3000);
  });

  test('heads are limited', async (t) => {
    const app = await start(t);
    const text = `GET /page HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
    assert.match(await raw(t, app, text), /^HTTP\/1\.1 431 /);
  });
});

test('a plugin that cannot start is an error of the start', async () => {
  const failing: FastifyPluginCallback = (_app, _options, done) => done(new Error('no assets'));
  const options = { plugins: [failing], answerTracker: () => false, timeoutMs: 1000 };
  await assert.rejects(createOperationsApp(options), /no assets/);
});
