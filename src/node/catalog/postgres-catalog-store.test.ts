import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { factsOf } from './catalog-facts-fixture.test.ts';
import { type CatalogChange, type CatalogStore, CatalogStoreError } from './catalog-store.ts';
import { openPostgresCatalog } from './postgres-catalog-store.ts';
import {
  missingPostgres,
  startTestPostgres,
  type TestPostgres,
} from './postgres-server-fixture.test.ts';

const hasCode = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CatalogStoreError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, words);
  assert.doesNotMatch(error.message, /secret-word/);
  return true;
};

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 8000;
  while (!(await what())) {
    if (performance.now() > deadline) assert.fail(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const answers = (store: CatalogStore) =>
  store.count().then(
    () => true,
    () => false,
  );

test('what is no URL of PostgreSQL is refused without repeating it', async () => {
  for (const url of ['', 'mysql://a:secret-word@h/d', 'postgres://a:secret-word@[/d']) {
    await assert.rejects(
      openPostgresCatalog(url),
      hasCode('CATALOG_UNUSABLE', /looks like postgres:/),
    );
  }
});

describe('PostgreSQL', { skip: missingPostgres() }, () => {
  let server: TestPostgres;
  before(async () => {
    server = await startTestPostgres();
  });
  after(() => server.remove());

  const open = async (t: TestContext, url: string) => {
    const store = await openPostgresCatalog(url);
    t.after(() => store.close());
    return store;
  };

  test('several nodes start at once on an empty database', async (t) => {
    const url = await server.newDatabase();
    const nodes = await Promise.all([1, 2, 3, 4].map(() => open(t, url)));
    const facts = factsOf({ name: 'shared' });
    const results = await Promise.all(
      nodes.map((node) => node.publish(facts, new Uint8Array(10), 1)),
    );
    assert.equal(results.filter(({ isNew }) => isNew).length, 1);
    for (const node of nodes) assert.equal(await node.count(), 1);
  });

  test('a node hears of what the others change, once', async (t) => {
    const url = await server.newDatabase();
    const [here, there] = await Promise.all([open(t, url), open(t, url)]);
    const heard: CatalogChange[] = [];
    const own: CatalogChange[] = [];
    there.onChange((change) => heard.push(change));
    here.onChange((change) => own.push(change));
    const facts = factsOf({ name: 'news', version: 'hybrid' });
    const infoHashes = [facts.infoHash, facts.infoHashV2!.slice(0, 40)];
    const { entry } = await here.publish(facts, new Uint8Array(10), 1);
    await here.remove(entry.id);
    await until(() => heard.length === 2);
    const expected = [
      { kind: 'added', infoHashes },
      { kind: 'removed', infoHashes },
    ];
    assert.deepEqual(heard, expected);
    assert.deepEqual(own, expected);
  });

  test('a wrong database is an error that waiting does not heal', async () => {
    const url = `${await server.newDatabase()}-absent`;
    await assert.rejects(openPostgresCatalog(url), hasCode('CATALOG_UNUSABLE', /absent.*Correct/s));
  });

  test('tables of a newer version are refused', async () => {
    const url = await server.newDatabase();
    await (await openPostgresCatalog(url)).close();
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('UPDATE shoal_schema SET version = 99');
    await client.end();
    await assert.rejects(openPostgresCatalog(url), hasCode('CATALOG_UNUSABLE', /newer Shoal/));
  });

  test('a server that goes is said so at once, and found again by itself', async (t) => {
    const url = await server.newDatabase();
    const store = await open(t, url);
    const changes: CatalogChange[] = [];
    store.onChange((change) => changes.push(change));
    const facts = factsOf({ name: 'before' });
    await store.publish(facts, new Uint8Array(10), 1);
    await server.stop();
    for (let i = 0; i < 5; i++) {
      const startedMs = performance.now();
      await assert.rejects(
        store.match('before'),
        hasCode('CATALOG_UNREACHABLE', /cannot be reached/),
      );
      assert.ok(performance.now() - startedMs < 3000);
    }
    assert.equal(store.health().status, 'degraded');
    const late = await open(t, url);
    assert.equal(late.health().status, 'degraded');

    await server.start();
    await until(() => answers(store));
    assert.equal((await store.match('before')).kind, 'entry');
    assert.equal(
      (await store.publish(factsOf({ name: 'after' }), new Uint8Array(9), 1)).isNew,
      true,
    );
    await until(() => changes.some(({ kind }) => kind === 'unknown'));
    assert.deepEqual(store.health(), { status: 'ok' });
    await until(() => answers(late));
    assert.equal(await late.count(), 2);
  });

  test('a server that is frozen holds nobody for 3 s', async (t) => {
    const store = await open(t, await server.newDatabase());
    await store.count();
    server.freeze();
    t.after(() => server.thaw());
    const startedMs = performance.now();
    await assert.rejects(store.count(), hasCode('CATALOG_UNREACHABLE', /does not answer/));
    assert.ok(performance.now() - startedMs < 3000);
    const againMs = performance.now();
    await assert.rejects(store.count(), hasCode('CATALOG_UNREACHABLE', /does not answer/));
    assert.ok(performance.now() - againMs < 100, 'nobody waits again');
    server.thaw();
    await until(() => answers(store));
  });
});
