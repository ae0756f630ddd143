import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { EngineRig } from './engine-fixture.test.ts';
import { diskFull, type FakeLink } from './fake-ports.test.ts';
import { blockBytes } from './layout.ts';
import { maxQueuedRequests } from './upload-queue.ts';

/** A peer that was unchoked, and so may request. */
function unchoked(rig: EngineRig, options: { fast?: boolean } = {}): FakeLink {
  const link = rig.incoming(options);
  link.hear(wire.encodeInterested());
  rig.pass(1000);
  assert.ok(link.said().includes('unchoke'));
  return link;
}

function ask(link: FakeLink, piece: number, block: number): void {
  link.hear(wire.encodeRequest(piece, block * blockBytes, blockBytes));
}

test('serves what is verified, and rejects the rest', () => {
  const rig = new EngineRig({ start: [1] });
  const link = unchoked(rig);
  ask(link, 1, 1);
  ask(link, 2, 0);
  assert.deepEqual(link.said(), [`piece 1:${blockBytes}`, 'reject 2:0']);
  assert.equal(rig.torrent.uploadedBytes, blockBytes);
  assert.equal(rig.storage.leases, 0, 'each lease was released');
});

test('behind the end of a file that fills no piece there are zeros for who asks', () => {
  const rig = new EngineRig({ start: [0, 1], gapBytes: blockBytes + 1000 });
  const link = unchoked(rig);
  ask(link, 0, 0);
  ask(link, 0, 1);
  assert.deepEqual(link.said(), ['piece 0:0', `piece 0:${blockBytes}`]);
  assert.equal(rig.storage.leases, 0);
  link.hear(wire.encodeRequest(0, blockBytes, blockBytes + 1));
  assert.equal(link.closed, true, 'behind the end of the piece there is nothing');
});

test('a choked peer gets rejects, or silence where rejects are not known', () => {
  const rig = new EngineRig({ start: [0], pieceCount: 100 });
  const fast = rig.incoming();
  const old = rig.incoming({ fast: false });
  const set = fast.said().filter((line) => line.startsWith('allowed-fast'));
  for (const link of [fast, old]) {
    link.said();
    ask(link, 0, 0);
  }
  assert.deepEqual(fast.said(), set.includes('allowed-fast 0') ? ['piece 0:0'] : ['reject 0:0']);
  assert.deepEqual(old.said(), []);
});

test('choking rejects what waits', () => {
  const rig = new EngineRig({ start: [0] });
  const link = unchoked(rig);
  rig.storage.readable = false;
  ask(link, 0, 0);
  ask(link, 0, 1);
  const [session] = rig.torrent.connections.all();
  session!.setChoking(true);
  assert.deepEqual(link.said(), ['choke', 'reject 0:0', `reject 0:${blockBytes}`]);
  rig.storage.readable = true;
  rig.storage.sink.onReadable();
  assert.deepEqual(link.said(), []);
});

test('a cancelled request is rejected, one that is on its way is not', () => {
  const rig = new EngineRig({ start: [0] });
  const link = unchoked(rig);
  rig.storage.readable = false;
  ask(link, 0, 0);
  link.hear(wire.encodeCancel(0, 0, blockBytes), wire.encodeCancel(0, 0, blockBytes));
  assert.deepEqual(link.said(), ['reject 0:0']);
  rig.storage.readable = true;
  ask(link, 0, 1);
  link.hear(wire.encodeCancel(0, blockBytes, blockBytes));
  assert.deepEqual(link.said(), [`piece 0:${blockBytes}`]);
});

test('a link holds no more than it is fast for; the rest waits until it drains', () => {
  const rig = new EngineRig({ start: [0] });
  const link = unchoked(rig);
  link.queuedBytes = 1 << 20;
  ask(link, 0, 0);
  assert.deepEqual(link.said(), []);
  link.queuedBytes = 0;
  link.sink!.onDrained();
  assert.deepEqual(link.said(), ['piece 0:0']);
});

test('waits for the disk, and rejects what it cannot give', () => {
  const rig = new EngineRig({ start: [0, 1] });
  const link = unchoked(rig);
  rig.storage.readable = false;
  ask(link, 0, 0);
  ask(link, 1, 0);
  rig.storage.sink.onReadFailed(0, 0, { ...diskFull, code: 'EIO' });
  assert.deepEqual(link.said(), ['reject 0:0']);
  assert.deepEqual(rig.events, ['EIO']);
  rig.storage.readable = true;
  rig.storage.sink.onReadable();
  assert.deepEqual(link.said(), ['piece 1:0']);
  rig.pass(12_000);
  assert.deepEqual(rig.events, ['EIO', 'well again']);
});

test('a queue takes what was announced, and rejects more', () => {
  const rig = new EngineRig({ start: [0] });
  const link = unchoked(rig);
  rig.storage.readable = false;
  for (let i = 0; i < maxQueuedRequests; i++) ask(link, 0, i % 2);
  assert.deepEqual(link.said(), []);
  ask(link, 0, 0);
  assert.deepEqual(link.said(), ['reject 0:0']);
});

test('the upload limit holds, and lets everything through in time', () => {
  const rig = new EngineRig({ start: [0, 1, 2, 3], upLimit: 2 * blockBytes });
  const link = unchoked(rig);
  for (let piece = 0; piece < 4; piece++) for (const block of [0, 1]) ask(link, piece, block);
  const sent = [link.said().length];
  for (let second = 0; second < 4; second++) {
    rig.pass(1000);
    sent.push(link.said().filter((line) => line.startsWith('piece')).length);
  }
  assert.ok(sent[0]! <= 3, `${sent}`);
  assert.equal(
    sent.reduce((sum, count) => sum + count),
    8,
  );
});
