/** The daemon's client against servers that answer as they should, as they should not, and not at all. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { SessionInfo, TorrentInfo } from '../contract/torrents.ts';
import { DaemonClient, type DaemonClientOptions, DaemonError } from './daemon-client.ts';
import { answering, json, type Respond, serve } from './test-server-fixture.test.ts';

const hash = 'ab'.repeat(20);
const torrent: TorrentInfo = {
  hash,
  name: 'holiday',
  state: 'downloading',
  lengthBytes: 10,
  wantedBytes: 10,
  doneBytes: 5,
  progress: 0.5,
  downRate: 1.5,
  upRate: 0,
  uploadedBytes: 1,
  downloadedBytes: 5,
  ratio: 0.1,
  peers: 2,
  seeds: 1,
  etaSeconds: 3.5,
  stalled: { code: 'NO_PEERS', message: 'no peers found yet' },
  addedAt: '2026-01-02T03:04:05.000Z',
  dir: '/data',
  private: false,
  sequential: false,
  forced: false,
  queuePosition: 0,
  labels: ['a'],
  trackerFailed: false,
};
const session: SessionInfo = {
  version: '1.2.3',
  pid: 7,
  startedAt: '2026-01-02T03:04:05.000Z',
  downRate: 0,
  upRate: 0,
  torrents: 1,
  counts: {
    metadata: 0,
    checking: 0,
    moving: 0,
    queued: 0,
    downloading: 1,
    seeding: 0,
    stopped: 0,
    error: 0,
  },
  alternativeLimits: false,
  downloadedBytes: 1,
  uploadedBytes: 2,
  allDownloadedBytes: 3,
  allUploadedBytes: 4,
  peers: 1,
  peerPort: 6881,
  dir: '/data',
  dataDir: '/state',
};

async function clientOf(
  t: TestContext,
  respond: Respond,
  options: DaemonClientOptions = {},
): Promise<DaemonClient> {
  return new DaemonClient(await serve(t, respond), options);
}

const fails = (code: string, words: RegExp, status?: number) => (error: unknown) => {
  assert.ok(error instanceof DaemonError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, words);
  assert.equal(error.status, status);
  return true;
};

test('questions are asked as the contract says, each with the token', async (t) => {
  const seen: string[] = [];
  let body: unknown = torrent;
  let sent = '';
  const client = await clientOf(
    t,
    (request, response) => {
      const { method, url, headers } = request;
      assert.equal(headers.authorization, 'Bearer secret');
      seen.push(`${method} ${url} ${headers['content-type'] ?? '-'}`);
      request.on('data', (chunk: Buffer) => {
        sent += chunk.toString();
      });
      request.on('end', () => {
        if (method === 'DELETE') response.writeHead(204).end();
        else answering(200, body)(request, response);
      });
    },
    { token: 'secret' },
  );
  assert.deepEqual(await client.torrent(hash), torrent);
  const magnet = { source: 'magnet:?xt=x', dir: '/d', paused: true, trackers: ['http://t/a'] };
  assert.deepEqual(await client.add(magnet), torrent);
  assert.deepEqual(JSON.parse(sent), magnet);
  await client.addFile(new Uint8Array([100, 101]));
  const trackers = ['http://t/a?b', 'udp://u:1'];
  await client.addFile(new Uint8Array([100, 101]), { dir: '/a b', paused: true, trackers });
  for (const action of ['start', 'stop', 'verify', 'reannounce'] as const) {
    await client.act(action, hash);
  }
  await client.remove(hash, { data: true });
  body = { torrents: [torrent] };
  assert.deepEqual(await client.torrents(), [torrent]);
  body = session;
  assert.deepEqual(await client.session(), session);
  const file = { index: 0, path: 'a/b', lengthBytes: 10, doneBytes: 5, priority: 'normal' };
  body = { files: [{ ...file, extra: 1 }] };
  assert.deepEqual(await client.files(hash), [file]);
  body = { peers: [] };
  assert.deepEqual(await client.peers(hash), []);
  const tracker = { url: 'http://t/a', tier: 0, state: 'working', message: '', seeders: 2 };
  body = { trackers: [tracker] };
  assert.deepEqual(await client.trackers(hash), [tracker]);
  const path = '/api/v1/torrents';
  assert.deepEqual(seen, [
    `GET ${path}/${hash} -`,
    `POST ${path} application/json`,
    `POST ${path} application/x-bittorrent`,
    `POST ${path}?dir=%2Fa+b&paused=true&tracker=http%3A%2F%2Ft%2Fa%3Fb&tracker=udp%3A%2F%2Fu%3A1 application/x-bittorrent`,
    `POST ${path}/${hash}/start -`,
    `POST ${path}/${hash}/stop -`,
    `POST ${path}/${hash}/verify -`,
    `POST ${path}/${hash}/reannounce -`,
    `DELETE ${path}/${hash}?data=true -`,
    `GET ${path} -`,
    'GET /api/v1/session -',
    `GET ${path}/${hash}/files -`,
    `GET ${path}/${hash}/peers -`,
    `GET ${path}/${hash}/trackers -`,
  ]);
});

test('every other route of the contract has its method', async (t) => {
  const seen: string[] = [];
  let sent = '';
  const url = await serve(t, (request, response) => {
    request.on('data', (chunk: Buffer) => {
      sent += chunk.toString();
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url?.replace('/api/v1/', '')} ${sent}`.trim());
      sent = '';
      answering(200, {})(request, response);
    });
  });
  const client = new DaemonClient(url);
  const one = `torrents/${hash}`;
  const asked: [Promise<unknown>, string][] = [];
  const ask = async (asking: Promise<unknown>, wanted: string) => {
    asked.push([asking, wanted]);
    await asking.catch((error: unknown) => assert.ok(error instanceof DaemonError));
  };
  await ask(client.settings(), 'GET settings');
  await ask(client.changeSettings({ upLimit: null }), 'PATCH settings {"upLimit":null}');
  await ask(client.folders(), 'GET folders');
  await ask(client.folders('/a b'), 'GET folders?path=%2Fa+b');
  await ask(client.speed(), 'GET speed');
  await ask(client.speed({ hash, seconds: 60 }), `GET ${one}/speed?seconds=60`);
  await ask(client.detail(hash), `GET ${one}`);
  const request = { action: 'stop', hashes: 'all' } as const;
  await ask(client.actions(request), 'POST torrents/actions {"action":"stop","hashes":"all"}');
  await ask(client.change(hash, { category: null }), `PATCH ${one} {"category":null}`);
  await ask(client.move(hash, { dir: '/x' }), `POST ${one}/move {"dir":"/x"}`);
  const rename = { path: 'a', name: 'b' };
  await ask(client.rename(hash, rename), `POST ${one}/rename {"path":"a","name":"b"}`);
  await ask(client.queue(hash, 'top'), `POST ${one}/queue {"to":"top"}`);
  const range = { first: 0, last: 1, priority: 'low' } as const;
  const ranges = `{"ranges":[${JSON.stringify(range)}]}`;
  await ask(client.setPriorities(hash, [range]), `PATCH ${one}/files ${ranges}`);
  await ask(client.addPeers(hash, ['h:1']), `POST ${one}/peers {"peers":["h:1"]}`);
  await ask(client.setTrackers(hash, [['u']]), `PUT ${one}/trackers {"tiers":[["u"]]}`);
  await ask(client.pieces(hash), `GET ${one}/pieces`);
  await ask(client.torrentFile(hash), `GET ${one}/torrent`);
  await ask(client.act('force-start', hash), `POST ${one}/force-start`);
  await ask(client.shares.begin({ path: '/x' }), 'POST shares {"path":"/x"}');
  await ask(client.shares.get('a/b'), 'GET shares/a%2Fb');
  await ask(client.shares.cancel('s'), 'DELETE shares/s');
  await ask(client.homeTracker.catalog({ query: 'a b' }), 'GET catalog?query=a+b');
  await ask(client.homeTracker.entry('a/b'), 'GET catalog/a%2Fb');
  await ask(client.homeTracker.torrent('7'), 'GET catalog/7/torrent');
  await ask(client.homeTracker.statistics(), 'GET tracker');
  assert.deepEqual(
    seen,
    asked.map(([, wanted]) => wanted),
  );
  await assert.rejects(client.homeTracker.entry('..'), { code: 'DAEMON_NOT_FOUND' });
});

test('refusals keep code, words and status; without a token it says where there is one', async (t) => {
  const refuse = (status: number, code: string) =>
    answering(status, { error: { code, message: 'so it is', field: 'dir' } });
  const known = await clientOf(t, refuse(409, 'TORRENT_DUPLICATE'), { token: 'secret' });
  await assert.rejects(known.torrents(), fails('DAEMON_TORRENT_DUPLICATE', /^so it is$/, 409));
  const wrong = await clientOf(t, refuse(401, 'TOKEN_WRONG'), { token: 'secret' });
  await assert.rejects(wrong.torrents(), fails('DAEMON_TOKEN_WRONG', /^so it is$/, 401));
  const needed = await clientOf(t, refuse(401, 'TOKEN_NEEDED'));
  await assert.rejects(
    needed.torrents(),
    fails('DAEMON_TOKEN_NEEDED', /wants a token.*data folder; .*--token or SHOAL_TOKEN/, 401),
  );
});

test('what is no daemon, and who does not answer, are told apart', async (t) => {
  const html = { 'content-type': 'text/html' };
  const cases: [Respond, string, RegExp, number | undefined][] = [
    [
      answering(404, { error: { code: 'NOT_FOUND', message: 'x' } }),
      'DAEMON_ABSENT',
      /is no daemon/,
      404,
    ],
    [answering(404, 'Not found', html), 'DAEMON_ABSENT', /is no daemon of Shoal/, 404],
    [answering(200, '<html>', html), 'DAEMON_ABSENT', /status 200/, 200],
    [answering(302, '', { location: 'http://x/' }), 'DAEMON_ABSENT', /status 302/, 302],
    [answering(200, '{"torrents":[', json), 'DAEMON_BAD_ANSWER', /the answer: /, 200],
    [answering(200, { torrents: 1 }), 'DAEMON_BAD_ANSWER', /torrents: /, 200],
    [(_, response) => response.destroy(), 'DAEMON_UNREACHABLE', /closed the connection/, undefined],
  ];
  for (const [respond, code, words, status] of cases) {
    const client = await clientOf(t, respond);
    await assert.rejects(client.torrents(), fails(code, words, status));
  }
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const address = unused.address();
  assert.ok(typeof address === 'object' && address !== null);
  unused.close();
  await once(unused, 'close');
  const url = `http://127.0.0.1:${address.port}`;
  await assert.rejects(new DaemonClient(url).session(), (error: unknown) => {
    assert.equal(
      (error as Error).message,
      `no daemon answers at ${url}: connection refused. Start one with shoal daemon`,
    );
    return fails('DAEMON_UNREACHABLE', /./)(error);
  });
  const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  t.after(() => plain.close());
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  const secure = new DaemonClient(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`);
  await assert.rejects(secure.session(), fails('DAEMON_UNREACHABLE', /TLS.* http:\/\/ only/));
  const silent = await clientOf(t, () => undefined, { timeoutMs: 50 });
  await assert.rejects(silent.session(), fails('DAEMON_UNREACHABLE', /did not answer within/));
});

test('answers that break the contract are refused', async (t) => {
  const broken: unknown[] = [
    null,
    [],
    { ...torrent, hash: '../../x' },
    { ...torrent, hash: hash.toUpperCase() },
    { ...torrent, state: 'resting' },
    { ...torrent, lengthBytes: -1 },
    { ...torrent, progress: null },
    { ...torrent, stalled: 'no peers' },
    { ...torrent, error: { code: 1, message: 'x' } },
    { ...torrent, addedAt: 'soon' },
    { ...torrent, etaSeconds: '3' },
  ];
  let body: unknown;
  const client = await clientOf(t, (request, response) => answering(200, body)(request, response));
  for (body of broken) {
    await assert.rejects(client.torrent(hash), fails('DAEMON_BAD_ANSWER', /not answer as/, 200));
  }
  body = { ...torrent, extra: 1 };
  assert.deepEqual(await client.torrent(hash), torrent);
  body = { ...session, counts: { downloading: 1 } };
  await assert.rejects(client.session(), fails('DAEMON_BAD_ANSWER', /counts.metadata/, 200));
});

test('an abort has its own reason, and a token that no header can hold is refused at once', async (t) => {
  const reason = new Error('enough');
  const client = await clientOf(t, () => undefined);
  await assert.rejects(client.session(AbortSignal.abort(reason)), reason);
  for (const token of ['two words', 'line\nbreak', 'ü', '']) {
    assert.throws(
      () => new DaemonClient('http://h', { token }),
      fails('DAEMON_TOKEN_WRONG', /Copy/),
    );
  }
});
