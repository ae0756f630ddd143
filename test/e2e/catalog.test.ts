/** The catalog's client against the catalog's routes, over sockets, on each store. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { CatalogClient, CatalogError } from '../../src/api/client/catalog-client.ts';
import { catalogRoutes } from '../../src/api/routes/catalog-routes.ts';
import type { CatalogStore } from '../../src/node/catalog/catalog-store.ts';
import { openPostgresCatalog } from '../../src/node/catalog/postgres-catalog-store.ts';
import {
  missingPostgres,
  startTestPostgres,
} from '../../src/node/catalog/postgres-server-fixture.test.ts';
import { sampleTorrent } from '../../src/node/catalog/sample-torrent-fixture.test.ts';
import { openSqliteCatalog } from '../../src/node/catalog/sqlite-catalog-store.ts';
import { TorrentReader } from '../../src/node/catalog/torrent-reader.ts';

const token = 'open-sesame';
const elsewhere = new Uint8Array([203, 0, 113, 9]);

async function serve(t: TestContext, store: CatalogStore): Promise<string> {
  const reader = new TorrentReader();
  const app = Fastify({ forceCloseConnections: true });
  app.register(
    catalogRoutes({
      store,
      readTorrent: (bytes) => reader.read(bytes),
      counts: async (hashes) => hashes.map(() => ({ seeders: 4, leechers: 5, downloads: 6 })),
      seeders: async () => ['192.0.2.1:6881'],
      access: { tokens: [token], publishers: 'loopback', hostNames: [] },
      clientAddress: () => elsewhere,
      rateLimit: () => true,
    }),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(async () => {
    await app.close();
    await reader.close();
    await store.close();
  });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

const hasCode = (code: string) => (error: unknown) =>
  error instanceof CatalogError && error.code === code;

async function roundTrip(url: string, otherNode: string): Promise<void> {
  const client = new CatalogClient(url, { token });
  const reader = new CatalogClient(otherNode);
  const names = ['Größe & more?', '100% #1 /?', '東京.iso', '2024'];
  for (const [i, name] of names.entries()) {
    const version = (['1', '2', 'hybrid'] as const)[i % 3]!;
    const torrent = sampleTorrent({ name, version, comment: `about ${name}`, createdBy: 'me' });
    const { entry, isNew } = await client.publish(torrent);
    assert.equal(isNew, true);
    assert.equal((await client.publish(torrent)).isNew, false);
    for (const ref of [String(entry.id), entry.infoHash, entry.infoHashV2 ?? entry.name]) {
      const detail = await reader.get(ref);
      assert.equal(detail.id, entry.id);
      assert.deepEqual([detail.comment, detail.createdBy], [`about ${name}`, 'me']);
      assert.deepEqual([detail.seeders, detail.leechers, detail.downloads], [4, 5, 6]);
      assert.deepEqual(detail.seederAddresses, ['192.0.2.1:6881']);
      assert.deepEqual(await reader.torrent(ref), torrent);
    }
    assert.equal((await reader.get(entry.name)).id, entry.id);
  }
  const page = await reader.list({ sort: 'name', order: 'ascending', limit: 2 });
  assert.equal(page.total, names.length);
  assert.deepEqual(
    page.entries.map(({ name }) => name),
    ['100% #1 _?', '2024'],
  );
  const found = await reader.list({ query: '京' });
  assert.deepEqual(
    found.entries.map(({ name }) => name),
    ['東京.iso'],
  );
  await assert.rejects(reader.remove('2024'), hasCode('CATALOG_TOKEN_NEEDED'));
  await client.remove('2024');
  await assert.rejects(reader.get('2024'), hasCode('CATALOG_NOT_FOUND'));
  await assert.rejects(client.remove('2024'), hasCode('CATALOG_NOT_FOUND'));
}

test('client and routes agree over SQLite', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-catalog-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const url = await serve(t, await openSqliteCatalog(join(folder, 'catalog.db')));
  await roundTrip(url, url);
});

test('client and routes of two nodes agree over PostgreSQL', {
  skip: missingPostgres(),
}, async (t) => {
  const server = await startTestPostgres();
  t.after(() => server.remove());
  const database = await server.newDatabase();
  const [first, second] = await Promise.all([
    openPostgresCatalog(database),
    openPostgresCatalog(database),
  ]);
  await roundTrip(await serve(t, first), await serve(t, second));
});
