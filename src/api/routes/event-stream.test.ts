import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangesFrames, heartbeat } from './event-frames.ts';
import { EventStream } from './event-stream.ts';
import { info, session } from './recording-ports-fixture.test.ts';
import { TorrentTexts } from './torrent-texts.ts';

const limits = { heartbeatTicks: 3, patienceTicks: 6 };

function rig() {
  const sent: string[] = [];
  const asked: (number | undefined)[] = [];
  const state = { revision: 1, takes: true, ended: false, destroyed: false, known: true };
  const stream = new EventStream({
    sink: {
      write: (bytes) => {
        sent.push(bytes.toString());
        return state.takes;
      },
      end: () => {
        state.ended = true;
      },
      destroy: () => {
        state.destroyed = true;
      },
    },
    since: undefined,
    everyTicks: 1,
    isKnown: () => state.known,
  });
  const texts = new TorrentTexts();
  const frames = () =>
    new ChangesFrames((since) => {
      asked.push(since);
      const torrents = since === state.revision ? [] : [info];
      return { revision: state.revision, full: false, torrents, removed: [], session };
    }, texts);
  let tick = 0;
  return { sent, asked, state, stream, onTick: () => stream.onTick(++tick, frames(), limits) };
}

test('a slow listener gets one later change in place of those it missed', () => {
  const { sent, asked, state, stream, onTick } = rig();
  state.takes = false;
  onTick();
  for (let i = 0; i < 4; i++) {
    state.revision++;
    onTick();
  }
  assert.equal(sent.length, 1, 'nothing is piled up');
  assert.deepEqual(asked, [undefined]);
  state.takes = true;
  stream.onDrain();
  onTick();
  assert.deepEqual(asked, [undefined, 1]);
  assert.match(sent[1]!, /^event: changes\nid: 5\n/);
});

test('a few notices wait for a slow listener, not all', () => {
  const { sent, state, stream, onTick } = rig();
  state.takes = false;
  onTick();
  for (let i = 0; i < 1000; i++) stream.sendNotice(Buffer.from(`n${i}`));
  assert.equal(sent.length, 1);
  state.takes = true;
  stream.onDrain();
  assert.equal(sent.length, 101);
  assert.equal(sent[1], 'n0');
});

test('one who takes nothing at all is let go', () => {
  const { state, onTick } = rig();
  state.takes = false;
  for (let i = 0; i < 6; i++) onTick();
  assert.equal(state.destroyed, false);
  onTick();
  assert.equal(state.destroyed, true);
});

test('silence is broken, and ends with the login', () => {
  const { sent, state, onTick } = rig();
  for (let i = 0; i < 5; i++) onTick();
  assert.deepEqual(sent.slice(1), [heartbeat]);
  state.known = false;
  for (let i = 0; i < 3; i++) onTick();
  assert.equal(state.ended, true);
});
