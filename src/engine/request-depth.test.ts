import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duplicateDepth, fairShare, lateMs, requestDepth, SlowStart } from './request-depth.ts';

const input = { rateBytesPerSecond: 0, reqq: 500, slowStartDepth: 0, snubbed: false };

test('is a second of blocks, at least 4, at most what the peer queues or 2,000', () => {
  assert.equal(requestDepth(input), 4);
  assert.equal(requestDepth({ ...input, rateBytesPerSecond: 1_048_576 }), 64);
  assert.equal(requestDepth({ ...input, rateBytesPerSecond: 1e9 }), 500);
  assert.equal(requestDepth({ ...input, rateBytesPerSecond: 1e9, reqq: 1e6 }), 2000);
  assert.equal(requestDepth({ ...input, reqq: 2 }), 2);
  assert.equal(requestDepth({ ...input, reqq: 0 }), 1);
});

test('is 1 for a snubbed peer', () => {
  assert.equal(requestDepth({ ...input, rateBytesPerSecond: 1e9, snubbed: true }), 1);
});

test('doubles from 8 while the rate grows', () => {
  const slowStart = new SlowStart();
  assert.equal(requestDepth({ ...input, slowStartDepth: slowStart.depth }), 8);
  for (let i = 0; i < 8; i++) slowStart.onBlock();
  assert.equal(slowStart.depth, 16);
  slowStart.onSecond(100_000);
  slowStart.onSecond(200_000);
  assert.equal(slowStart.depth, 16);
  slowStart.onSecond(205_000);
  assert.equal(slowStart.depth, 0);
  slowStart.onBlock();
  assert.equal(slowStart.depth, 0);
  slowStart.restart();
  assert.equal(slowStart.depth, 8);
});

test('slow start waits for the first measurement', () => {
  const slowStart = new SlowStart();
  for (let second = 0; second < 5; second++) slowStart.onSecond(0);
  assert.equal(slowStart.depth, 8);
});

test('duplicates: one at least, none of a snubbed peer, a quarter of a second of a fast one', () => {
  assert.equal(duplicateDepth(0, false), 1);
  assert.equal(duplicateDepth(1_048_576, false), 16);
  assert.equal(duplicateDepth(1_048_576, true), 0);
});

test('a block is late when its queue should be through, after four seconds at most', () => {
  assert.equal(lateMs(1, 0), 4000);
  assert.equal(lateMs(1, 1e9), 1000 + (1.5 * 16_384) / 1e6);
  assert.equal(lateMs(100, 16_384), 4000);
});

test('a small torrent is not asked of one peer alone, a large one is not held back', () => {
  const peer = { rateBytesPerSecond: 4e6, reqq: 2000, slowStartDepth: 0, snubbed: false };
  const small = fairShare(65_536, 8);
  assert.equal(small, 256);
  assert.equal(requestDepth({ ...peer, rateBytesPerSecond: 6e6 }, small), 256);
  assert.equal(requestDepth({ ...peer, rateBytesPerSecond: 1e9 }, fairShare(131_072, 1)), 2000);
  assert.equal(requestDepth({ ...peer, rateBytesPerSecond: 3e5 }, 0), 8);
});

test('the line is kept full whatever is fair: longer for a peer that answers from afar', () => {
  const peer = { rateBytesPerSecond: 50e6, reqq: 2000, slowStartDepth: 0, snubbed: false };
  const near = requestDepth({ ...peer, quickestAnswerMs: 2 }, 0);
  const far = requestDepth({ ...peer, quickestAnswerMs: 120 }, 0);
  const unknown = requestDepth(peer, 0);
  assert.ok(near > 300 && near < 330, `${near}`);
  assert.ok(far > 1000 && far < 1050, `${far}`);
  assert.ok(unknown > 1200, `${unknown}`);
});
