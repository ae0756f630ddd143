import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { factsOf } from './catalog-facts-fixture.test.ts';
import { CatalogStoreError } from './catalog-store.ts';
import { openSqliteCatalog } from './sqlite-catalog-store.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'shoal-catalog-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const refusal = (path: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CatalogStoreError);
  assert.equal(error.code, 'CATALOG_UNUSABLE');
  assert.ok(error.message.includes(path), error.message);
  assert.match(error.message, words);
  return true;
};

async function filled(path: string, entries: number): Promise<void> {
  const store = await openSqliteCatalog(path);
  for (let i = 0; i < entries; i++) {
    await store.publish(factsOf({ name: `entry ${i}` }), new Uint8Array(5000), 1);
  }
  await store.close();
}

test('only the owner can look into folder and files', async (t) => {
  const path = join(folder(t), 'deep', 'down', 'catalog.db');
  const store = await openSqliteCatalog(path);
  t.after(() => store.close());
  await store.publish(factsOf({ name: 'a' }), new Uint8Array(9), 1);
  const mode = (file: string) => statSync(file).mode & 0o777;
  assert.equal(mode(join(path, '..')), 0o700);
  for (const suffix of ['', '-wal', '-shm']) assert.equal(mode(path + suffix), 0o600, suffix);
});

test('a damaged file is named with the way out, and left as it is', async (t) => {
  const root = folder(t);
  const sound = join(root, 'sound.db');
  await filled(sound, 20);
  const whole = readFileSync(sound);
  const damaged: Record<string, Uint8Array> = {
    'text.db': Buffer.from('this is no database, but long enough to be looked at\n'.repeat(20)),
    'cut.db': whole.subarray(0, 8192),
    'zeros.db': Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100)]),
  };
  for (const [name, content] of Object.entries(damaged)) {
    const path = join(root, name);
    writeFileSync(path, content);
    await assert.rejects(openSqliteCatalog(path), refusal(path, /damaged.*backup.*move it away/));
    assert.deepEqual(readFileSync(path), Buffer.from(content), name);
  }
});

test('damage met later rejects that request and shows in health', async (t) => {
  const path = join(folder(t), 'catalog.db');
  await filled(path, 40);
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  const junk = new Uint8Array(size - 3 * 4096).fill(0xa5);
  writeSync(file, junk, 0, junk.length, 3 * 4096);
  closeSync(file);
  const attempt = openSqliteCatalog(path).then(async (store) => {
    t.after(() => store.close());
    const all = { text: '', sort: 'name', isDescending: false, limit: 100, offset: 0 } as const;
    await assert.rejects(store.page(all), refusal(path, /damaged/));
    assert.equal(store.health().status, 'degraded');
    throw new CatalogStoreError('CATALOG_UNUSABLE', `${path} is damaged`);
  });
  await assert.rejects(attempt, refusal(path, /damaged/));
});

test("another program's database and a newer one are refused", async (t) => {
  const root = folder(t);
  const foreign = join(root, 'foreign.db');
  const other = new DatabaseSync(foreign);
  other.exec('CREATE TABLE cookies (id INTEGER)');
  other.close();
  await assert.rejects(openSqliteCatalog(foreign), refusal(foreign, /another program/));

  const newer = join(root, 'newer.db');
  await filled(newer, 1);
  const database = new DatabaseSync(newer);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await assert.rejects(openSqliteCatalog(newer), refusal(newer, /newer Shoal.*Update/));
});

test('a path where no file can be is named', async (t) => {
  const root = folder(t);
  const path = join(root, 'taken');
  mkdirSync(path);
  const file = join(root, 'file');
  writeFileSync(file, '');
  for (const impossible of [path, join(file, 'below', 'catalog.db')]) {
    await assert.rejects(openSqliteCatalog(impossible), (error: unknown) => {
      assert.ok(error instanceof CatalogStoreError);
      assert.ok(error.message.includes(impossible), error.message);
      return true;
    });
  }
});

test('what was answered survives the death of the process', async (t) => {
  const path = join(folder(t), 'catalog.db');
  const script = `
    import { openSqliteCatalog } from ${JSON.stringify(import.meta.resolve('./sqlite-catalog-store.ts'))};
    import { factsOf } from ${JSON.stringify(import.meta.resolve('./catalog-facts-fixture.test.ts'))};
    const store = await openSqliteCatalog(${JSON.stringify(path)});
    for (let i = 0; ; i++) {
      await store.publish(factsOf({ name: 'entry ' + i }), new Uint8Array(300), 1);
      process.stdout.write(i + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  for await (const chunk of child.stdout) {
    told += String(chunk);
    if (told.split('\n').length > 30 && !child.killed) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');
  const answered = told.split('\n').length - 1;
  const store = await openSqliteCatalog(path);
  t.after(() => store.close());
  const count = await store.count();
  assert.ok(answered > 20);
  assert.ok(count === answered || count === answered + 1, `${count} of ${answered}`);
  const found = {
    text: 'entry',
    sort: 'relevance',
    isDescending: true,
    limit: 1,
    offset: 0,
  } as const;
  assert.equal((await store.page(found)).total, count);
});

test('two processes may share the file', async (t) => {
  const path = join(folder(t), 'catalog.db');
  const stores = await Promise.all([openSqliteCatalog(path), openSqliteCatalog(path)]);
  t.after(() => Promise.all(stores.map((store) => store.close())));
  await Promise.all(
    stores.flatMap((store, node) =>
      [1, 2, 3, 4].map((i) =>
        store.publish(factsOf({ name: `${node}.${i}` }), new Uint8Array(9), 1),
      ),
    ),
  );
  for (const store of stores) assert.equal(await store.count(), 8);
});
