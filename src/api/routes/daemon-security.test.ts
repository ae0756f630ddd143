/** Who may ask, and what an enemy can send: every way in is shut, and what is sent costs little. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { type Ask, type RoutesRig, startRoutes, token } from './daemon-routes-fixture.test.ts';
import { knownHash } from './recording-ports-fixture.test.ts';

const list = '/api/v1/torrents';

/** Every method and path of the document, but those that answer everybody. */
async function closedRoutes(rig: RoutesRig): Promise<Ask[]> {
  const { json } = await rig.ask({ path: '/api/openapi.json' });
  const paths = json?.paths as Record<string, Record<string, { security?: unknown[] }>>;
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) =>
      security?.length === 0
        ? []
        : [
            {
              method: method.toUpperCase(),
              path: path.replace('{hash}', knownHash).replaceAll(/\{\w+\}/g, '0'),
            },
          ],
    ),
  );
  assert.ok(routes.length > 35);
  const others = ['/api/openapi.json', '/api/docs', '/api/v1/nowhere', '/api/v1/torrents/'];
  return [...routes, ...others.map((path) => ({ path }))];
}

test('no route answers without the token, with a wrong one, or with a session that is over', async (t) => {
  const rig = await startRoutes(t);
  const routes = await closedRoutes(rig);
  const strangers: Record<string, string>[] = [
    {},
    { cookie: `shoal_session_${rig.port}=guessed` },
    { cookie: `shoal_session_${rig.port}=${token}` },
    { authorization: `Basic ${btoa(`x:${token}`)}` },
    { authorization: token },
    { authorization: 'Bearer' },
  ];
  for (const ask of routes) {
    for (const headers of strangers) {
      const { status } = await rig.ask({ ...ask, headers, bare: true });
      assert.equal(status, 401, `${ask.method} ${ask.path} ${JSON.stringify(headers)}`);
    }
  }
  assert.equal(rig.calls.length, 0, 'nothing was done for any of them');
  for (const path of ['/api/v1/health', '/health', '/']) {
    assert.equal((await rig.ask({ path, bare: true })).status, 200, path);
  }
});

test('a login gives a session, which ends with the logout or when it is not used', async (t) => {
  const rig = await startRoutes(t);
  const login = (password: unknown) =>
    rig.ask({
      method: 'POST',
      path: '/api/v1/login',
      bare: true,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password }),
    });
  const cookieOf = async () => {
    const { status, headers, text } = await login(token);
    assert.deepEqual([status, text], [204, '']);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    assert.match(
      cookie,
      /^shoal_session_\d+=\w+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    return cookie.split(';')[0]!;
  };
  const ask = (cookie: string, method = 'GET', path = '/api/v1/session') =>
    rig.ask({ method, path, bare: true, headers: { cookie } });
  const first = await cookieOf();
  assert.equal((await ask(first)).status, 200);
  assert.equal((await ask(`a=b; ${first} ; c=d`)).status, 200);
  const out = await ask(first, 'POST', '/api/v1/logout');
  assert.equal(out.status, 204);
  assert.match(String(out.headers['set-cookie']), /^shoal_session_\d+=; .*Max-Age=0$/);
  assert.equal((await ask(first)).status, 401);
  const second = await cookieOf();
  rig.clock.nowMs += 8 * 24 * 3600_000;
  assert.equal((await ask(second)).status, 401);
  for (const [bad, field] of [
    [undefined, 'password'],
    ['', 'password'],
    [5, 'password'],
    ['x'.repeat(2000), 'password'],
  ] as const) {
    const { status, field: said } = await login(bad);
    assert.deepEqual([status, said], [400, field]);
  }
});

test('twenty wrong passwords are slowed down, wherever they are tried', async (t) => {
  const rig = await startRoutes(t);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ password: 'wrong password' });
  const login: Ask = { method: 'POST', path: '/api/v1/login', bare: true, headers, body };
  const statuses: number[] = [];
  for (let i = 0; i < 20; i++) statuses.push((await rig.ask(login)).status);
  assert.deepEqual(statuses.slice(0, 5), [401, 401, 401, 401, 401]);
  assert.ok(statuses.slice(5).every((status) => status === 429));
  assert.equal((await rig.ask()).status, 429, 'the right token waits too');
  rig.clock.nowMs += 5 * 60_000;
  assert.equal((await rig.ask()).status, 200);
});

test('pages of other sites reach nothing: forms, JSON as text, foreign and null origins', async (t) => {
  const rig = await startRoutes(t);
  const routes = await closedRoutes(rig);
  const host = `127.0.0.1:${rig.port}`;
  for (const ask of [...routes, { method: 'POST', path: '/api/v1/login' }, { path: '/metrics' }]) {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${rig.port + 1}` },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const { status, code } = await rig.ask({ ...ask, headers: { host, ...headers } });
      assert.equal(status, 403, ask.path);
      if (ask.method !== 'HEAD') assert.equal(code, 'FORBIDDEN_ORIGIN', ask.path);
    }
  }
  const origin = 'https://evil.example';
  for (const [type, body] of [
    ['application/x-www-form-urlencoded', `source=${knownHash}`],
    ['text/plain', JSON.stringify({ source: knownHash })],
    ['multipart/form-data; boundary=x', '--x--'],
  ] as const) {
    const post = { method: 'POST', path: list, body };
    const foreign = await rig.ask({ ...post, headers: { host, origin, 'content-type': type } });
    assert.equal(foreign.status, 403, type);
    const own = await rig.ask({ ...post, headers: { host, 'content-type': type } });
    assert.equal(own.status, 415, type);
  }
  assert.equal(rig.added.length + rig.calls.length, 0);
});

test('only under its own names: foreign ones, trailing dots, forwarded hosts, whole URLs', async (t) => {
  const rig = await startRoutes(t);
  for (const path of [list, '/', '/api/v1/health', '/metrics', '/nowhere', '/api/v1/login']) {
    for (const host of ['evil.example', 'localhost.', 'shoal.lan.', '127.0.0.1.evil.example']) {
      const { status, code } = await rig.ask({ path, headers: { host } });
      assert.deepEqual([status, code], [403, 'FORBIDDEN_HOST'], `${path} ${host}`);
    }
    const forwarded = { host: 'evil.example', 'x-forwarded-host': 'localhost' };
    assert.equal((await rig.ask({ path, headers: forwarded })).code, 'FORBIDDEN_HOST');
    assert.equal((await rig.ask({ path: `http://evil.example${path}` })).code, 'FORBIDDEN_HOST');
  }
  const headers = { 'x-forwarded-host': 'evil.example' };
  assert.equal((await rig.ask({ headers })).status, 200);
});

