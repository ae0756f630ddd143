import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIp } from '../../base/ip-address.ts';
import { sampleTorrent } from '../../node/catalog/sample-torrent-fixture.test.ts';
import type { CatalogAccess } from './catalog-access.ts';
import { type Answer, startCatalog } from './catalog-server-fixture.test.ts';

const token = 'correct-horse';
const access: CatalogAccess = { tokens: ['other', token], publishers: 'loopback', hostNames: [] };
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
const torrent = sampleTorrent({ name: 'x' });
const outcome = ({ status, code }: Answer) => code ?? (status < 300 ? 'ok' : String(status));

const addresses = {
  loopback: '127.0.0.9',
  loopback6: '::1',
  mapped: '::ffff:127.0.0.1',
  private: '192.168.1.5',
  private6: 'fd00::5',
  linkLocal: 'fe80::5',
  public: '8.8.8.8',
  public6: '2a00::1',
};

test('who publishes and deletes without a token depends on the network', async (t) => {
  const near = ['loopback', 'loopback6', 'mapped'];
  const home = [...near, 'private', 'private6', 'linkLocal'];
  const everybody = Object.keys(addresses);
  const matrix = {
    loopback: { publish: near, remove: near },
    private: { publish: home, remove: home },
    all: { publish: everybody, remove: near },
  };
  let address = addresses.loopback;
  const open = {
    tokens: [] as string[],
    publishers: 'loopback' as CatalogAccess['publishers'],
    hostNames: [],
  };
  const server = await startCatalog(t, { access: open, clientAddress: () => parseIp(address)! });
  for (const tokens of [[], [token]]) {
    open.tokens = tokens;
    for (const [publishers, allowed] of Object.entries(matrix)) {
      open.publishers = publishers as CatalogAccess['publishers'];
      for (const [kind, text] of Object.entries(addresses)) {
        address = text;
        const label = `${publishers} ${kind} ${tokens.length}`;
        const published = outcome(await server.publish(torrent));
        assert.equal(published, allowed.publish.includes(kind) ? 'ok' : 'TOKEN_NEEDED', label);
        const removed = outcome(await server.ask({ path: '/none', method: 'DELETE' }));
        assert.equal(removed, allowed.remove.includes(kind) ? 'NOT_FOUND' : 'TOKEN_NEEDED', label);
        assert.equal((await server.ask()).status, 200, 'everybody reads');
      }
    }
  }
});

test('a token opens from anywhere, a wrong one nowhere', async (t) => {
  let address = addresses.public;
  const server = await startCatalog(t, { access, clientAddress: () => parseIp(address)! });
  const without = await server.publish(torrent);
  assert.equal(without.status, 401);
  assert.match(String(without.headers['www-authenticate']), /^Bearer/);
  const cases: [Record<string, string>, string][] = [
    [bearer(token), 'ok'],
    [{ authorization: `bearer  ${token} ` }, 'ok'],
    [{ ...bearer(token), host: 'tracker.example' }, 'ok'],
    [bearer(`${token}x`), 'TOKEN_WRONG'],
    [bearer(token.toUpperCase()), 'TOKEN_WRONG'],
    [bearer(token.slice(1)), 'TOKEN_WRONG'],
    [{ authorization: `Basic ${token}` }, 'TOKEN_NEEDED'],
    [{ authorization: token }, 'TOKEN_NEEDED'],
    [{ authorization: 'Bearer' }, 'TOKEN_NEEDED'],
  ];
  for (const [headers, expected] of cases) {
    assert.equal(outcome(await server.publish(torrent, headers)), expected, headers.authorization);
  }
  address = addresses.loopback;
  assert.equal(outcome(await server.publish(torrent, bearer('wrong'))), 'TOKEN_WRONG');
});

test('guessing tokens slows down, for that network alone', async (t) => {
  let address = addresses.public;
  const server = await startCatalog(t, { access, clientAddress: () => parseIp(address)! });
  const guess = async (value: string) => server.publish(torrent, bearer(value));
  for (let i = 0; i < 5; i++)
    assert.equal((await guess(`wrong ${i}`.replace(' ', ''))).status, 403);
  const blocked = await guess(token);
  assert.deepEqual([blocked.status, blocked.code], [429, 'TOO_MANY_REQUESTS']);
  assert.match(String(blocked.headers['retry-after']), /^[1-9]$/);
  assert.equal((await server.ask()).status, 200, 'reading goes on');
  address = addresses.private;
  assert.equal((await guess(token)).status < 300, true);
});

test('tokens may change while it runs', async (t) => {
  const changing = { ...access, tokens: ['old'] };
  const server = await startCatalog(t, {
    access: changing,
    clientAddress: () => parseIp(addresses.public)!,
  });
  assert.equal(outcome(await server.publish(torrent, bearer('old'))), 'ok');
  changing.tokens = ['new'];
  assert.equal(outcome(await server.publish(torrent, bearer('old'))), 'TOKEN_WRONG');
  assert.equal(outcome(await server.publish(torrent, bearer('new'))), 'ok');
});

