import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { factsOf } from './catalog-facts-fixture.test.ts';
import { everything, names, searchConformance } from './catalog-search-fixture.test.ts';
import {
  type CatalogChange,
  type CatalogLimits,
  type CatalogStore,
  CatalogStoreError,
} from './catalog-store.ts';
import { openPostgresCatalog } from './postgres-catalog-store.ts';
import {
  missingPostgres,
  startTestPostgres,
  type TestPostgres,
} from './postgres-server-fixture.test.ts';
import { openSqliteCatalog } from './sqlite-catalog-store.ts';

/** Opens what is kept in one place, once or several times. */
type Place = (limits?: Partial<CatalogLimits>) => Promise<CatalogStore>;

interface Ground {
  /** An empty place. */
  place(): Promise<Place>;
}

const publishedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const bytes = (length: number) => new Uint8Array(randomBytes(length));
const hasCode = (code: string) => (error: unknown) =>
  error instanceof CatalogStoreError && error.code === code;

function conformance(ground: Ground): void {
  const open = async (t: TestContext, limits?: Partial<CatalogLimits>) => {
    const store = await (await ground.place())(limits);
    t.after(() => store.close());
    return store;
  };

  test('what is published is found again, byte for byte', async (t) => {
    const store = await open(t);
    const facts = factsOf({
      name: 'holiday',
      version: 'hybrid',
      files: ['a/1.txt', 'b.txt'],
      comment: 'hello',
      lengthBytes: Number.MAX_SAFE_INTEGER,
    });
    const torrent = bytes(1_300_001);
    const { entry, isNew } = await store.publish(facts, torrent, publishedAtMs);
    assert.equal(isNew, true);
    const expected = {
      id: entry.id,
      infoHash: facts.infoHash,
      infoHashV2: facts.infoHashV2,
      name: 'holiday',
      lengthBytes: Number.MAX_SAFE_INTEGER,
      fileCount: 2,
      pieceLength: 16_384,
      publishedAtMs,
    };
    assert.deepEqual(entry, expected);
    assert.deepEqual(await store.page(everything), { entries: [expected], total: 1 });
    assert.deepEqual(await store.match(String(entry.id)), {
      kind: 'entry',
      entry: { ...expected, comment: 'hello', createdBy: 'tests' },
    });
    assert.deepEqual(await store.files(entry.id, 1), [{ path: 'a/1.txt', lengthBytes: 1 }]);
    assert.equal((await store.files(entry.id, 9)).length, 2);
    assert.deepEqual(new Uint8Array((await store.torrent(entry.id))!), torrent);
    assert.equal(await store.count(), 1);
    assert.deepEqual(store.health(), { status: 'ok' });
  });

  test('the same info-hash is listed once, with the bytes that came first', async (t) => {
    const store = await open(t);
    const facts = factsOf({ name: 'twice' });
    const first = await store.publish(facts, bytes(50), publishedAtMs);
    const again = await store.publish({ ...facts, comment: 'other' }, bytes(60), 1);
    assert.deepEqual(again, { entry: first.entry, isNew: false });
    assert.equal((await store.torrent(first.entry.id))?.length, 50);
    assert.equal(await store.count(), 1);
  });

  test('of many that publish one torrent at once, one is first', async (t) => {
    const store = await open(t);
    const facts = factsOf({ name: 'race' });
    const results = await Promise.all(
      Array.from({ length: 12 }, () => store.publish(facts, bytes(100), publishedAtMs)),
    );
    assert.equal(results.filter(({ isNew }) => isNew).length, 1);
    assert.equal(new Set(results.map(({ entry }) => entry.id)).size, 1);
    assert.equal(await store.count(), 1);
  });

  test('an entry is found by id, by any of its hashes and by name', async (t) => {
    const store = await open(t);
    const hybrid = factsOf({ name: 'Both.Ways', version: 'hybrid' });
    const modern = factsOf({ name: 'modern', version: '2' });
    const { entry } = await store.publish(hybrid, bytes(9), 1);
    const { entry: second } = await store.publish(modern, bytes(9), 2);
    const found = async (ref: string) => {
      const match = await store.match(ref);
      return match.kind === 'entry' ? match.entry.id : match.kind;
    };
    const refs = [
      String(entry.id),
      `00${entry.id}`,
      hybrid.infoHash,
      hybrid.infoHash.toUpperCase(),
      hybrid.infoHashV2!,
      hybrid.infoHashV2!.slice(0, 40),
      'Both.Ways',
      'both.ways',
      'BOTH.WAYS',
    ];
    for (const ref of refs) assert.equal(await found(ref), entry.id, ref);
    assert.equal(await found(modern.infoHash), second.id);
    assert.equal(await found(modern.infoHashV2!), second.id);
    const absent = [
      '',
      '0',
      '999999999999999',
      '9'.repeat(40),
      'f'.repeat(64),
      'both',
      'Both%',
      'a\0b',
    ];
    for (const ref of [...absent, 'x'.repeat(5000), '\ud800', "' OR 1=1 --", '*']) {
      assert.equal(await found(ref), 'none', JSON.stringify(ref));
    }
  });

  test('a name that looks like an id or a hash is found when no such entry is', async (t) => {
    const store = await open(t);
    const { entry: year } = await store.publish(factsOf({ name: '2024' }), bytes(9), 1);
    const { entry: hash } = await store.publish(factsOf({ name: 'ab'.repeat(20) }), bytes(9), 1);
    const match = await store.match('2024');
    assert.equal(match.kind === 'entry' && match.entry.id, year.id);
    const other = await store.match('ab'.repeat(20));
    assert.equal(other.kind === 'entry' && other.entry.id, hash.id);
  });

  test('a name that several have is ambiguous, the same case first', async (t) => {
    const store = await open(t);
    const ids: number[] = [];
    for (const [name, salt] of [
      ['Linux', 1],
      ['linux', 2],
      ['linux', 3],
      ['LINUX', 4],
    ] as const) {
      ids.push((await store.publish(factsOf({ name, salt }), bytes(9), 1)).entry.id);
    }
    const candidates = async (ref: string) => {
      const match = await store.match(ref);
      if (match.kind === 'ambiguous') return match.candidates.map(({ id }) => id);
      return match.kind === 'entry' ? match.entry.id : match.kind;
    };
    assert.equal(await candidates('Linux'), ids[0]);
    assert.deepEqual(await candidates('linux'), [ids[2], ids[1]]);
    assert.deepEqual(await candidates('lInUx'), ids.toReversed());
  });

  test('hostile text is kept as it is', async (t) => {
    const store = await open(t);
    const hostile = [
      `"; DROP TABLE entry; --'`,
      '<img src=x onerror=alert(1)>',
      '\u202egnp.exe',
      '👩‍👩‍👧‍👦 \u0007\u001b[31m',
      'İıßſΣς',
      '\\x00 %s {} $1 \\',
      'e\u0301 Å \u{10ffff}',
    ];
    for (const name of hostile) {
      const facts = factsOf({ name, comment: name, files: [name] });
      const { entry } = await store.publish(facts, bytes(9), 1);
      const match = await store.match(name);
      assert.equal(match.kind, 'entry', name);
      assert.deepEqual(match.kind === 'entry' && [match.entry.name, match.entry.comment], [
        name,
        name,
      ]);
      assert.deepEqual(await store.files(entry.id, 1), [{ path: name, lengthBytes: 1 }]);
    }
    assert.equal(await store.count(), hostile.length);
  });

  searchConformance(open);

  test('what is removed is gone everywhere, and its id is not used again', async (t) => {
    const store = await open(t);
    const facts = factsOf({ name: 'short-lived', version: 'hybrid', files: ['unusual'] });
    const { entry } = await store.publish(facts, bytes(9), 1);
    await store.publish(factsOf({ name: 'stays' }), bytes(9), 1);
    assert.equal(await store.remove(entry.id), true);
    assert.equal(await store.remove(entry.id), false);
    assert.equal(await store.torrent(entry.id), undefined);
    assert.deepEqual(await store.files(entry.id, 10), []);
    assert.deepEqual(await names(store, { text: 'unusual' }), []);
    for (const ref of [String(entry.id), facts.infoHash, 'short-lived']) {
      assert.equal((await store.match(ref)).kind, 'none');
    }
    assert.equal((await store.lookup([facts.infoHash])).size, 0);
    assert.equal(await store.count(), 1);
    const again = await store.publish(facts, bytes(9), 1);
    assert.equal(again.isNew, true);
    assert.ok(again.entry.id > entry.id);
  });

  test('swarms are named by any hash that peers announce', async (t) => {
    const store = await open(t);
    const hybrid = factsOf({ name: 'hybrid', version: 'hybrid' });
    const old = factsOf({ name: 'old', lengthBytes: 5 });
    const { entry } = await store.publish(hybrid, bytes(9), 1);
    await store.publish(old, bytes(9), 1);
    const cut = hybrid.infoHashV2!.slice(0, 40);
    const found = await store.lookup(['0'.repeat(40), cut, old.infoHash, hybrid.infoHash, cut]);
    assert.equal(found.size, 3);
    assert.deepEqual(found.get(cut), { id: entry.id, name: 'hybrid', lengthBytes: 1000 });
    assert.deepEqual(found.get(hybrid.infoHash), found.get(cut));
    assert.equal(found.get(old.infoHash)?.lengthBytes, 5);
    assert.equal((await store.lookup([])).size, 0);
    const listed: string[] = [];
    for await (const portion of store.infoHashes()) listed.push(...portion);
    assert.deepEqual(listed.toSorted(), [cut, hybrid.infoHash, old.infoHash].toSorted());
  });

  test('listeners are told what comes and goes', async (t) => {
    const store = await open(t);
    const changes: CatalogChange[] = [];
    const stop = store.onChange((change) => changes.push(change));
    const facts = factsOf({ name: 'heard', version: 'hybrid' });
    const infoHashes = [facts.infoHash, facts.infoHashV2!.slice(0, 40)];
    const { entry } = await store.publish(facts, bytes(9), 1);
    await store.publish(facts, bytes(9), 1);
    assert.deepEqual(changes, [{ kind: 'added', infoHashes }]);
    await store.remove(entry.id);
    await store.remove(entry.id);
    assert.deepEqual(changes.slice(1), [{ kind: 'removed', infoHashes }]);
    stop();
    await store.publish(facts, bytes(9), 1);
    assert.equal(changes.length, 2);
  });

  test('a full catalog says so, and takes more after a removal', async (t) => {
    const store = await open(t, { maxEntries: 3, maxBytes: 1000 });
    const publish = (name: string, length: number) =>
      store.publish(factsOf({ name }), bytes(length), 1);
    const { entry: large } = await publish('large', 900);
    await assert.rejects(publish('too much', 101), hasCode('CATALOG_FULL'));
    await publish('second', 50);
    await publish('third', 50);
    await assert.rejects(publish('fourth', 0), hasCode('CATALOG_FULL'));
    assert.equal((await publish('third', 50)).isNew, false);
    assert.equal(await store.count(), 3);
    assert.deepEqual(store.health(), { status: 'ok' });
    await store.remove(large.id);
    assert.equal((await publish('fourth', 900)).isNew, true);
  });

  test('what was published is there when it is opened again', async (t) => {
    const place = await ground.place();
    const first = await place();
    const facts = factsOf({ name: 'lasting', files: ['deep/file.txt'] });
    const torrent = bytes(2000);
    const { entry } = await first.publish(facts, torrent, 1);
    await first.close();
    const second = await place();
    t.after(() => second.close());
    assert.deepEqual(new Uint8Array((await second.torrent(entry.id))!), torrent);
    assert.deepEqual(await names(second, { text: 'deep' }), ['lasting']);
    assert.equal((await second.publish(facts, torrent, 2)).isNew, false);
  });

  test('after closing, everything rejects', async () => {
    const store = await (await ground.place())();
    const counting = store.count();
    await Promise.all([store.close(), store.close()]);
    assert.equal(await counting, 0);
    await assert.rejects(store.count(), hasCode('CATALOG_UNREACHABLE'));
    await assert.rejects(store.match('1'), hasCode('CATALOG_UNREACHABLE'));
    await store.close();
  });
}

describe('SQLite', { concurrency: 3 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'shoal-catalog-'));
  let places = 0;
  after(() => rmSync(root, { recursive: true, force: true }));
  conformance({
    place: async () => {
      const path = join(root, String(++places), 'catalog.db');
      return (limits) => openSqliteCatalog(path, limits);
    },
  });
});

describe('PostgreSQL', { skip: missingPostgres(), concurrency: 3 }, () => {
  let server: TestPostgres;
  before(async () => {
    server = await startTestPostgres();
  });
  after(() => server.remove());
  conformance({
    place: async () => {
      const url = await server.newDatabase();
      return (limits) => openPostgresCatalog(url, limits);
    },
  });
});
