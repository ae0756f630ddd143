/** What is sent to each route arrives at its port, and what is wrong is said of its field. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startRoutes } from './daemon-routes-fixture.test.ts';
import { knownHash } from './recording-ports-fixture.test.ts';

const list = '/api/v1/torrents';
const one = `${list}/${knownHash}`;

test('what is asked of a torrent reaches its port', async (t) => {
  const rig = await startRoutes(t);
  const tiers = [['http://a/announce'], ['udp://b:1']];
  const ranges = [{ first: 0, last: 3, priority: 'high' }];
  const change = { labels: ['a'], category: null, downLimit: null, seedRatio: 'unlimited' };
  const cases: [string, string, unknown, unknown[]][] = [
    ['PATCH', one, change, ['change', knownHash, change]],
    ['POST', `${one}/move`, { dir: 'x' }, ['move', knownHash, { dir: 'x' }]],
    [
      'POST',
      `${one}/rename`,
      { path: 'a/b', name: 'c' },
      ['rename', knownHash, { path: 'a/b', name: 'c' }],
    ],
    ['POST', `${one}/queue`, { to: 'top' }, ['moveInQueue', [knownHash], 'top']],
    ['PATCH', `${one}/files`, { ranges }, ['setPriorities', knownHash, ranges]],
    ['POST', `${one}/peers`, { peers: ['10.0.0.1:5'] }, ['addPeers', knownHash, ['10.0.0.1:5']]],
    ['PUT', `${one}/trackers`, { tiers }, ['setTrackers', knownHash, tiers]],
    ['POST', `${list}/actions`, { action: 'stop', hashes: 'all' }, ['actOnMany', 'stop', 'all']],
    ['PATCH', '/api/v1/settings', { upLimit: 5 }, ['changeSettings', { upLimit: 5 }]],
    ['POST', '/api/v1/shares', { path: '/d/x' }, ['begin', { path: '/d/x' }]],
  ];
  for (const [method, path, body, call] of cases) {
    const { status, text } = await rig.send(path, body, method);
    assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${text}`);
    assert.ok(
      rig.calls.some((made) => JSON.stringify(made) === JSON.stringify(call)),
      JSON.stringify(rig.calls),
    );
  }
  const gets = ['files', 'peers', 'trackers', 'pieces', 'speed?seconds=60', 'torrent'];
  for (const part of gets)
    assert.equal((await rig.ask({ path: `${one}/${part}` })).status, 200, part);
  assert.ok(rig.calls.some(([name, , seconds]) => name === 'speed' && seconds === 60));
  for (const action of ['start', 'force-start', 'stop', 'verify', 'reannounce']) {
    assert.equal((await rig.ask({ method: 'POST', path: `${one}/${action}` })).status, 200);
  }
  await rig.ask({ path: '/api/v1/folders?path=%2Fd' });
  assert.deepEqual(rig.calls.at(-1), ['folders', '/d']);
});

test('what is wrong in any body is said of its field', async (t) => {
  const rig = await startRoutes(t);
  const cases: [string, string, unknown, string | undefined][] = [
    ['PATCH', one, { labels: ['a,b'] }, 'labels.0'],
    ['PATCH', one, { downLimit: 0 }, 'downLimit'],
    ['PATCH', one, { seedRatio: 'much' }, 'seedRatio'],
    ['PATCH', one, { name: 'x' }, 'name'],
    ['POST', `${one}/move`, {}, 'dir'],
    ['POST', `${one}/rename`, { path: 'a', name: 'b/c' }, 'name'],
    ['POST', `${one}/rename`, { path: 'a', name: '..' }, 'name'],
    ['POST', `${one}/queue`, { to: 'away' }, 'to'],
    ['PATCH', `${one}/files`, { ranges: [{ first: 2, last: 1, priority: 'low' }] }, 'ranges.0'],
    ['PATCH', `${one}/files`, { ranges: [] }, 'ranges'],
    ['POST', `${one}/peers`, { peers: ['nowhere'] }, 'peers.0'],
    ['PUT', `${one}/trackers`, { tiers: [['file:///x']] }, 'tiers.0.0'],
    ['POST', `${list}/actions`, { action: 'explode', hashes: 'all' }, 'action'],
    ['PATCH', '/api/v1/settings', { onComplete: 'rm' }, 'onComplete'],
    [
      'PATCH',
      '/api/v1/settings',
      { alternative: { schedule: { from: '25:00' } } },
      'alternative.schedule.from',
    ],
    ['PATCH', '/api/v1/settings', { alternative: { nonsense: 1 } }, 'alternative.nonsense'],
    ['POST', '/api/v1/shares', { files: [{ path: 'a', lengthBytes: -1 }] }, 'files.0.lengthBytes'],
    ['PATCH', '/api/v1/settings', undefined, undefined],
    ['PATCH', '/api/v1/settings', [], undefined],
  ];
  for (const [method, path, body, field] of cases) {
    const answer = await rig.send(path, body ?? '', method);
    const what = `${method} ${path} ${JSON.stringify(body)}`;
    assert.deepEqual([answer.status, answer.code, answer.field], [400, 'BAD_REQUEST', field], what);
  }
  assert.equal(rig.calls.length, 0);
  assert.equal((await rig.ask({ path: `${one}/speed?seconds=1` })).field, 'seconds');
  assert.equal((await rig.ask({ path: '/api/v1/speed?seconds=x' })).field, 'seconds');
});

test('whatever is sent is answered, and never with an error of our own', async (t) => {
  const rig = await startRoutes(t);
  const paths = [list, `${list}/actions`, `${one}/rename`, `${one}/queue`, '/api/v1/shares'];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, value) => {
      const { status } = await rig.send(path, JSON.stringify(value));
      assert.ok(status === 400 || status === 200 || status === 201, `${path}: ${status}`);
    }),
    { numRuns: 100 },
  );
  assert.equal(rig.failures.length, 0);
});

test('whatever path and query are asked for, nothing breaks', async (t) => {
  const rig = await startRoutes(t);
  const step = fc.oneof(
    fc.constantFrom('api', 'v1', 'torrents', knownHash, 'files', '0', 'shares', 'catalog', '..'),
    fc.webSegment(),
    fc.constantFrom('%00', '%2f', '%', '%ff', '%2e%2e', '\\\\', '*', ':hash', '__proto__'),
  );
  const path = fc.array(step, { maxLength: 7 }).map((steps) => `/${steps.join('/')}`);
  const query = fc.oneof(
    fc.constantFrom('', '?', '?__proto__=1', '?data=true&data=false', '?seconds=1e9', '?a[b]=c'),
    fc.webQueryParameters().map((text) => `?${text}`),
  );
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
  await fc.assert(
    fc.asyncProperty(method, path, query, async (asked, steps, rest) => {
      const { status } = await rig.ask({ method: asked, path: steps + rest });
      assert.ok(status < 500, `${asked} ${steps}${rest}: ${status}`);
    }),
    { numRuns: 120 },
  );
  assert.deepEqual(rig.failures, []);
});

test('a .torrent comes with its wishes in the query', async (t) => {
  const rig = await startRoutes(t);
  const headers = { 'content-type': 'application/x-bittorrent' };
  const post = (query: string) =>
    rig.ask({ method: 'POST', path: `${list}?${query}`, headers, body: 'de' });
  await post('skip=0,3-5&label=a&label=b&category=films&sequential=true');
  const [{ source, ...wishes } = { source: '' }] = rig.added;
  assert.deepEqual(source, new Uint8Array([100, 101]));
  assert.deepEqual(wishes, {
    category: 'films',
    sequential: true,
    labels: ['a', 'b'],
    skip: [0, 3, 4, 5],
  });
  assert.equal((await post('skip=0-9999999')).field, 'skip');
  assert.equal((await post('skip=1,')).field, 'skip');
});

test('other methods are refused with those that there are', async (t) => {
  const rig = await startRoutes(t);
  const { status, code, headers } = await rig.ask({ method: 'DELETE', path: '/api/v1/settings' });
  assert.deepEqual([status, code, headers.allow], [405, 'METHOD_NOT_ALLOWED', 'GET, PATCH']);
});
