import assert from 'node:assert/strict';
import { test } from 'node:test';
import { torrentPhase } from './describe-torrent.ts';
import { EngineRig, requests } from './engine-fixture.test.ts';
import type { FakeLink } from './fake-ports.test.ts';
import { blockBytes } from './layout.ts';

/** Answers what was asked until nothing more is, and writes what is whole. */
function deliver(rig: EngineRig, link: FakeLink): number[] {
  const written: number[] = [];
  for (let asked = requests(link.said()); asked.length > 0; asked = requests(link.said())) {
    rig.answer(link, asked);
    for (const piece of [...rig.storage.writing.keys()]) {
      rig.storage.finishWrite(piece);
      written.push(piece);
    }
  }
  return written;
}

function piecesOf(lines: readonly string[]): number[] {
  return [...new Set(requests(lines).map((line) => Number(/\d+/.exec(line)?.[0])))];
}

test('a file that is wanted after all makes a complete torrent download again', () => {
  const rig = new EngineRig({ filePriorities: Uint8Array.of(4, 0), tiers: [['http://a/']] });
  const link = rig.seeder();
  rig.pass(1000);
  assert.deepEqual(rig.answerAnnounces(), ['started http://a/']);
  assert.deepEqual(deliver(rig, link), [0]);
  assert.deepEqual([rig.torrent.isComplete, link.closed], [true, true], 'seeders part');
  assert.equal(rig.events.at(-1), 'completed');
  rig.pass(120_000);

  rig.torrent.content?.setFilePriorities(Uint8Array.of(4, 4));
  assert.deepEqual(rig.storage.wanted, [[true, true]]);
  assert.deepEqual([rig.torrent.isComplete, torrentPhase(rig.torrent)], [false, 'downloading']);
  const again = rig.seeder();
  assert.deepEqual(deliver(rig, again).sort(), [1, 2, 3]);
  assert.deepEqual(rig.events.filter((event) => event === 'completed').length, 2);
  rig.pass(1000);
  const events = rig.announces.map(({ parameters }) => parameters.event);
  assert.deepEqual(events, ['completed'], 'only whole data is told to trackers as complete');
});

test('skipping what is missing completes a torrent, and takes its requests back', () => {
  const rig = new EngineRig({ start: [0] });
  const link = rig.seeder();
  const asked = requests(link.said());
  assert.equal(asked.length, 6);
  rig.torrent.content?.setFilePriorities(Uint8Array.of(4, 0));
  assert.equal(rig.torrent.isComplete, true);
  assert.equal(rig.events.at(-1), 'completed');
  assert.equal(link.said().filter((line) => line.startsWith('cancel')).length, 6);
  assert.equal(rig.slabs.size, 0, 'their memory is free');
  assert.deepEqual(rig.storage.wanted, [[true, false]]);
});

/** The order in which pieces are fetched where memory holds one at a time. */
function fetched(rig: EngineRig, count: number): number[] {
  const link = rig.seeder();
  const order: number[] = [];
  for (let i = 0; i < count; i++) {
    const asked = requests(link.said());
    order.push(...piecesOf(asked));
    rig.answer(link, asked);
    for (const piece of [...rig.storage.writing.keys()]) rig.storage.finishWrite(piece);
    rig.tellOfRoom();
  }
  return order;
}

test('a file of high priority goes before one of low priority', () => {
  const rig = new EngineRig({ pieceCount: 8, blocksPerPiece: 1, slabCount: 1 });
  rig.torrent.content?.setFilePriorities(Uint8Array.of(1, 7));
  assert.equal(fetched(rig, 8).at(-1), 0);
  const other = new EngineRig({ pieceCount: 8, blocksPerPiece: 1, slabCount: 1 });
  other.torrent.content?.setFilePriorities(Uint8Array.of(7, 1));
  assert.equal(fetched(other, 8).at(0), 0);
});

test('sequential order can be switched while it runs', () => {
  const rig = new EngineRig({ pieceCount: 30, blocksPerPiece: 1, slabCount: 1 });
  rig.torrent.content?.picker.setSequential(true);
  assert.deepEqual(fetched(rig, 5), [0, 1, 2, 3, 4]);
});

test('a reader near the end of a file gets its piece before all others', () => {
  const rig = new EngineRig({ pieceCount: 100, blocksPerPiece: 1, slabCount: 4 });
  const content = rig.torrent.content!;
  const at = 90 * blockBytes + 100;
  let ready = 0;
  const reader = content.openReader(at, at + 50, () => ready++);
  assert.equal(reader.take(), undefined);
  const link = rig.seeder();
  const asked = requests(link.said());
  assert.equal(asked[0], 'request 90:0');
  rig.answer(link, asked.slice(0, 1));
  rig.storage.finishWrite(90);
  assert.equal(ready > 0, true);
  const lease = reader.take();
  assert.deepEqual([lease?.bytes.length, lease?.bytes[0]], [50, (90 * 31 + 100) & 0xff]);
  lease?.release();
  assert.deepEqual([reader.isAtEnd, reader.take()], [true, undefined]);
  reader.close();
});

