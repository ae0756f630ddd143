import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachedGoal } from './seeding-goals.ts';

const none = { seedRatio: null, seedTimeSeconds: null };

function torrent(
  uploadedBytes: number,
  seedingMs: number,
  own: { seedRatio?: number | 'unlimited'; seedTimeSeconds?: number | 'unlimited' } = {},
) {
  return {
    seedingMs,
    row: {
      lengthBytes: 100,
      uploadedBytes,
      seedRatio: undefined,
      seedTimeSeconds: undefined,
      ...own,
    },
  };
}

test("the daemon's goals hold where a torrent has none of its own", () => {
  const goals = { seedRatio: 2, seedTimeSeconds: 60 };
  assert.equal(reachedGoal(torrent(199, 59_999), goals), undefined);
  assert.equal(reachedGoal(torrent(200, 0), goals), 'ratio');
  assert.equal(reachedGoal(torrent(0, 60_000), goals), 'time');
  assert.equal(reachedGoal(torrent(1e9, 1e9), none), undefined);
});

test('its own goals go before, also when they are switched off', () => {
  const goals = { seedRatio: 2, seedTimeSeconds: 60 };
  assert.equal(reachedGoal(torrent(300, 0, { seedRatio: 4 }), goals), undefined);
  assert.equal(reachedGoal(torrent(300, 0, { seedRatio: 'unlimited' }), goals), undefined);
  assert.equal(reachedGoal(torrent(300, 90_000, { seedRatio: 'unlimited' }), goals), 'time');
  assert.equal(reachedGoal(torrent(50, 0, { seedRatio: 0.5 }), none), 'ratio');
  assert.equal(reachedGoal(torrent(0, 0, { seedRatio: 0 }), none), 'ratio');
  const ever = { seedRatio: 'unlimited', seedTimeSeconds: 'unlimited' } as const;
  assert.equal(reachedGoal(torrent(1e9, 1e9, ever), goals), undefined);
});

test('a torrent of no bytes is not stopped by a ratio', () => {
  const empty = { ...torrent(0, 0), row: { ...torrent(0, 0).row, lengthBytes: 0 } };
  assert.equal(reachedGoal(empty, { seedRatio: 1, seedTimeSeconds: null }), undefined);
});
