import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { InfoHash } from '../../base/ids.ts';
import { sessionApplicationId, sessionMigrations } from './session-migrations.ts';
import { SessionStore, type StoredTorrent } from './session-store.ts';
import { storedTorrent } from './stored-torrent-fixture.test.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-session-'));
after(() => rmSync(folder, { recursive: true }));

function sample(digit: string, more: Partial<StoredTorrent> = {}): StoredTorrent {
  return storedTorrent({ infoHash: digit.repeat(40) as InfoHash, ...more });
}

test('what was kept comes back, in the order it was added', () => {
  const path = join(folder, 'kept.sqlite');
  const torrents = [sample('f'), sample('0', { wanted: 'stopped', recheck: true }), sample('7')];
  const bytes = new Uint8Array([0, 255, 1]);
  const store = new SessionStore(path);
  for (const torrent of torrents) store.add(torrent, bytes);
  store.add(sample('9'), 'magnet:?xt=urn:btih:9');
  store.remove(sample('7').infoHash);
  const changed = { ...sample('f'), completedAtMs: 5, wanted: 'removing', name: 'new' } as const;
  store.save([changed, sample('c')]);
  assert.throws(() => store.add(sample('0'), bytes), { code: 'DISK_SESSION' });
  store.close();
  store.close();

  assert.equal(statSync(path).mode & 0o777, 0o600);
  const again = new SessionStore(path);
  assert.deepEqual(again.all(), [changed, torrents[1], sample('9')]);
  assert.deepEqual(again.source(sample('0').infoHash), bytes);
  assert.equal(again.source(sample('9').infoHash), 'magnet:?xt=urn:btih:9');
  assert.equal(again.source(sample('7').infoHash), undefined);
  again.close();
});

test('a store that was never closed has everything that was written', () => {
  const path = join(folder, 'open.sqlite');
  const killed = new SessionStore(path);
  killed.add(sample('1'), 'magnet:1');
  const next = new SessionStore(path);
  assert.deepEqual(next.all(), [sample('1')]);
  next.close();
  killed.close();
});

test('a file of the first version is taken over, with the order of the queue', () => {
  const path = join(folder, 'first.sqlite');
  const database = new DatabaseSync(path);
  database.exec(sessionMigrations[0]!);
  database.exec(`PRAGMA application_id = ${sessionApplicationId}; PRAGMA user_version = 1`);
  const insert = database.prepare(
    `INSERT INTO torrent VALUES (?, ?, '/d', '["http://t.example/a"]', 'started', 0, 5, NULL, 'n', 9, 8, 7, 6, 5)`,
  );
  for (const [id, digit] of ['b', 'a'].entries()) insert.run(id + 3, digit.repeat(40));
  database.exec("INSERT INTO source SELECT info_hash, 'magnet:', NULL FROM torrent");
  database.close();
  const store = new SessionStore(path);
  const old = { dir: '/d', trackers: ['http://t.example/a'], addedAtMs: 5, name: 'n' };
  const counts = {
    lengthBytes: 9,
    wantedBytes: 8,
    doneBytes: 7,
    uploadedBytes: 6,
    downloadedBytes: 5,
  };
  assert.deepEqual(store.all(), [
    sample('b', { ...old, ...counts, queuePosition: 3 }),
    sample('a', { ...old, ...counts, queuePosition: 4 }),
  ]);
  store.close();
});

test('everything that is kept of a torrent comes back', () => {
  const path = join(folder, 'all.sqlite');
  const full = sample('1', {
    moving: { kind: 'move', from: '/a', to: '/b' },
    tiers: [['http://a.example/x', 'udp://b.example:1'], []],
    firstTracker: 'http://a.example/x',
    recheck: true,
    checksAlone: true,
    forced: true,
    goalReached: 'time',
    goalWaived: true,
    completedAtMs: 6,
    activeAtMs: 7,
    givenName: 'räka',
    paths: new Map([[3, ['a', 'b c']]]),
    private: true,
    labels: ['x', 'y'],
    category: 'a/b',
    queuePosition: 9,
    sequential: true,
    downLimit: 1,
    upLimit: 2,
    seedRatio: 1.5,
    seedTimeSeconds: 'unlimited',
    priorities: new Uint8Array([0, 1, 2, 3]),
    wastedBytes: 4,
    seedingMs: 5,
    activeMs: 6,
  });
  const store = new SessionStore(path);
  store.add(full, 'magnet:1');
  assert.deepEqual(store.all(), [full]);
  const plain = sample('1');
  store.save([plain]);
  assert.deepEqual(store.all(), [plain]);
  store.saveQueue([{ ...plain, queuePosition: 4, name: 'another' }]);
  assert.deepEqual(store.all(), [{ ...plain, queuePosition: 4 }]);
  store.close();
});

test('writes together are one, all or nothing', () => {
  const store = new SessionStore(join(folder, 'together.sqlite'));
  const work = () =>
    store.together(() => {
      store.add(sample('1'), 'magnet:1');
      store.add(sample('1'), 'magnet:again');
    });
  assert.throws(work, { code: 'DISK_SESSION' });
  assert.deepEqual(store.all(), []);
  store.close();
});

test('files of others, of later versions and damaged ones are refused and left alone', () => {
  const damaged = join(folder, 'damaged.sqlite');
  writeFileSync(damaged, 'no database at all, but long enough to look at'.repeat(100));
  const foreign = join(folder, 'foreign.sqlite');
  const other = new DatabaseSync(foreign);
  other.exec('CREATE TABLE torrent (x)');
  other.close();
  const later = join(folder, 'later.sqlite');
  new SessionStore(later).close();
  const raised = new DatabaseSync(later);
  raised.exec('PRAGMA user_version = 99');
  raised.close();
  for (const path of [damaged, foreign, later]) {
    const before = readFileSync(path);
    assert.throws(
      () => new SessionStore(path),
      (error: Error & { code: string }) =>
        error.code === 'DISK_SESSION' && error.message.includes(path),
    );
    assert.deepEqual(readFileSync(path), before, path);
  }
});

test('a row that nobody here wrote is refused in a sentence, and the file stays', () => {
  const path = join(folder, 'changed-row.sqlite');
  const store = new SessionStore(path);
  store.add(sample('1'), 'magnet:1');
  store.replaceSettings(new Map([['maxPeers', { value: 1, fileValue: undefined }]]));
  store.close();
  const changes: readonly (readonly [sql: string, back: string, column: RegExp])[] = [
    [`labels = '["a'`, `labels = '[]'`, /torrent's labels/],
    ['paths = \'[[0,"x"]]\'', 'paths = NULL', /torrent's paths/],
    [`info_hash = 'x'`, `info_hash = '${'1'.repeat(40)}'`, /torrent's info_hash/],
  ];
  for (const [sql, back, message] of changes) {
    const run = (set: string) => {
      const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
      database.exec(`UPDATE torrent SET ${set}`);
      database.close();
    };
    run(sql);
    const damaged = new SessionStore(path);
    assert.throws(() => damaged.all(), { code: 'DISK_SESSION', message });
    damaged.close();
    run(back);
  }
  const whole = new SessionStore(path);
  assert.equal(whole.all().length, 1);
  whole.close();
});
