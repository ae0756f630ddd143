import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashes, torrentInfo } from './fake-daemon-fixture.test.ts';
import { TorrentIds } from './torrent-ids.ts';

const list = (...which: number[]) =>
  which.map((index) => ({ ...torrentInfo, hash: hashes[index]! }));

test('numbers count from 1 in the order of the list, and stay', () => {
  const ids = new TorrentIds();
  ids.sync(list(0, 1), 0);
  assert.deepEqual([ids.idOf(hashes[0]!), ids.idOf(hashes[1]!)], [1, 2]);
  ids.sync(list(0, 1, 2), 0);
  assert.equal(ids.hashOf(3), hashes[2]);
  assert.equal(ids.hashOf(4), undefined);
  assert.deepEqual(ids.gone(), []);
});

test('a torrent that comes back has another number, and the old one is told as gone for a minute', () => {
  const ids = new TorrentIds();
  ids.sync(list(0, 1), 0);
  ids.sync(list(1), 1000);
  assert.deepEqual(ids.gone(), [1]);
  assert.equal(ids.hashOf(1), undefined);
  ids.sync(list(1, 0), 2000);
  assert.equal(ids.idOf(hashes[0]!), 3);
  ids.sync(list(1, 0), 60_999);
  assert.deepEqual(ids.gone(), [1]);
  ids.sync(list(1, 0), 61_000);
  assert.deepEqual(ids.gone(), []);
});

test('one in, one out is seen although the count is the same', () => {
  const ids = new TorrentIds();
  ids.sync(list(0, 1), 0);
  ids.sync(list(1, 2), 1000);
  assert.deepEqual(ids.gone(), [1]);
});
