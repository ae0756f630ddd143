import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownHash, startRoutes, token } from './daemon-routes-fixture.test.ts';

const list = '/api/v1/torrents';
const one = `${list}/${knownHash}`;
/** Every route of the contract. */
const routes: readonly (readonly [method: string, path: string, status: number])[] = [
  ['GET', '/api/v1/session', 200],
  ['GET', list, 200],
  ['POST', list, 201],
  ['GET', one, 200],
  ['DELETE', one, 204],
  ['POST', `${one}/start`, 200],
  ['POST', `${one}/stop`, 200],
  ['POST', `${one}/verify`, 200],
  ['POST', `${one}/reannounce`, 200],
  ['GET', `${one}/files`, 200],
  ['GET', `${one}/peers`, 200],
  ['GET', `${one}/trackers`, 200],
];
const nowhere: typeof routes = [
  ['GET', '/api/v1/elsewhere', 404],
  ['PUT', list, 405],
  ['OPTIONS', list, 404],
];

function bodyFor(method: string, path: string) {
  if (method !== 'POST' || path !== list) return {};
  const body = JSON.stringify({ source: knownHash });
  return { body, headers: { 'content-type': 'application/json' } };
}

test('every route but health takes the token', async (t) => {
  const rig = await startRoutes(t);
  for (const [method, path, status] of [...routes, ...nowhere]) {
    const { body, headers = {} } = bodyFor(method, path);
    const ask = { method, path, headers, ...(body !== undefined && { body }) };
    const bare = await rig.ask({ ...ask, bare: true });
    assert.deepEqual([bare.status, bare.code], [401, 'TOKEN_NEEDED'], `${method} ${path}`);
    assert.match(bare.headers['www-authenticate'] ?? '', /^Bearer/);
    const basic = { ...headers, authorization: `Basic ${btoa(`x:${token}`)}` };
    assert.equal((await rig.ask({ ...ask, headers: basic })).status, 401);
    assert.equal(rig.calls.length, 0, 'nothing was done for those without the token');
    assert.equal((await rig.ask(ask)).status, status, `${method} ${path}`);
    (rig.calls as unknown[][]).length = 0;
  }
  const health = await rig.ask({ path: '/api/v1/health', bare: true });
  assert.deepEqual([health.status, health.json], [200, { status: 'ok' }]);
});

test('guessing gets slow, and then even the right token waits', async (t) => {
  const rig = await startRoutes(t);
  const wrong = { headers: { authorization: 'Bearer wrong' } };
  for (let i = 0; i < 5; i++) {
    const { status, code } = await rig.ask(wrong);
    assert.deepEqual([status, code], [401, 'TOKEN_WRONG']);
  }
  const late = await rig.ask();
  assert.deepEqual([late.status, late.code], [429, 'TOO_MANY_REQUESTS']);
  assert.match(late.headers['retry-after'] ?? '', /^[1-9]/);
});

test('a page of another site cannot use up the attempts', async (t) => {
  const rig = await startRoutes(t);
  const headers = { authorization: 'Bearer wrong', origin: 'https://evil.example' };
  for (let i = 0; i < 10; i++) assert.equal((await rig.ask({ headers })).code, 'FORBIDDEN_ORIGIN');
  assert.equal((await rig.ask()).status, 200);
});

test('the daemon answers under its own names only, with and without a token', async (t) => {
  const rig = await startRoutes(t);
  const own = ['127.0.0.1', 'localhost', 'LOCALHOST:1', '[::1]:6880', '10.0.0.9:6880', 'shoal.lan'];
  const foreign = ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:80', 'a@localhost'];
  for (const bare of [true, false]) {
    for (const path of [list, '/api/v1/health', '/nowhere']) {
      for (const host of foreign) {
        const { status, code } = await rig.ask({ path, bare, headers: { host } });
        assert.equal(
          status === 400 || code === 'FORBIDDEN_HOST',
          true,
          `${path} ${host}: ${status}`,
        );
      }
    }
  }
  for (const host of own) assert.equal((await rig.ask({ headers: { host } })).status, 200, host);
  const proxied = await rig.ask({ path: `http://evil.example${list}` });
  assert.equal(proxied.code, 'FORBIDDEN_HOST');
});

test('pages of other sites are refused, also before they send anything', async (t) => {
  const rig = await startRoutes(t);
  const host = `127.0.0.1:${rig.port}`;
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://${host}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of foreign) {
    for (const [method, path] of routes) {
      const answer = await rig.ask({ method, path, headers: { host, ...headers } });
      assert.deepEqual(
        [answer.status, answer.code],
        [403, 'FORBIDDEN_ORIGIN'],
        `${method} ${path}`,
      );
    }
  }
  assert.equal(rig.calls.length, 0);
  const own = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  assert.equal((await rig.ask({ headers: own })).status, 200);
});

