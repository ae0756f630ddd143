import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredTorrent } from '../session/stored-torrent.ts';
import { storedTorrent } from '../session/stored-torrent-fixture.test.ts';
import { newsOfStart, newsOfStop } from './run-wishes.ts';

const stopped: StoredTorrent = storedTorrent({ wanted: 'stopped', goalReached: 'ratio' });
const started: StoredTorrent = storedTorrent({ wanted: 'started' });

test('what is started forgets why it was stopped, and remembers that its goal was waived', () => {
  const once = { ...stopped, ...newsOfStart(stopped, false, true) };
  assert.deepEqual([once.wanted, once.goalReached, once.goalWaived], ['started', undefined, true]);
  const later = { ...once, ...newsOfStop(once, undefined), ...newsOfStart(once, true, false) };
  assert.deepEqual([later.forced, later.goalWaived], [true, true]);
});

test('what is so already is not written again', () => {
  assert.equal(newsOfStart(started, false, false), undefined);
  assert.notEqual(newsOfStart(started, true, false), undefined);
  assert.equal(newsOfStop(stopped, undefined), undefined);
  assert.equal(newsOfStop({ ...stopped, checksAlone: true }, undefined)?.checksAlone, false);
  assert.equal(newsOfStop(started, 'time')?.goalReached, 'time');
});
