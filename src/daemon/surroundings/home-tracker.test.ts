import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { HomeTracker } from './home-tracker.ts';

const never = new AbortController().signal;

async function trackerAt(t: TestContext, answer: RequestListener): Promise<HomeTracker> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const announceUrl = () => `http://127.0.0.1:${port}/announce`;
  return new HomeTracker({ announceUrl, timeoutMs: 300 });
}

test('answers are passed on as they came', async (t) => {
  const asked: (string | undefined)[] = [];
  const tracker = await trackerAt(t, (request, response) => {
    asked.push(request.url);
    const isTorrent = request.url?.endsWith('/torrent');
    response.setHeader('content-type', isTorrent ? 'application/x-bittorrent' : 'application/json');
    response.statusCode = request.url?.includes('missing') ? 404 : 200;
    response.end('{}');
  });
  assert.equal((await tracker.catalog('', never)).status, 200);
  assert.equal((await tracker.catalog('?q=a%20b&limit=5', never)).mediaType, 'application/json');
  assert.equal((await tracker.catalog('/missing', never)).status, 404);
  const { mediaType, body } = await tracker.catalog('/7/torrent', never);
  assert.deepEqual([mediaType, String(Buffer.from(body))], ['application/x-bittorrent', '{}']);
  assert.equal((await tracker.statistics(never)).status, 200);
  const catalog = '/api/v1/catalog';
  const wanted = [catalog, `${catalog}?q=a%20b&limit=5`, `${catalog}/missing`];
  assert.deepEqual(asked, [...wanted, `${catalog}/7/torrent`, '/stats.json']);
});

test('nothing but the catalog of that server can be asked', async (t) => {
  let asked = 0;
  const tracker = await trackerAt(t, (_request, response) => {
    asked++;
    response.end();
  });
  const elsewhere = ['@127.0.0.1:1/', '/../../secret', '/%2e%2e/%2E%2e/secret', '//host/x', 'x'];
  for (const path of [...elsewhere, '/..\\..\\x', '.evil/', ':1/', '/a b', '/x#y', '/./../..']) {
    await assert.rejects(tracker.catalog(path, never), { code: 'NOT_FOUND' }, path);
  }
  assert.equal(asked, 0);
});

test('a redirect is told, not followed', async (t) => {
  const tracker = await trackerAt(t, (request, response) => {
    assert.notEqual(request.url, '/secret');
    response.writeHead(302, { location: '/secret' }).end();
  });
  await assert.rejects(tracker.catalog('', never), {
    code: 'TRACKER_UNREACHABLE',
    message: /points elsewhere/,
  });
});

test('no tracker, none with a catalog, none that answers', async (t) => {
  const none = new HomeTracker({ announceUrl: () => null });
  await assert.rejects(none.statistics(never), { code: 'TRACKER_ABSENT' });
  const other = await trackerAt(t, (_request, response) => {
    response.end('d5:error');
  });
  await assert.rejects(other.catalog('', never), { code: 'TRACKER_ABSENT' });
  await assert.rejects(other.statistics(never), { code: 'TRACKER_ABSENT' });
  const ill = await trackerAt(t, (_request, response) => {
    response.writeHead(500).end();
  });
  await assert.rejects(ill.catalog('', never), { code: 'TRACKER_UNREACHABLE' });
  const silent = await trackerAt(t, () => undefined);
  await assert.rejects(silent.statistics(never), {
    code: 'TRACKER_UNREACHABLE',
    message: /did not answer within/,
  });
  const gone = new HomeTracker({ announceUrl: () => 'http://127.0.0.1:9/announce' });
  await assert.rejects(gone.catalog('', never), { code: 'TRACKER_UNREACHABLE' });
});