test('only JSON and torrents are read, and nothing large', async (t) => {
  const rig = await startRoutes(t, { maxTorrentBytes: 1000 });
  const post = (type: string, body: string | Uint8Array) =>
    rig.ask({ method: 'POST', headers: { 'content-type': type }, body });
  const form = await post('application/x-www-form-urlencoded', `source=${knownHash}`);
  assert.deepEqual([form.status, form.code], [415, 'UNSUPPORTED_MEDIA_TYPE']);
  assert.equal((await post('text/plain', `{"source":"${knownHash}"}`)).status, 415);
  const large = await post('application/x-bittorrent', new Uint8Array(1001));
  assert.deepEqual([large.status, large.code], [413, 'TOO_LARGE']);
  const long = await rig.add({ source: 'a'.repeat(600_000) });
  assert.deepEqual([long.status, long.code], [413, 'TOO_LARGE']);
  assert.equal((await post('application/x-bittorrent', '')).code, 'BAD_REQUEST');
  assert.equal(rig.added.length, 0);
});

test('what is wrong is said of the field', async (t) => {
  const rig = await startRoutes(t);
  const source = knownHash;
  const cases: [body: unknown, field: string | undefined][] = [
    [{}, 'source'],
    [{ source: 7 }, 'source'],
    [{ source: '' }, 'source'],
    [{ source: 'file:///etc/passwd' }, 'source'],
    [{ source: 'ftp://host/x.torrent' }, 'source'],
    [{ source: '/etc/passwd' }, 'source'],
    [{ source: 'http://' }, 'source'],
    [{ source: `${source}0` }, 'source'],
    [{ source, dir: 5 }, 'dir'],
    [{ source, dir: '' }, 'dir'],
    [{ source, dir: 'a\0b' }, 'dir'],
    [{ source, paused: 'yes' }, 'paused'],
    [{ source, trackers: 'http://t/announce' }, 'trackers'],
    [{ source, trackers: ['http://t/announce', 'javascript:alert(1)'] }, 'trackers.1'],
    [{ source, trackers: Array.from({ length: 101 }, () => 'http://t/announce') }, 'trackers'],
    [{ source, script: 'rm' }, 'script'],
    [[], undefined],
    ['null', undefined],
    ['{', undefined],
    ['{"__proto__":{"paused":true}}', undefined],
  ];
  for (const [body, field] of cases) {
    const answer = await rig.add(body);
    const what = JSON.stringify(body);
    assert.deepEqual([answer.status, answer.code, answer.field], [400, 'BAD_REQUEST', field], what);
    if (field !== undefined) assert.match(answer.text, new RegExp(`"message":"[^}]*${field}`));
  }
  const queries: [string, string][] = [
    ['?paused=1', 'paused'],
    ['?dir=', 'dir'],
    ['?tracker=x', 'tracker.0'],
    ['?data=true', 'data'],
  ];
  for (const [query, field] of queries) {
    const headers = { 'content-type': 'application/x-bittorrent' };
    const path = `${list}${query}`;
    const answer = await rig.ask({ method: 'POST', path, headers, body: 'd4:infodee' });
    assert.deepEqual([answer.status, answer.field], [400, field], query);
  }
  const removal = await rig.ask({ method: 'DELETE', path: `${one}?data=yes` });
  assert.deepEqual([removal.status, removal.field], [400, 'data']);
  assert.equal((await rig.ask({ path: `${list}/../../etc/passwd` })).status, 404);
  assert.equal((await rig.ask({ path: `${list}/nonsense` })).field, 'hash');
  assert.equal((await rig.ask({ path: `${list}/${'00'.repeat(20)}` })).code, 'NOT_FOUND');
  assert.equal(rig.added.length + rig.failures.length, 0);
});

test('what is asked arrives', async (t) => {
  const rig = await startRoutes(t);
  const trackers = ['udp://t.example:6969/announce', 'http://t.example/announce'];
  const link = `magnet:?xt=urn:btih:${knownHash}`;
  const answer = await rig.add({ source: ` ${link} `, dir: 'films', paused: true, trackers });
  assert.equal(answer.headers.location, one);
  const body = new Uint8Array([100, 0, 255, 101]);
  const query = `?dir=films&paused=true&tracker=${trackers.map(encodeURIComponent).join('&tracker=')}`;
  const headers = { 'content-type': 'application/x-bittorrent' };
  await rig.ask({ method: 'POST', path: list + query, headers, body });
  await rig.ask({ method: 'POST', headers, body });
  assert.deepEqual(rig.added, [
    { source: link, dir: 'films', paused: true, trackers },
    { source: body, dir: 'films', paused: true, trackers },
    { source: body },
  ]);
  await rig.ask({ method: 'DELETE', path: one.toUpperCase().replace('/API/V1/TORRENTS', list) });
  await rig.ask({ method: 'DELETE', path: `${one}?data=true` });
  assert.deepEqual(rig.calls, [
    ['remove', knownHash, false],
    ['remove', knownHash, true],
  ]);
});

test('an error of the daemon is told to its log, and hostile names stay text', async (t) => {
  const rig = await startRoutes(t);
  const answer = await rig.add({ source: knownHash, dir: 'bug' });
  assert.deepEqual([answer.status, answer.code], [500, 'INTERNAL']);
  assert.doesNotMatch(answer.text, /secret/);
  assert.match(rig.failures[0]?.message ?? '', /secret/);
  const { headers } = await rig.ask({ path: one });
  assert.match(headers['content-type'] ?? '', /^application\/json/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['x-frame-options'], 'DENY');
  assert.match(String(headers['content-security-policy']), /default-src 'none'/);
});
