import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import Fastify from 'fastify';
import { DaemonAccess } from '../service/daemon-access.ts';
import { LoginSessions } from '../service/login-sessions.ts';
import { FakeDaemon } from './fake-daemon-fixture.test.ts';
import {
  type TransmissionDeps,
  transmissionPath,
  transmissionRoutes,
} from './transmission-routes.ts';

const token = 'a-token-of-a-test-0123456789';
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const known = basic('anna', token);

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly rawHeaders: readonly string[];
  readonly text: string;
}

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function serve(t: TestContext, change: Partial<TransmissionDeps> = {}) {
  const clock = { nowMs: () => 0 };
  const access = new DaemonAccess({
    tokens: [token],
    hostNames: ['shoal.lan'],
    sessions: new LoginSessions({ ...clock, newId: () => 'id' }),
    ...clock,
  });
  const app = Fastify({
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: true,
  });
  app.register(transmissionRoutes({ ports: new FakeDaemon({}).context.ports, access, ...change }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  return (ask: Ask) => send(port, ask);
}

async function send(port: number, ask: Ask): Promise<Answer> {
  const { method = 'POST', path = transmissionPath, headers = {}, body = '' } = ask;
  const asking = request({ host: '127.0.0.1', port, method, path, headers });
  asking.end(body);
  const [answer] = await once(asking, 'response');
  answer.setEncoding('utf8');
  let text = '';
  for await (const part of answer) text += part;
  const { statusCode: status, headers: answered, rawHeaders } = answer;
  return { status, headers: answered, rawHeaders, text };
}

describe('the RPC over HTTP', () => {
  it('hands out the session id on GET and POST, with and without a slash at the end', async (t) => {
    const ask = await serve(t);
    const ids = new Set<unknown>();
    for (const method of ['GET', 'POST']) {
      for (const path of [transmissionPath, `${transmissionPath}/`]) {
        const answer = await ask({ method, path, headers: { authorization: known } });
        assert.equal(answer.status, 409);
        ids.add(answer.headers['x-transmission-session-id']);
        assert.equal(
          /<code>X-Transmission-Session-Id: (\w+)<\/code>/.exec(answer.text)?.[1],
          answer.headers['x-transmission-session-id'],
        );
        assert.ok(answer.rawHeaders.includes('X-Transmission-Session-Id'));
      }
    }
    assert.equal(ids.size, 1);
    const id = String([...ids][0]);
    assert.match(id, /^[0-9a-f]{48}$/);
    const headers = { authorization: known, 'x-transmission-session-id': id };
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
      const answer = await ask({
        path: `${transmissionPath}/`,
        headers: { ...headers, 'content-type': type },
        body: '{"method":"session-get","arguments":{"fields":["rpc-version"]},"tag":3}',
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['x-transmission-rpc-version'], undefined);
      assert.deepEqual(JSON.parse(answer.text), {
        result: 'success',
        arguments: { 'rpc-version': 17 },
        tag: 3,
      });
    }
    const untyped = await ask({ headers, body: '{"method":"nonsense"}' });
    assert.deepEqual(JSON.parse(untyped.text).result, 'method name not recognized');
    assert.equal((await ask({ method: 'GET', headers })).status, 405);
  });

  it('takes the token as the password of anybody, or as a bearer token', async (t) => {
    const ask = await serve(t);
    const statusOf = async (authorization?: string) =>
      (await ask({ headers: authorization === undefined ? {} : { authorization } })).status;
    assert.equal(await statusOf(known), 409);
    assert.equal(await statusOf(basic('', token)), 409);
    assert.equal(await statusOf(`Bearer ${token}`), 409);
    assert.equal(await statusOf(), 401);
    assert.equal(await statusOf(basic('anna', 'wrong')), 401);
    assert.equal(await statusOf(basic('anna', '')), 401);
    const refused = await ask({});
    assert.match(String(refused.headers['www-authenticate']), /^Basic realm="Shoal"/);
    assert.equal(refused.headers['x-transmission-session-id'], undefined);
    for (let attempt = 0; attempt < 5; attempt++) await statusOf(basic('anna', 'wrong'));
    const waiting = await ask({ headers: { authorization: known } });
    assert.equal(waiting.status, 429);
    assert.ok(Number(waiting.headers['retry-after']) > 0);
  });

  it('refuses foreign names and pages of other sites before the token counts', async (t) => {
    const ask = await serve(t);
    const statusOf = async (headers: Record<string, string>) =>
      (await ask({ headers: { authorization: basic('a', 'wrong'), ...headers } })).status;
    for (let attempt = 0; attempt < 7; attempt++) {
      assert.equal(await statusOf({ host: 'evil.example' }), 403);
      assert.equal(await statusOf({ origin: 'https://evil.example' }), 403);
    }
    assert.equal(await statusOf({ authorization: known, host: 'shoal.lan:80' }), 409);
  });

  it('bounds what it reads', async (t) => {
    const ask = await serve(t, { maxBodyBytes: 100 });
    const { headers } = await ask({ headers: { authorization: known } });
    const id = String(headers['x-transmission-session-id']);
    const sent = { authorization: known, 'x-transmission-session-id': id };
    assert.equal((await ask({ headers: sent, body: 'x'.repeat(101) })).status, 413);
  });

  it('ends the daemon when it is told to, after the answer', async (t) => {
    let ended = 0;
    const call = async (shutDown?: () => void) => {
      const ask = await serve(t, shutDown === undefined ? {} : { shutDown });
      const { headers } = await ask({ headers: { authorization: known } });
      const id = String(headers['x-transmission-session-id']);
      const answer = await ask({
        headers: { authorization: known, 'x-transmission-session-id': id },
        body: '{"method":"session-close"}',
      });
      return JSON.parse(answer.text).result;
    };
    assert.match(await call(), /ended by who started it/);
    assert.equal(await call(() => ended++), 'success');
    await new Promise((done) => setImmediate(done));
    assert.equal(ended, 1);
  });
});
