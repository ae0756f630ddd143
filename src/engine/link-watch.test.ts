import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkWatch } from './link-watch.ts';

const minute = 60_000;

test('two minutes without a word of ours ask for a keep-alive', () => {
  const watch = new LinkWatch(0);
  assert.equal(watch.look(0, 2 * minute), 'well');
  assert.equal(watch.look(0, 2 * minute + 1), 'needs keep-alive');
  watch.onSent(4, 2 * minute + 1);
  assert.equal(watch.look(0, 3 * minute), 'well');
});

test('four minutes without a word of theirs are the end, unless we did not listen', () => {
  const watch = new LinkWatch(0);
  watch.onReceived(1000);
  assert.notEqual(watch.look(0, 4 * minute + 1000), 'silent for 4 minutes');
  assert.equal(watch.look(0, 4 * minute + 1001), 'silent for 4 minutes');
  watch.paused = true;
  assert.notEqual(watch.look(0, 9 * minute), 'silent for 4 minutes');
  watch.paused = false;
  assert.notEqual(watch.look(0, 13 * minute), 'silent for 4 minutes');
  assert.equal(watch.look(0, 13 * minute + 1), 'silent for 4 minutes');
});

test('who takes nothing for four minutes goes, who takes little stays', () => {
  const slow = new LinkWatch(0);
  const stuck = new LinkWatch(0);
  let queuedBytes = 30_000;
  slow.onSent(queuedBytes, 0);
  stuck.onSent(queuedBytes, 0);
  for (let at = 1; at <= 10; at++) {
    for (const watch of [slow, stuck]) {
      watch.onReceived(at * minute);
      // What we add to a queue is no sign that it moves.
      watch.onSent(100, at * minute);
    }
    queuedBytes += 100 - 101;
    assert.equal(slow.look(queuedBytes, at * minute), 'well');
    const state = stuck.look(30_000 + 100 * at, at * minute);
    assert.equal(state, at > 4 ? 'reads nothing' : 'well', `minute ${at}`);
  }
});
