import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { SeededRandom } from '../base/random.ts';
import { Content, type ContentHost, type ContentOptions, type StartingPoint } from './content.ts';
import { diskFull, FakeStorage } from './fake-ports.test.ts';
import { blockBytes, Layout } from './layout.ts';
import { TokenBucket } from './rate.ts';

/** Three files; the second begins and ends inside pieces. */
const layout = new Layout(
  2 * blockBytes,
  [
    { offsetBytes: 0, lengthBytes: 50_000 },
    { offsetBytes: 50_000, lengthBytes: 30_000 },
    { offsetBytes: 80_000, lengthBytes: 40_000 },
  ],
  false,
);

function open(start: Partial<StartingPoint>, options: Partial<ContentOptions> = {}) {
  const events: string[] = [];
  const host: ContentHost = {
    nowMs: () => 1000,
    sessions: () => [],
    peerCount: () => 0,
    isFastAllowed: () => false,
    onPieceVerified: (piece) => events.push(`verified ${piece}`),
    onPieceCorrupt: (piece) => events.push(`corrupt ${piece}`),
    onGuilty: () => {},
    onCheckDone: () => events.push('checked'),
    onTrouble: (error) => events.push(error?.code ?? 'well again'),
    onCompleted: () => events.push('completed'),
    onWantsChanged: (again) => events.push(again ? 'wants again' : 'wants'),
  };
  let storage: FakeStorage | undefined;
  const content = new Content(
    {
      layout,
      openStorage: (sink) => {
        storage = new FakeStorage(layout, sink);
        return storage;
      },
      start: {
        verified: new Bitfield(layout.pieceCount),
        toCheck: [],
        partial: [],
        unfinishedFiles: [],
        ...start,
      },
      ...options,
    },
    {
      random: new SeededRandom(1),
      slabs: { tryAcquire: () => undefined, release() {}, fill() {}, onRoom() {} },
      upLimit: new TokenBucket('unlimited', 0),
    },
    host,
  );
  assert.ok(storage !== undefined);
  return { content, storage, events };
}

test('a check counts what is right, and completes nothing that was whole before', () => {
  const { content, storage, events } = open({ toCheck: [0, 1, 2, 3] });
  assert.deepEqual([content.checking, storage.checks], [true, [[0, 1, 2, 3]]]);
  content.onPieceChecked(0, true);
  content.onPieceChecked(1, false);
  assert.equal(content.checkedFraction, 0.5);
  content.onPieceChecked(2, true);
  content.onPieceChecked(3, true);
  content.onCheckDone(undefined);
  assert.deepEqual([content.checking, content.isComplete], [false, false]);
  assert.deepEqual([...content.snapshot().verified.indices()], [0, 2, 3]);
  assert.deepEqual(events, ['checked']);
  assert.equal(content.leftBytes, 2 * blockBytes);
  assert.deepEqual(storage.finished, [2], 'the one whose pieces are all right');
});

test('a check that finds everything is no completion', () => {
  const { content, events } = open({ toCheck: [0, 1, 2, 3] });
  for (let piece = 0; piece < 4; piece++) content.onPieceChecked(piece, true);
  content.onCheckDone(undefined);
  assert.deepEqual([content.isComplete, events], [true, ['checked']]);
});

test('a check that fails leaves its error', () => {
  const { content, events } = open({ toCheck: [0] });
  content.onCheckDone(diskFull);
  assert.equal(content.error, diskFull);
  assert.deepEqual(events, ['ENOSPC', 'checked']);
});

test('pieces of a file that is left out are not wanted, shared ones are', () => {
  const { content } = open({}, { filePriorities: Uint8Array.of(4, 0, 0) });
  const wanted = [0, 1, 2, 3].filter((piece) => content.picker.wants(piece));
  assert.deepEqual(wanted, [0, 1]);
  assert.equal(content.leftBytes, layout.lengthBytes, 'trackers are told of all of it');
});

test('a file that is whole but has its unfinished name gets its final one', () => {
  const verified = new Bitfield(4);
  for (const piece of [0, 1]) verified.set(piece);
  const { storage } = open({ verified, unfinishedFiles: [0, 1] });
  assert.deepEqual(storage.finished, [0]);
});

test('what is saved of partial pieces is on the disk', () => {
  const { content } = open({ partial: [{ piece: 1, blocks: Uint8Array.of(0, 1) }] });
  assert.deepEqual(content.snapshot().partial, [{ piece: 1, blocks: Uint8Array.of(0, 1) }]);
});

test('stopping closes the files, and only then is it over', () => {
  const { content, storage } = open({});
  let over = false;
  content.stop(() => {
    over = true;
  });
  assert.deepEqual([over, storage.closed], [true, true]);
});
