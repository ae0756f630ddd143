import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  CatalogClient,
  type CatalogClientOptions,
  CatalogError,
  catalogUrlOf,
} from './catalog-client.ts';
import { answering, json, type Respond, serve } from './test-server-fixture.test.ts';

const entry = {
  id: 7,
  infoHash: 'ab'.repeat(20),
  name: 'holiday',
  lengthBytes: 5,
  fileCount: 1,
  pieceLength: 16_384,
  publishedAt: '2026-01-02T03:04:05.000Z',
  seeders: 1,
  leechers: 2,
  downloads: 3,
};
async function clientOf(
  t: TestContext,
  respond: Respond,
  options: CatalogClientOptions = {},
): Promise<CatalogClient> {
  return new CatalogClient(`${await serve(t, respond)}/`, options);
}

const fails = (code: string, words: RegExp, status?: number) => (error: unknown) => {
  assert.ok(error instanceof CatalogError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, words);
  assert.equal(error.status, status);
  return true;
};

test('the catalog of a tracker is at the root of its server', () => {
  const cases = {
    'http://127.0.0.1:6969/announce': 'http://127.0.0.1:6969',
    ' HTTPS://Tracker.Example/key/announce?x=1 ': 'https://tracker.example',
    'http://user:pass@host:80/announce': 'http://host',
    'udp://10.0.0.5:6969': 'http://10.0.0.5:6969',
    'UDP://[2001:db8::1]:6969/announce': 'http://[2001:db8::1]:6969',
    'wss://t.example/': 'https://t.example',
    'ws://t.example:8000': 'http://t.example:8000',
  };
  for (const [announce, expected] of Object.entries(cases)) {
    assert.equal(catalogUrlOf(announce), expected);
  }
  for (const bad of ['', 'tracker', 'file:///etc/passwd', 'ftp://h/', 'http://', 'udp://:1']) {
    assert.throws(() => catalogUrlOf(bad), fails('CATALOG_BAD_URL', /looks like http/), bad);
  }
});

test('questions are asked as the contract says', async (t) => {
  const seen: string[] = [];
  const client = await clientOf(
    t,
    (request, response) => {
      const { method, url, headers } = request;
      seen.push(
        `${method} ${url} ${headers.authorization ?? '-'} ${headers['content-type'] ?? '-'}`,
      );
      if (method === 'DELETE') return response.writeHead(204).end();
      if (url?.endsWith('/torrent')) {
        return response.writeHead(200, { 'content-type': 'application/x-bittorrent' }).end('bytes');
      }
      const isList = /catalog(\?|$)/.test(url ?? '') && method === 'GET';
      const body = isList ? { entries: [entry], total: 9 } : { ...entry, files: [] };
      return response.writeHead(method === 'POST' ? 201 : 200, json).end(JSON.stringify(body));
    },
    { token: 'secret' },
  );
  assert.deepEqual(await client.list(), { entries: [entry], total: 9 });
  await client.list({ query: 'a b&c', sort: 'size', order: 'ascending', limit: 2, offset: 0 });
  assert.deepEqual(await client.get('a/b ü?'), { ...entry, files: [] });
  assert.equal(Buffer.from(await client.torrent('7')).toString(), 'bytes');
  assert.deepEqual(await client.publish(new Uint8Array([1])), { entry, isNew: true });
  await client.remove('7');
  const path = '/api/v1/catalog';
  assert.deepEqual(seen, [
    `GET ${path} - -`,
    `GET ${path}?query=a+b%26c&sort=size&order=ascending&limit=2&offset=0 - -`,
    `GET ${path}/a%2Fb%20%C3%BC%3F - -`,
    `GET ${path}/7/torrent - -`,
    `POST ${path} Bearer secret application/x-bittorrent`,
    `DELETE ${path}/7 Bearer secret -`,
  ]);
  assert.equal(client.pageOf(entry.infoHash), `${client.baseUrl}/torrents/${entry.infoHash}`);
  for (const ref of ['', '.', '..']) {
    await assert.rejects(client.get(ref), fails('CATALOG_NOT_FOUND', /names no torrent/));
  }
});

test('refusals keep their code, words and candidates', async (t) => {
  const candidates = [{ id: 1, infoHash: 'cd'.repeat(20), name: 'x', lengthBytes: 4 }];
  const error = { code: 'AMBIGUOUS_NAME', message: 'Several have it', candidates };
  const client = await clientOf(t, answering(409, { error }));
  await assert.rejects(client.get('x'), (thrown: unknown) => {
    assert.deepEqual((thrown as CatalogError).candidates, candidates);
    return fails('CATALOG_AMBIGUOUS_NAME', /^Several have it$/, 409)(thrown);
  });
  const away = await clientOf(
    t,
    answering(503, { error: { code: 'CATALOG_UNREACHABLE', message: 'away' } }),
  );
  await assert.rejects(away.list(), fails('CATALOG_UNREACHABLE', /^away$/, 503));
});

