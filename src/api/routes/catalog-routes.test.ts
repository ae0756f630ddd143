import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { CatalogStoreError, type StoredQuery } from '../../node/catalog/catalog-store.ts';
import { sampleTorrent } from '../../node/catalog/sample-torrent-fixture.test.ts';
import { torrentMediaType } from '../contract/catalog.ts';
import { type Answer, type Json, startCatalog } from './catalog-server-fixture.test.ts';

const entriesOf = (answer: Answer) => answer.json?.entries as NonNullable<Json>[];
const namesOf = (answer: Answer) => entriesOf(answer).map(({ name }) => name);

test('a torrent of each version is published, listed, shown and fetched as it was', async (t) => {
  const server = await startCatalog(t, {
    nowMs: () => Date.UTC(2026, 4, 6),
    counts: async (hashes) =>
      hashes.map((hash) => ({ seeders: hash.length, leechers: 2, downloads: 3 })),
    seeders: async (_hash, limit) => Array.from({ length: limit + 5 }, (_, i) => `10.0.0.1:${i}`),
  });
  for (const version of ['1', '2', 'hybrid'] as const) {
    const files = ['a.txt', 'b/c.txt'];
    const torrent = sampleTorrent({ name: `version ${version}`, version, files, comment: 'hi' });
    const answer = await server.publish(torrent);
    assert.equal(answer.status, 201);
    const { id, infoHash, infoHashV2 } = answer.json!;
    assert.equal(answer.headers.location, `/api/v1/catalog/${id}`);
    const entry = {
      id,
      infoHash,
      ...(version === '1' ? {} : { infoHashV2 }),
      name: `version ${version}`,
      lengthBytes: 2000,
      fileCount: 2,
      pieceLength: 16_384,
      publishedAt: '2026-05-06T00:00:00.000Z',
      seeders: 40,
      leechers: 2,
      downloads: 3,
    };
    assert.deepEqual(answer.json, entry);
    const {
      seederAddresses,
      files: shown,
      ...detail
    } = (await server.ask({ path: `/${id}` })).json!;
    assert.deepEqual(detail, { ...entry, comment: 'hi' });
    assert.equal((seederAddresses as string[]).length, 50);
    assert.deepEqual(
      (shown as { path: string }[]).map(({ path }) => path).toSorted(),
      files.toSorted(),
    );
    const refs = [id, infoHash, encodeURIComponent(`version ${version}`), infoHashV2 ?? id];
    for (const ref of refs) {
      const fetched = await server.ask({ path: `/${ref}/torrent` });
      assert.equal(fetched.headers['content-type'], torrentMediaType);
      assert.deepEqual(new Uint8Array(fetched.bytes), torrent);
    }
    assert.equal((await server.ask({ path: `/${id}/torrent`, method: 'HEAD' })).status, 200);
  }
  const list = await server.ask();
  assert.deepEqual(list.json?.total, 3);
  assert.deepEqual(namesOf(list), ['version hybrid', 'version 2', 'version 1']);
  for (const answer of [list, await server.ask({ path: '/999' })]) {
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  }
});

test('the same torrent again is the entry that is there', async (t) => {
  const server = await startCatalog(t);
  const first = sampleTorrent({ name: 'same', comment: 'first' });
  const { json } = await server.publish(first);
  assert.deepEqual(
    [(await server.publish(first)).status, (await server.publish(first)).json],
    [200, json],
  );
  const other = await server.publish(sampleTorrent({ name: 'same', comment: 'second' }));
  assert.deepEqual([other.status, other.json], [200, json]);
  assert.deepEqual((await server.ask({ path: '/same/torrent' })).bytes, Buffer.from(first));
});

test('of two that publish at once, one made the entry', async (t) => {
  const server = await startCatalog(t);
  const torrent = sampleTorrent({ name: 'race' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => server.publish(torrent)));
  const statuses = answers.map(({ status }) => status).toSorted();
  assert.deepEqual(statuses, [...Array<number>(19).fill(200), 201]);
  assert.equal((await server.ask()).json?.total, 1);
});

