import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError } from '../client/client-error.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';
import { storedTorrent } from '../session/stored-torrent-fixture.test.ts';
import { KeptRow } from './kept-row.ts';

/** A store that can be full. */
class Shelf {
  isFull = false;
  readonly saved: StoredTorrent[] = [];

  save(torrents: readonly StoredTorrent[]): void {
    if (this.isFull) throw new ClientError('DISK_SESSION', 'the disk is full');
    this.saved.push(...torrents);
  }
}

test('what somebody asked is written or refused; what happened waits for room', () => {
  const shelf = new Shelf();
  const kept = new KeptRow(storedTorrent(), shelf);
  kept.saveNow({ downLimit: 1 });
  assert.equal(shelf.saved.at(-1)?.downLimit, 1);
  shelf.isFull = true;
  assert.throws(() => kept.saveNow({ downLimit: 2 }), { code: 'DISK_SESSION' });
  assert.equal(kept.row.downLimit, 1);
  kept.saveSoon({ completedAtMs: 5 });
  assert.equal(kept.row.completedAtMs, 5);
  assert.equal(kept.takeUnsaved(0, true)?.completedAtMs, 5);
  assert.equal(kept.takeUnsaved(0, true), undefined);
  kept.saveAgain();
  assert.equal(kept.takeUnsaved(0, true)?.completedAtMs, 5);
});

test('times are written with other news, or alone after some minutes', () => {
  const shelf = new Shelf();
  const kept = new KeptRow(storedTorrent({ seedingMs: 100, activeMs: 200 }), shelf);
  kept.passTime(10, true);
  kept.passTime(10, false);
  assert.deepEqual([kept.seedingMs, kept.activeMs], [110, 220]);
  assert.equal(kept.takeUnsaved(60_000, true), undefined);
  assert.equal(kept.takeUnsaved(600_000, false), undefined);
  const { seedingMs, activeMs } = kept.takeUnsaved(600_000, true) ?? {};
  assert.deepEqual([seedingMs, activeMs], [110, 220]);
  kept.passTime(1, true);
  shelf.isFull = true;
  assert.throws(() => kept.saveNow({}), { code: 'DISK_SESSION' });
  assert.deepEqual([kept.seedingMs, kept.activeMs], [111, 221]);
});
