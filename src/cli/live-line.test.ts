import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveLine } from './live-line.ts';

function fakeStream(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return {
    isTTY,
    ...(columns === undefined ? {} : { columns }),
    written,
    write: (text: string) => written.push(text),
  };
}

test('on a terminal the line is redrawn in place and stays within the window', () => {
  const stream = fakeStream(true, 40);
  let nowMs = 0;
  const line = new LiveLine(stream, { nowMs: () => nowMs });
  const widths: number[] = [];
  const render = (text: string) => (columns: number) => {
    widths.push(columns);
    return text;
  };
  line.update('downloading', render('one'));
  line.update('downloading', render('too soon'));
  nowMs = 100;
  line.update('downloading', render('two'));
  line.finish(render('three'));
  assert.deepEqual(stream.written, ['\rone\u001b[K', '\rtwo\u001b[K', '\rthree\u001b[K', '\n']);
  assert.deepEqual(widths, [39, 39, 39]);
});

test('the width follows the window', () => {
  const stream = { ...fakeStream(true), columns: 80 };
  let nowMs = 0;
  const line = new LiveLine(stream, { nowMs: () => nowMs });
  const widths: number[] = [];
  for (const columns of [80, 30]) {
    stream.columns = columns;
    nowMs += 100;
    line.update('x', (available) => {
      widths.push(available);
      return '';
    });
  }
  assert.deepEqual(widths, [79, 29]);
});

test('elsewhere a plain line comes every few seconds, and at once for a new state', () => {
  const stream = fakeStream(false);
  let nowMs = 0;
  const line = new LiveLine(stream, { nowMs: () => nowMs });
  const update = (atMs: number, state: string, text: string): void => {
    nowMs = atMs;
    line.update(state, () => text);
  };
  update(0, 'downloading', 'a');
  update(4000, 'downloading', 'b');
  update(4500, 'stalled', 'c');
  update(5000, 'stalled', 'd');
  update(9500, 'stalled', 'e');
  line.leave();
  assert.deepEqual(stream.written, ['a\n', 'c\n', 'e\n']);
});

test('elsewhere nothing is said twice in a row', () => {
  const stream = fakeStream(false);
  let nowMs = 0;
  const line = new LiveLine(stream, { nowMs: () => nowMs });
  for (const text of ['idle', 'idle', 'busy', 'idle']) {
    line.update('seeding', () => text);
    nowMs += 6000;
  }
  assert.deepEqual(stream.written, ['idle\n', 'busy\n', 'idle\n']);
});

test('what is over soon needs no line before its last', () => {
  const stream = fakeStream(false);
  let nowMs = 0;
  const line = new LiveLine(stream, { nowMs: () => nowMs, expectedState: 'hashing' });
  nowMs = 4000;
  line.update('hashing', () => 'half');
  line.finish(() => 'all');
  assert.deepEqual(stream.written, ['all\n']);
});

test('a cleared line leaves nothing behind', () => {
  const stream = fakeStream(true, 20);
  const line = new LiveLine(stream, { nowMs: () => 0 });
  line.clear();
  line.update('x', () => 'shown');
  line.clear();
  line.leave();
  assert.deepEqual(stream.written, ['\rshown\u001b[K', '\r\u001b[K']);
});
