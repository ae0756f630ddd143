/** Session databases, damaged in their bytes: they open, or are refused in a sentence. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type InfoHash, infoHashFromBytes } from '../../src/base/ids.ts';
import { ClientError } from '../../src/daemon/client/client-error.ts';
import { SessionStore } from '../../src/daemon/session/session-store.ts';
import type { StoredTorrent } from '../../src/daemon/session/stored-torrent.ts';
import { storedTorrent } from '../../src/daemon/session/stored-torrent-fixture.test.ts';
import type { FuzzTarget } from './campaign.ts';
import { TargetFolder } from './target-folder.ts';

const folder = new TargetFolder();

function clear(): string {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    rmSync(folder.file(`session.sqlite${suffix}`), { force: true });
  }
  return folder.file('session.sqlite');
}

const full: Partial<StoredTorrent> = {
  moving: { kind: 'rename', from: ['a'], to: ['b'], isFolder: true },
  tiers: [['http://127.0.0.1/a'], []],
  paths: new Map([[0, ['x', 'y']]]),
  labels: ['a', 'b'],
  priorities: new Uint8Array([1, 2]),
  seedRatio: 'unlimited',
};

function sample(torrents: number): Uint8Array {
  const path = clear();
  const store = new SessionStore(path);
  for (let index = 0; index < torrents; index++) {
    const infoHash: InfoHash = infoHashFromBytes(new Uint8Array(20).fill(index + 1));
    const torrent = storedTorrent({ infoHash, ...(index % 2 === 0 && full) });
    store.add(torrent, index % 3 === 0 ? new Uint8Array([1]) : 'magnet:?');
  }
  store.replaceSettings(new Map([['maxPeers', { value: 10, fileValue: 5 }]]));
  store.saveCategory('films', '/films');
  store.close();
  const bytes = readFileSync(path);
  folder.remove();
  return bytes;
}

function readAll(path: string): void {
  const store = new SessionStore(path);
  try {
    for (const { infoHash, labels, paths } of store.all()) {
      assert.match(infoHash, /^[0-9a-f]{40}$/);
      assert.ok(labels.every((label) => typeof label === 'string'));
      for (const steps of paths.values()) assert.ok(steps.length > 0);
      store.source(infoHash);
    }
    store.settings();
    store.categories();
  } finally {
    store.close();
  }
}

export const keptStateTarget: FuzzTarget = {
  name: 'session-database',
  quickCount: 60,
  samples: [sample(0), sample(1), sample(12)],
  tokens: ['SQLite format 3\0', '\0\0\0\0', '\xff\xff\xff\xff', 'CREATE TABLE', '{"a":', '\x10\0'],
  take(bytes) {
    const path = clear();
    writeFileSync(path, bytes);
    try {
      readAll(path);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      assert.ok(error.message.length < 1000 && !error.message.includes('\n    at '), error.message);
    }
  },
  close: () => folder.remove(),
};