test('figures are for this machine, not for what a proxy on it passes on', async (t) => {
  const rig = await startRoutes(t);
  const { status, text, headers } = await rig.ask({ path: '/metrics', bare: true });
  assert.equal(status, 200);
  assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
  assert.match(text, /^shoal_daemon_torrents\{state="seeding"\} 0$/m);
  assert.match(text, /^shoal_daemon_http_requests_total\{status="2xx"\} \d+$/m);
  for (const line of text.trimEnd().split('\n')) {
    assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? -?[\d.e+-]+)$/);
  }
  for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) {
    const ask = { path: '/metrics', bare: true, headers: { [name]: '203.0.113.9' } };
    assert.equal((await rig.ask(ask)).status, 401, name);
  }
});

test('who is refused cannot go on sending', async (t) => {
  const rig = await startRoutes(t);
  for (const length of ['Content-Length: 10000000000', 'Transfer-Encoding: chunked']) {
    const head = [`POST ${list} HTTP/1.1`, 'Host: localhost', length, '', ''].join('\r\n');
    const startMs = performance.now();
    const answer = await rawAnswer(rig.port, head);
    assert.match(answer, /^HTTP\/1\.1 401 [\s\S]*\r\nconnection: close\r\n/i);
    assert.ok(performance.now() - startMs < 5000);
  }
  const body = new Uint8Array(500_000);
  assert.equal((await rig.ask({ method: 'POST', bare: true, body })).status, 401);
});

test('what is large is refused before it is read', async (t) => {
  const rig = await startRoutes(t);
  const answer = await rawAnswer(
    rig.port,
    [
      `POST ${list} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/x-bittorrent',
      'Content-Length: 1073741824',
      '',
      '',
    ].join('\r\n'),
  );
  assert.match(answer, /^HTTP\/1\.1 413 /);
  const items = JSON.stringify({ action: 'stop', hashes: new Array(1_000_000).fill(knownHash) });
  assert.equal(
    (await rig.send(`${list}/actions`, items).catch(() => ({ status: 413 }))).status,
    413,
  );
  const many = { action: 'stop', hashes: new Array(5001).fill(knownHash) };
  assert.equal((await rig.send(`${list}/actions`, many)).field, 'hashes');
  for (const depth of [1000, 100_000]) {
    const deep = `{"source":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    assert.equal((await rig.add(deep)).status, 400);
    assert.equal(
      (await rig.add(`${'{"a":'.repeat(depth / 5)}1${'}'.repeat(depth / 5)}`)).status,
      400,
    );
  }
  assert.equal((await rig.add('['.repeat(400_000))).status, 400);
  assert.equal((await rig.ask({ headers: { x: 'a'.repeat(20_000) } })).status, 431);
  assert.equal(rig.failures.length, 0);
});

test('what is no request is refused in the words of every other refusal', async (t) => {
  const rig = await startRoutes(t, {});
  const cases: readonly (readonly [string, number, string])[] = [
    ['GET /\u00e9 HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'BAD_REQUEST'],
    ['nothing of the kind\r\n\r\n', 400, 'BAD_REQUEST'],
    [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431, 'TOO_LARGE'],
  ];
  for (const [sent, status, code] of cases) {
    const [head = '', body = ''] = (await rawAnswer(rig.port, sent)).split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
    const { error } = JSON.parse(body) as { error: { code: string; message: string } };
    assert.equal(error.code, code);
    assert.ok(error.message.length > 10);
  }
  assert.equal(rig.failures.length, 0);
});

test('who sends slowly is dropped', async (t) => {
  const rig = await startRoutes(t, { times: { headMs: 200, bodyMs: 300 } });
  const head = await rawAnswer(rig.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n');
  assert.match(head, /^HTTP\/1\.1 408 /);
  const body = await rawAnswer(
    rig.port,
    [
      `POST ${list} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      'Content-Length: 100',
      '',
      '{"source":',
    ].join('\r\n'),
  );
  assert.match(body, /^HTTP\/1\.1 408 /);
  assert.equal((await rig.ask()).status, 200);
});

test('many connections at once leave it answering', async (t) => {
  const rig = await startRoutes(t, { times: { headMs: 500 } });
  const sockets = Array.from({ length: 400 }, () => {
    const socket = connect(rig.port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET /api/v1/torrents HTTP/1.1\r\nHost: loc');
    return socket;
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const startMs = performance.now();
  assert.equal((await rig.ask()).status, 200);
  assert.ok(performance.now() - startMs < 1000);
});

/** All that comes back until the server ends the connection. */
function rawAnswer(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (data: Buffer) => {
      answer += data.toString();
      if (/ 413 /.test(answer)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.write(text);
  });
}