test('pages of other sites change nothing, with a token or without', async (t) => {
  const server = await startCatalog(t, { access });
  const own = `127.0.0.1:${server.port}`;
  const cases: [Record<string, string>, string][] = [
    [{ origin: `http://${own}` }, 'ok'],
    [{ origin: `https://${own}`, 'sec-fetch-site': 'same-origin' }, 'ok'],
    [{ 'sec-fetch-site': 'none' }, 'ok'],
    [{ origin: 'http://evil.example' }, 'FORBIDDEN_ORIGIN'],
    [{ origin: 'http://127.0.0.1:1' }, 'FORBIDDEN_ORIGIN'],
    [{ origin: `http://${own}.evil.example` }, 'FORBIDDEN_ORIGIN'],
    [{ origin: `http://evil@${own}` }, 'FORBIDDEN_ORIGIN'],
    [{ origin: `http://${own}/` }, 'FORBIDDEN_ORIGIN'],
    [{ origin: 'null' }, 'FORBIDDEN_ORIGIN'],
    [{ origin: '' }, 'FORBIDDEN_ORIGIN'],
    [{ 'sec-fetch-site': 'cross-site' }, 'FORBIDDEN_ORIGIN'],
    [{ 'sec-fetch-site': 'same-site' }, 'FORBIDDEN_ORIGIN'],
  ];
  for (const [headers, expected] of cases) {
    const label = JSON.stringify(headers);
    assert.equal(
      outcome(await server.publish(torrent, { host: own, ...headers })),
      expected,
      label,
    );
    const withToken = { host: own, ...headers, ...bearer(token) };
    assert.equal(outcome(await server.publish(torrent, withToken)), expected, label);
    const removal = await server.ask({ path: '/none', method: 'DELETE', headers: withToken });
    assert.equal(outcome(removal), expected === 'ok' ? 'NOT_FOUND' : expected, label);
  }
  assert.equal((await server.ask({ headers: { origin: 'http://evil.example' } })).status, 200);
  const preflight = await server.ask({
    method: 'OPTIONS',
    headers: { origin: 'http://evil.example' },
  });
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
});

test('without a token the tracker is changed under its address or its own names', async (t) => {
  let address = addresses.loopback;
  const server = await startCatalog(t, {
    access: { tokens: [token], publishers: 'private', hostNames: ['Tracker.Lan'] },
    clientAddress: () => parseIp(address)!,
  });
  const good = ['127.0.0.1', '127.0.0.1:6969', '[::1]:6969', '[::1]', 'localhost', 'LocalHost:80'];
  const bad = [
    'evil.example',
    'evil.example:6969',
    'localhost.',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1.',
    '127.1',
    '0x7f000001',
    '::1',
    '[::1',
    '[127.0.0.1]',
    'localhost:80:80',
    'localhost:x',
    'tracker.lan.',
    'localhost@evil.example',
    'localhost/x',
  ];
  for (const kind of ['loopback', 'private', 'linkLocal'] as const) {
    address = addresses[kind];
    for (const host of [...good, 'tracker.lan', 'TRACKER.LAN:6969']) {
      assert.equal(outcome(await server.publish(torrent, { host })), 'ok', host);
    }
    for (const host of bad) {
      const forwarded = { host, 'x-forwarded-host': 'localhost' };
      const label = `${kind} ${host}`;
      assert.equal(outcome(await server.publish(torrent, forwarded)), 'FORBIDDEN_HOST', label);
    }
  }
  const named = await server.publish(torrent, { host: 'evil.example', ...bearer(token) });
  assert.equal(outcome(named), 'ok', 'a page cannot have the token');
  const whole = (url: string) =>
    server.ask({
      method: 'POST',
      path: `=${url}/api/v1/catalog`,
      headers: { 'content-type': 'application/x-bittorrent', host: 'localhost' },
      body: torrent,
    });
  assert.equal(outcome(await whole('http://evil.example')), 'FORBIDDEN_HOST');
  assert.equal(outcome(await whole('http://localhost')), 'ok');
});

test('what a proxy forwards is not taken for the machine it runs on', async (t) => {
  const server = await startCatalog(t, { access });
  for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
    const answer = await server.publish(torrent, { [header]: '8.8.8.8' });
    assert.equal(outcome(answer), 'TOKEN_NEEDED', header);
  }
  const trusting = await startCatalog(t, {
    access: { ...access, publishers: 'private' },
    clientAddress: () => parseIp(addresses.private)!,
  });
  const trusted = await trusting.publish(torrent, { 'x-forwarded-for': addresses.private });
  assert.equal(outcome(trusted), 'ok');
});

test('a write is judged before its body is read', async (t) => {
  const server = await startCatalog(t, { access, clientAddress: () => parseIp(addresses.public)! });
  const huge = { 'content-length': '99999999999', expect: '100-continue' };
  const answer = await server
    .ask({
      method: 'POST',
      headers: { 'content-type': 'application/x-bittorrent', ...huge },
    })
    .catch((error: Error) => error);
  assert.ok(!(answer instanceof Error), String(answer));
  assert.equal(answer.status, 401);
});