test('what is not listed is refused with a code and a way out', async (t) => {
  const server = await startCatalog(t, { limits: { maxFiles: 3, maxTorrentBytes: 20_000 } });
  const type = { 'content-type': torrentMediaType };
  const sound = sampleTorrent({ name: 'sound' });
  const many = sampleTorrent({ name: 'many', files: ['1', '2', '3', '4'] });
  const cases: [Parameters<typeof server.ask>[0], number, string][] = [
    [{ method: 'POST', body: 'hello', headers: type }, 400, 'NOT_A_TORRENT'],
    [{ method: 'POST', body: sound.subarray(0, -1), headers: type }, 400, 'NOT_A_TORRENT'],
    [{ method: 'POST', body: 'd4:infod1:ai1eee', headers: type }, 400, 'NOT_A_TORRENT'],
    [{ method: 'POST', body: 'l'.repeat(10_000), headers: type }, 400, 'NOT_A_TORRENT'],
    [{ method: 'POST', body: '', headers: type }, 400, 'BAD_REQUEST'],
    [{ method: 'POST', body: many, headers: type }, 413, 'TOO_MANY_FILES'],
    [{ method: 'POST', body: new Uint8Array(20_001), headers: type }, 413, 'TOO_LARGE'],
    [{ method: 'POST', body: sound }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      { method: 'POST', body: sound, headers: { 'content-type': 'text/plain' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      {
        method: 'POST',
        body: 'a=b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [{ path: '?limit=0' }, 400, 'BAD_REQUEST'],
    [{ path: '?limit=201' }, 400, 'BAD_REQUEST'],
    [{ path: '?limit=1&limit=2' }, 400, 'BAD_REQUEST'],
    [{ path: '?offset=-1' }, 400, 'BAD_REQUEST'],
    [{ path: '?sort=random' }, 400, 'BAD_REQUEST'],
    [{ path: '?order=up' }, 400, 'BAD_REQUEST'],
    [{ path: '?colour=red' }, 400, 'BAD_REQUEST'],
    [{ path: '/nothing' }, 404, 'NOT_FOUND'],
    [{ path: '/7/torrent' }, 404, 'NOT_FOUND'],
    [{ path: '/7', method: 'DELETE' }, 404, 'NOT_FOUND'],
    [{ path: '/a%2Ftorrent' }, 404, 'NOT_FOUND'],
    [{ method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
    [{ method: 'PUT', body: 'x' }, 405, 'METHOD_NOT_ALLOWED'],
    [{ path: '/7', method: 'POST', body: 'x' }, 405, 'METHOD_NOT_ALLOWED'],
  ];
  for (const [ask, status, code] of cases) {
    const answer = await server.ask(ask);
    const label = `${ask?.method} ${ask?.path} ${String(ask?.body).slice(0, 20)}`;
    assert.deepEqual([answer.status, answer.code], [status, code], label);
    const { message } = answer.json!.error as { message: string };
    assert.ok(message.length > 20, message);
  }
  assert.equal((await server.ask()).json?.total, 0);
});

test('private torrents are listed only where the operator allows it', async (t) => {
  const secret = sampleTorrent({ name: 'secret', isPrivate: true });
  const usual = await startCatalog(t);
  const refused = await usual.publish(secret);
  assert.deepEqual([refused.status, refused.code], [403, 'PRIVATE_TORRENT']);
  const lenient = await startCatalog(t, { limits: { allowsPrivate: true } });
  assert.equal((await lenient.publish(secret)).status, 201);
});

test('10 MB go in and out, also in chunks without a length; more does not', async (t) => {
  const server = await startCatalog(t);
  const large = sampleTorrent({ name: 'large', comment: 'x'.repeat(10_000_000) });
  const chunked = { 'transfer-encoding': 'chunked' };
  assert.equal((await server.publish(large, chunked)).status, 201);
  assert.ok((await server.ask({ path: '/large/torrent' })).bytes.equals(large));
  const larger = sampleTorrent({ name: 'larger', comment: 'x'.repeat(11_000_000) });
  const outcome = await server.publish(larger, chunked).catch((error: Error) => error);
  if (!(outcome instanceof Error)) assert.equal(outcome.code, 'TOO_LARGE');
  assert.equal((await server.ask()).json?.total, 1);
});

test('a body that breaks off leaves nothing behind', async (t) => {
  const server = await startCatalog(t);
  for (let i = 0; i < 12; i++) {
    const socket = connect(server.port, '127.0.0.1');
    const head = `POST /api/v1/catalog HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${torrentMediaType}\r\nContent-Length: 5000\r\n\r\nd4:info`;
    await new Promise<void>((resolve) => socket.write(head, () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
  }
  assert.equal((await server.publish(sampleTorrent({ name: 'next' }))).status, 201);
});

test('a name that several have is refused with the entries to choose from', async (t) => {
  const server = await startCatalog(t);
  for (const salt of ['a', 'b']) await server.publish(sampleTorrent({ name: 'Twin', salt }));
  for (const path of ['/twin', '/Twin/torrent']) {
    const answer = await server.ask({ path });
    assert.deepEqual([answer.status, answer.code], [409, 'AMBIGUOUS_NAME']);
    const { candidates, message } = answer.json!.error as {
      candidates: Record<string, unknown>[];
      message: string;
    };
    assert.deepEqual(
      candidates.map(({ id }) => id),
      [2, 1],
    );
    assert.deepEqual(Object.keys(candidates[0]!), ['id', 'infoHash', 'name', 'lengthBytes']);
    assert.match(message, /2, 1/);
  }
  const removal = await server.ask({ path: '/Twin', method: 'DELETE' });
  assert.equal(removal.code, 'AMBIGUOUS_NAME');
});

test('what is deleted is gone', async (t) => {
  const server = await startCatalog(t);
  const torrent = sampleTorrent({ name: 'short-lived' });
  const { json } = await server.publish(torrent);
  const removed = await server.ask({ path: '/short-lived', method: 'DELETE' });
  assert.deepEqual([removed.status, removed.bytes.length], [204, 0]);
  for (const path of ['/short-lived', `/${json?.id}`, `/${json?.infoHash}/torrent`]) {
    assert.equal((await server.ask({ path })).status, 404);
  }
  assert.equal((await server.ask()).json?.total, 0);
  assert.equal((await server.publish(torrent)).status, 201);
});

test('sorting by seeders holds over pages, and reaches what is behind the sorted part', async (t) => {
  const total = 1250;
  const seen: StoredQuery[] = [];
  const server = await startCatalog(t, {
    counts: async (hashes) =>
      hashes.map((hash) => ({
        seeders: (parseInt(hash, 16) * 37) % 1000,
        leechers: 0,
        downloads: 0,
      })),
  });
  server.store.page = async (query) => {
    seen.push(query);
    const ids = Array.from({ length: total }, (_, i) => total - i);
    const entries = ids.slice(query.offset, query.offset + query.limit).map((id) => ({
      id,
      infoHash: id.toString(16).padStart(40, '0'),
      name: `n${id}`,
      lengthBytes: 1,
      fileCount: 1,
      pieceLength: 1,
      publishedAtMs: 0,
    }));
    return { entries, total };
  };
  const all: NonNullable<Json>[] = [];
  for (let offset = 0; offset < total; offset += 200) {
    const answer = await server.ask({ path: `?sort=seeders&limit=200&offset=${offset}` });
    assert.equal(answer.json?.total, total);
    all.push(...entriesOf(answer));
  }
  assert.equal(new Set(all.map(({ id }) => id)).size, total);
  const seeders = all.slice(0, 1000).map((entry) => entry.seeders as number);
  assert.deepEqual(
    seeders,
    seeders.toSorted((a, b) => b - a),
  );
  assert.ok(seen.every(({ limit }) => limit <= 1000));
  const least = await server.ask({ path: '?sort=seeders&order=ascending&limit=1' });
  assert.equal(entriesOf(least)[0]?.seeders, Math.min(...seeders));
  assert.equal((await server.ask({ path: '?sort=seeders&offset=5000' })).json?.total, total);
});

test('a query finds, sorts and pages', async (t) => {
  const server = await startCatalog(t);
  for (const name of ['Zebra film', 'apple film', 'Mango book']) {
    await server.publish(sampleTorrent({ name }));
  }
  const ask = async (path: string) => namesOf(await server.ask({ path }));
  assert.deepEqual(await ask('?sort=name'), ['apple film', 'Mango book', 'Zebra film']);
  assert.deepEqual(await ask('?sort=name&order=descending&limit=1&offset=1'), ['Mango book']);
  assert.deepEqual((await ask('?query=fil')).toSorted(), ['Zebra film', 'apple film']);
  assert.deepEqual(await ask('?query=film+zeb'), ['Zebra film']);
  assert.deepEqual(await ask('?query=%22%20OR%20*'), []);
});

test('a hybrid torrent counts the larger of its two swarms', async (t) => {
  const server = await startCatalog(t, {
    counts: async (hashes) => hashes.map((_, i) => ({ seeders: i, leechers: 5 - i, downloads: 7 })),
  });
  const { json } = await server.publish(sampleTorrent({ name: 'h', version: 'hybrid' }));
  assert.deepEqual([json?.seeders, json?.leechers, json?.downloads], [1, 5, 7]);
});

test('counts that are missing leave the catalog readable, and are reported', async (t) => {
  const failures: string[] = [];
  const server = await startCatalog(t, {
    counts: () => Promise.reject(new Error('swarms are away')),
    seeders: () => Promise.reject(new Error('swarms are away')),
    onFailure: (error) => failures.push(error.message),
  });
  assert.equal((await server.publish(sampleTorrent({ name: 'still' }))).status, 201);
  assert.equal((await server.ask({ path: '/still' })).json?.seeders, 0);
  assert.deepEqual(failures, ['swarms are away', 'swarms are away']);
});

test('a store that is away, full or broken is told without its insides', async (t) => {
  const failures: Error[] = [];
  const server = await startCatalog(t, { onFailure: (error) => failures.push(error) });
  const problems: [Error, number, string][] = [
    [new CatalogStoreError('CATALOG_UNREACHABLE', 'at /secret/path'), 503, 'CATALOG_UNREACHABLE'],
    [new CatalogStoreError('CATALOG_UNUSABLE', 'at /secret/path'), 503, 'CATALOG_UNREACHABLE'],
    [new CatalogStoreError('CATALOG_FULL', 'at /secret/path'), 507, 'CATALOG_FULL'],
    [new TypeError('at /secret/path'), 500, 'INTERNAL'],
  ];
  for (const [problem, status, code] of problems) {
    server.store.publish = () => Promise.reject(problem);
    const answer = await server.publish(sampleTorrent({ name: 'any' }));
    assert.deepEqual([answer.status, answer.code], [status, code]);
    assert.ok(!String(answer.bytes).includes('secret'));
    assert.equal(answer.headers['retry-after'], status === 503 ? '5' : undefined);
  }
  assert.equal(failures.length, 3);
});

test('a network that asks too often is told to wait', async (t) => {
  let left = 2;
  const server = await startCatalog(t, { rateLimit: () => left-- > 0 });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await server.ask()).status);
  assert.deepEqual(statuses, [200, 200, 429]);
  const answer = await server.publish(sampleTorrent({ name: 'late' }));
  assert.deepEqual([answer.code, answer.headers['retry-after']], ['TOO_MANY_REQUESTS', '1']);
});