test('several readers move on side by side, each from where it stands', () => {
  const rig = new EngineRig({ pieceCount: 60, blocksPerPiece: 32, slabCount: 3 });
  const content = rig.torrent.content!;
  const { pieceLength } = rig.layout;
  const readers = [10, 40].map((piece) =>
    content.openReader(piece * pieceLength, (piece + 2) * pieceLength, () => {}),
  );
  const link = rig.seeder();
  assert.deepEqual(piecesOf(link.said()).slice(0, 1), [10]);
  readers[0]!.close();
  const other = rig.seeder();
  assert.deepEqual(piecesOf(other.said()).slice(0, 1), [40]);
  readers[1]!.close();
  content.picker.checkInvariants();
});

test('reading a skipped file fetches what is read, and nothing else of it', () => {
  const rig = new EngineRig({ start: [0], filePriorities: Uint8Array.of(4, 0) });
  const content = rig.torrent.content!;
  assert.equal(rig.torrent.isComplete, true);
  const { pieceLength } = rig.layout;
  const reader = content.openReader(2 * pieceLength, 2 * pieceLength + 10, () => {});
  assert.equal(rig.torrent.isComplete, false);
  const link = rig.seeder();
  assert.deepEqual(deliver(rig, link), [2]);
  assert.equal(reader.take()?.bytes.length, 10);
  reader.close();
  assert.deepEqual([content.picker.piecePriority(2), rig.torrent.isComplete], [0, true]);
  const early = content.openReader(3 * pieceLength, 3 * pieceLength + 1, () => {});
  early.close();
  assert.deepEqual([content.picker.piecePriority(3), content.isComplete], [0, true]);
  content.picker.checkInvariants();
});

test('a reader hears of a disk that does not give, and of the end of the torrent', () => {
  const rig = new EngineRig({ start: [0, 1, 2, 3] });
  const content = rig.torrent.content!;
  rig.storage.readable = false;
  const reader = content.openReader(0, 100, () => {});
  assert.equal(reader.take(), undefined);
  const error = { code: 'EIO', message: 'the disk fails', path: '/x' };
  rig.storage.sink.onReadFailed(0, 0, error);
  assert.equal(reader.error, error);
  reader.close();
  const other = content.openReader(0, 100, () => {});
  rig.session.remove(rig.torrent.infoHash, () => {});
  assert.equal(other.closed, true);
});

test('a recheck reads everything again, and fetches what is not right any more', () => {
  const rig = new EngineRig({ start: [0, 1, 2, 3] });
  const link = rig.incoming();
  rig.torrent.recheck();
  assert.deepEqual([link.closed, torrentPhase(rig.torrent)], [true, 'checking']);
  assert.deepEqual(rig.storage.checks, [[0, 1, 2, 3]]);
  assert.equal(rig.incoming().closed, true, 'nobody is told what is not known');
  for (const piece of [0, 1, 2, 3]) rig.storage.sink.onPieceChecked(piece, piece !== 2);
  assert.equal(rig.torrent.content?.checkedFraction, 1);
  rig.storage.sink.onCheckDone(undefined);
  assert.deepEqual(rig.torrent.content?.fileBytes.slice(), [2 * blockBytes, 4 * blockBytes]);
  assert.equal(torrentPhase(rig.torrent), 'downloading');
  assert.deepEqual(deliver(rig, rig.seeder()), [2]);
  assert.equal(rig.torrent.isComplete, true);
});

test('a recheck waits for what is being written, and gives up what is under way', () => {
  const rig = new EngineRig();
  const link = rig.seeder();
  const asked = requests(link.said());
  rig.answer(link, asked.slice(0, 3));
  assert.equal(rig.storage.writing.size, 1);
  rig.torrent.recheck();
  assert.deepEqual(rig.storage.checks, []);
  const [piece] = rig.storage.writing.keys();
  rig.storage.finishWrite(piece!);
  assert.deepEqual(rig.storage.checks, [[0, 1, 2, 3]]);
  assert.equal(rig.slabs.size, 0);
  rig.torrent.content?.picker.checkInvariants();
});

test('trackers can be replaced: the old ones hear that we leave, the new ones that we came', () => {
  const rig = new EngineRig({ tiers: [['http://a/']] });
  rig.pass(1000);
  assert.deepEqual(rig.answerAnnounces(), ['started http://a/']);
  rig.torrent.setTrackers([['http://b/']]);
  rig.pass(1000);
  assert.deepEqual(rig.answerAnnounces().sort(), ['started http://b/', 'stopped http://a/']);
});