test('what is no catalog is told apart from what cannot be reached', async (t) => {
  const html = { 'content-type': 'text/html' };
  const cases: [Respond, string, RegExp, number | undefined][] = [
    [answering(404, 'Not found', html), 'CATALOG_ABSENT', /has no catalog/, 404],
    [answering(400, 'd14:failure reason1:xe', {}), 'CATALOG_ABSENT', /has no catalog/, 400],
    [answering(200, '<html>', html), 'CATALOG_ABSENT', /has no catalog/, 200],
    [answering(502, 'Bad gateway', html), 'CATALOG_UNREACHABLE', /status 502/, 502],
    [
      answering(301, '', { location: 'https://other.example/' }),
      'CATALOG_MOVED',
      /other\.example/,
      301,
    ],
    [answering(200, '{"entries":[', json), 'CATALOG_BAD_ANSWER', /no object/, 200],
    [
      (_request, response) => response.destroy(),
      'CATALOG_UNREACHABLE',
      /closed the connection/,
      undefined,
    ],
  ];
  for (const [respond, code, words, status] of cases) {
    const client = await clientOf(t, respond);
    await assert.rejects(client.list(), fails(code, words, status));
  }
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const { port } = unused.address() as AddressInfo;
  unused.close();
  await once(unused, 'close');
  const nobody = new CatalogClient(`http://127.0.0.1:${port}`);
  await assert.rejects(nobody.list(), fails('CATALOG_UNREACHABLE', /127\.0\.0\.1.*refused.*Check/));
  const chat = new CatalogClient('http://127.0.0.1:6667');
  await assert.rejects(chat.list(), fails('CATALOG_UNREACHABLE', /port is one of those/));
});

test('answers that break the contract are refused', async (t) => {
  const broken: unknown[] = [
    { entries: {}, total: 1 },
    { entries: [entry] },
    { entries: [{ ...entry, id: '7' }], total: 1 },
    { entries: [{ ...entry, id: -1 }], total: 1 },
    { entries: [{ ...entry, infoHash: '../../x' }], total: 1 },
    { entries: [{ ...entry, infoHashV2: 'ab' }], total: 1 },
    { entries: [{ ...entry, name: null }], total: 1 },
    { entries: [{ ...entry, publishedAt: 'soon' }], total: 1 },
    { entries: [null], total: 1 },
    [],
    null,
  ];
  let body: unknown;
  const client = await clientOf(t, (request, response) => answering(200, body)(request, response));
  for (body of broken) {
    await assert.rejects(
      client.list(),
      fails('CATALOG_BAD_ANSWER', /not answer as a catalog/, 200),
    );
  }
  body = { entries: [{ ...entry, extra: '<script>' }], total: 1, more: 1 };
  assert.deepEqual(await client.list(), { entries: [entry], total: 1 });
});

test('an answer costs no more memory and time than it may', async (t) => {
  const endless: Respond = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-bittorrent' });
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  const client = await clientOf(t, endless, { maxTorrentBytes: 1_000_000 });
  await assert.rejects(client.torrent('7'), fails('CATALOG_BAD_ANSWER', /more than 1000000/, 200));

  const silent = await clientOf(t, () => undefined, { timeoutMs: 50 });
  await assert.rejects(silent.list(), fails('CATALOG_UNREACHABLE', /did not answer within/));
  const stalls: Respond = (_request, response) => response.writeHead(200, json).write('{');
  const stalled = await clientOf(t, stalls, { timeoutMs: 50 });
  await assert.rejects(stalled.list(), fails('CATALOG_UNREACHABLE', /did not answer within/));
});

test('an abort ends the question with its own reason', async (t) => {
  const client = await clientOf(t, () => undefined);
  const reason = new Error('enough');
  const controller = new AbortController();
  const asking = client.list({}, controller.signal);
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(asking, reason);
  await assert.rejects(client.get('7', AbortSignal.abort(reason)), reason);
});

test('a token that no header can hold is refused at once', () => {
  for (const token of ['two words', 'line\nbreak', 'ü', '']) {
    assert.throws(
      () => new CatalogClient('http://h', { token }),
      fails('CATALOG_TOKEN_WRONG', /Copy/),
    );
  }
});
