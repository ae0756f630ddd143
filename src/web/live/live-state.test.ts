import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionInfo, TorrentChanges, TorrentInfo } from '../../api/contract/torrents.ts';
import { applyAnswer, applyChanges, noLiveState } from './live-state.ts';

const torrent = (hash: string, downRate = 0) => ({ hash, downRate }) as TorrentInfo;
const changes = (change: Partial<TorrentChanges>): TorrentChanges => ({
  revision: 1,
  full: false,
  torrents: [],
  removed: [],
  session: {} as SessionInfo,
  ...change,
});

test('a full list replaces what was there', () => {
  const first = applyChanges(noLiveState, changes({ full: true, torrents: [torrent('a')] }));
  const second = applyChanges(
    first,
    changes({ full: true, revision: 9, torrents: [torrent('b')] }),
  );
  assert.deepEqual([...second.torrents.keys()], ['b']);
  assert.equal(second.revision, 9);
});

test('a delta touches what it names and nothing else', () => {
  const all = ['a', 'b', 'c'].map((hash) => torrent(hash));
  const before = applyChanges(noLiveState, changes({ full: true, torrents: all }));
  const after = applyChanges(before, changes({ torrents: [torrent('b', 5)], removed: ['c'] }));
  assert.equal(after.torrents.get('a'), before.torrents.get('a'));
  assert.equal(after.torrents.get('b')?.downRate, 5);
  assert.deepEqual([...after.torrents.keys()], ['a', 'b']);
  assert.deepEqual([...before.torrents.keys()], ['a', 'b', 'c']);
});

test('a delta of the session alone leaves the map as it is', () => {
  const before = applyChanges(noLiveState, changes({ full: true, torrents: [torrent('a')] }));
  const after = applyChanges(before, changes({ revision: 2 }));
  assert.equal(after.torrents, before.torrents);
  assert.equal(after.revision, 2);
});

test('an answer is shown before its delta', () => {
  const before = applyChanges(noLiveState, changes({ full: true, torrents: [torrent('a')] }));
  assert.equal(applyAnswer(before, torrent('a', 7)).torrents.get('a')?.downRate, 7);
});
