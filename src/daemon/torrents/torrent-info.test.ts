import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TorrentStatus } from '../../engine/torrent-status.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';
import { storedTorrent } from '../session/stored-torrent-fixture.test.ts';
import { isComplete, sameInfo, type TorrentFacts, torrentInfo } from './torrent-info.ts';

function facts(row: Partial<StoredTorrent>, more: Partial<TorrentFacts> = {}): TorrentFacts {
  return {
    row: storedTorrent(row),
    status: undefined,
    failure: undefined,
    moved: undefined,
    isAlone: false,
    waits: undefined,
    tracker: undefined,
    trackerFailed: false,
    ...more,
  };
}

function status(more: Partial<TorrentStatus>): TorrentStatus {
  return {
    infoHash: storedTorrent().infoHash,
    name: 'n',
    isPrivate: false,
    phase: 'downloading',
    lengthBytes: 100,
    wantedBytes: 100,
    doneBytes: 50,
    checkedFraction: undefined,
    pieceCount: 1,
    pieceLength: 1,
    piecesDone: 0,
    downRate: 1.4,
    upRate: 0,
    downloadedBytes: 0,
    uploadedBytes: 0,
    wastedBytes: 0,
    connectedPeers: 2,
    connectedSeeders: 1,
    giverCount: 0,
    knownCandidates: 0,
    availability: undefined,
    seedingForMs: 0,
    swarmSeeders: undefined,
    swarmLeechers: 4,
    etaSeconds: undefined,
    stalled: undefined,
    error: undefined,
    ...more,
  };
}

const stateOf = (row: Partial<StoredTorrent>, more: Partial<TorrentFacts> = {}) =>
  torrentInfo(facts(row, more)).state;
const failure = { code: 'X', message: 'it broke' };

test('the state says first what a person wants, then what goes on', () => {
  const stopped = { wanted: 'stopped' } as const;
  assert.equal(stateOf(stopped), 'stopped');
  assert.equal(stateOf(stopped, { failure }), 'stopped');
  assert.equal(stateOf({ ...stopped, checksAlone: true }), 'checking');
  assert.equal(stateOf({ ...stopped, checksAlone: true }, { failure }), 'stopped');
  assert.equal(stateOf(stopped, { moved: 0.5 }), 'moving');
  assert.equal(stateOf({}), 'queued');
  assert.equal(stateOf({}, { failure }), 'error');
  assert.equal(stateOf({}, { status: status({}) }), 'downloading');
  assert.equal(stateOf({}, { status: status({}), isAlone: true }), 'checking');
  const seeding = status({ phase: 'seeding' });
  assert.equal(stateOf({ completedAtMs: 5 }, { status: seeding }), 'seeding');
});

test('why it stands still is told where it is true', () => {
  const waits = { code: 'QUEUED', message: 'waiting' };
  assert.deepEqual(torrentInfo(facts({}, { waits })).stalled, waits);
  assert.equal(torrentInfo(facts({}, { waits, status: status({}) })).stalled, undefined);
  const goal = torrentInfo(facts({ wanted: 'stopped', goalReached: 'time' }));
  assert.equal(goal.stalled?.code, 'GOAL_TIME');
  assert.equal(torrentInfo(facts({ goalReached: 'time' })).stalled, undefined);
  const failed = torrentInfo(facts({}, { failure }));
  assert.deepEqual([failed.error, failed.stalled], [failure, undefined]);
});

test('what is not known is absent', () => {
  const info = torrentInfo(facts({ givenName: 'other', downLimit: 7 }, { status: status({}) }));
  assert.deepEqual(
    [info.name, info.downLimit, info.swarmLeechers, info.downRate],
    ['other', 7, 4, 1],
  );
  for (const key of ['upLimit', 'category', 'error', 'swarmSeeders', 'completedAt', 'etaSeconds']) {
    assert.equal(key in info, false, key);
  }
});

test('two looks are the same when nobody could tell them apart', () => {
  const look = (message: string, more: Partial<StoredTorrent> = {}) =>
    torrentInfo(facts(more, { failure: { code: 'X', message } }));
  assert.equal(sameInfo(look('a'), look('a')), true);
  assert.equal(sameInfo(look('a'), look('b')), false);
  assert.equal(sameInfo(look('a'), look('a', { category: 'c' })), false);
  assert.equal(sameInfo(look('a', { category: 'c' }), look('a')), false);
});

test('it is complete as the client says, and as was kept while it says nothing', () => {
  const done = storedTorrent({ lengthBytes: 10, wantedBytes: 8, doneBytes: 8 });
  assert.equal(isComplete(done, undefined), true);
  assert.equal(isComplete(done, status({ phase: 'downloading' })), false);
  assert.equal(isComplete(done, status({ phase: 'checking' })), true);
  assert.equal(isComplete({ ...done, doneBytes: 7 }, undefined), false);
  assert.equal(isComplete({ ...done, doneBytes: 7 }, status({ phase: 'seeding' })), true);
  assert.equal(isComplete({ ...done, lengthBytes: 0 }, undefined), false);
  assert.equal(isComplete({ ...done, recheck: true }, undefined), false);
  assert.equal(isComplete({ ...done, recheck: true, completedAtMs: 5 }, undefined), true);
});
