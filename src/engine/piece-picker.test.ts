import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { bits, fastRate, pieces, setUp, verifyFirst } from './piece-picker-fixture.test.ts';

test('takes blocks of a piece in ascending order', () => {
  const { pick, join } = setUp(1);
  const peer = join(Bitfield.full(1), fastRate);
  assert.deepEqual(pick(peer, 2), [
    [0, 0],
    [0, 1],
  ]);
  assert.deepEqual(pick(peer, 2), [
    [0, 2],
    [0, 3],
  ]);
});

test('goes through a piece: missing, partial, unverified, verified', () => {
  const { picker, pick, join, receive } = setUp(1);
  const peer = join(Bitfield.full(1));
  assert.equal(picker.stateOf(0), 'missing');
  pick(peer, 4);
  assert.equal(picker.stateOf(0), 'partial');
  for (let block = 0; block < 4; block++) assert.equal(receive(peer, 0, block), 'accepted');
  assert.equal(picker.stateOf(0), 'unverified');
  assert.equal(picker.pieceComplete(0), true);
  assert.equal(receive(peer, 0, 2), 'duplicate');
  assert.equal(picker.missingWantedCount, 1);
  picker.onPieceVerified(0);
  assert.equal(picker.stateOf(0), 'verified');
  assert.equal(picker.verifiedBytes, 65_536);
  assert.equal(picker.wantedLeftBytes, 0);
  assert.equal(receive(peer, 0, 2), 'duplicate');
  assert.deepEqual(pick(peer, 4), []);
  picker.markMissing(0);
  assert.equal(receive(peer, 0, 2), 'unknown-piece');
  assert.equal(pick(peer, 4).length, 4);
});

test('takes the rarest piece first, and ties at random', () => {
  const firstPicks = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const { picker, pick, join } = setUp(8, seed);
    verifyFirst(picker);
    join(bits(8, 4, 5));
    join(bits(8, 4, 5, 6, 7));
    const order = pieces(pick(join(Bitfield.full(8), fastRate), 16));
    assert.deepEqual(order.slice(0, 2).sort(), [6, 7]);
    firstPicks.add(order[0]!);
  }
  assert.equal(firstPicks.size, 2);
});

test('chooses the first four pieces at random', () => {
  const opened = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const { pick, join } = setUp(30, seed);
    const common = new Bitfield(30);
    for (let piece = 1; piece < 30; piece++) common.set(piece);
    join(common);
    const order = pieces(pick(join(Bitfield.full(30), fastRate), 20));
    if (!order.slice(0, 4).includes(0)) assert.equal(order[4], 0, 'then the rarest');
    opened.add(order[0]!);
  }
  assert.ok(opened.size > 10);
});

test('counts availability as peers come, learn and go', () => {
  const { picker, join } = setUp(3);
  const seed = join(Bitfield.full(3));
  const peer = join(bits(3, 1));
  assert.deepEqual(
    [0, 1, 2].map((piece) => picker.availability(piece)),
    [1, 2, 1],
  );
  peer.have.set(0);
  picker.peerGotPiece(peer, 0);
  peer.have.set(2);
  picker.peerGotPiece(peer, 2);
  assert.deepEqual(
    [0, 1, 2].map((piece) => picker.availability(piece)),
    [2, 2, 2],
  );
  picker.removePeer(seed);
  picker.removePeer(peer);
  assert.deepEqual(
    [0, 1, 2].map((piece) => picker.availability(piece)),
    [0, 0, 0],
  );
  picker.checkInvariants();
});

test('tells which wanted pieces nobody has', () => {
  const { picker, join } = setUp(5);
  join(bits(5, 0, 2));
  assert.equal(picker.unavailableCount, 3);
  assert.equal(picker.firstUnavailable, 1);
  picker.setPiecePriority(1, 0);
  assert.equal(picker.unavailableCount, 2);
  assert.equal(picker.firstUnavailable, 3);
  join(Bitfield.full(5));
  assert.equal(picker.unavailableCount, 0);
  assert.equal(picker.firstUnavailable, -1);
});

test('takes higher priorities first and unwanted pieces never', () => {
  const { picker, pick, join } = setUp(8);
  verifyFirst(picker);
  picker.setPiecePriority(4, 0);
  picker.setPiecePriority(5, 1);
  picker.setPiecePriority(6, 7);
  join(bits(8, 6, 7));
  join(bits(8, 6));
  const peer = join(Bitfield.full(8), fastRate);
  assert.deepEqual(pieces(pick(peer, 32)), [6, 7, 5]);
  assert.equal(picker.wants(4), false);
  assert.equal(picker.missingWantedCount, 3);
});

test('parks an idle piece and opens it again with its blocks', () => {
  const { picker, memory, pick, join, receive, release } = setUp(10);
  const peer = join(Bitfield.full(10), fastRate);
  const piece = pick(peer, 4)[0]![0];
  assert.equal(picker.parkPiece(piece), undefined, 'requests are outstanding');
  receive(peer, piece, 2);
  release(peer);
  assert.deepEqual([...picker.parkPiece(piece)!], [0, 0, 1, 0]);
  assert.deepEqual([...picker.parkedBlocks(piece)!], [0, 0, 1, 0]);
  assert.equal(picker.stateOf(piece), 'partial');
  assert.equal(receive(peer, piece, 1), 'unknown-piece');
  assert.deepEqual(
    [...picker.partialPieces()],
    [{ piece, blocks: Uint8Array.of(0, 0, 1, 0), outstanding: 0, parked: true }],
  );
  assert.deepEqual(pick(peer, 3), [
    [piece, 0],
    [piece, 1],
    [piece, 3],
  ]);
  assert.deepEqual(memory.opened, [piece, piece]);
});

test('a piece parked without blocks is missing', () => {
  const { picker, pick, join, release } = setUp(10);
  const peer = join(Bitfield.full(10));
  const piece = pick(peer, 4)[0]![0];
  release(peer);
  assert.deepEqual([...picker.parkPiece(piece)!], [0, 0, 0, 0]);
  assert.equal(picker.stateOf(piece), 'missing');
  picker.checkInvariants();
});

test('restores partial pieces and finishes them first', () => {
  const { picker, pick, join } = setUp(10);
  picker.restorePartial(6, Uint8Array.of(1, 0, 0, 1));
  picker.restorePartial(7, Uint8Array.of(0, 0, 0, 0));
  assert.equal(picker.stateOf(6), 'partial');
  assert.equal(picker.stateOf(7), 'missing');
  assert.deepEqual(pick(join(Bitfield.full(10)), 2), [
    [6, 1],
    [6, 2],
  ]);
});

test('goes by index in sequential mode', () => {
  const { picker, pick, join } = setUp(6);
  picker.setSequential(true);
  picker.setPiecePriority(4, 5);
  const few = join(bits(6, 5, 2), fastRate);
  assert.deepEqual(pieces(pick(few, 8)), [2, 5]);
  const peer = join(Bitfield.full(6), fastRate);
  assert.deepEqual(pieces(pick(peer, 8)), [4, 0]);
  few.have.set(1);
  picker.peerGotPiece(few, 1);
  assert.deepEqual(pieces(pick(few, 4)), [1]);
  picker.setSequential(false);
  assert.deepEqual(pieces(pick(peer, 4)), [3]);
});

test('the streaming window comes before everything', () => {
  const { picker, pick, join } = setUp(12);
  const peer = join(Bitfield.full(12), fastRate);
  const [other] = pieces(pick(peer, 1));
  const first = other! < 6 ? 7 : 2;
  picker.setDeadlines([{ first, last: first + 2 }]);
  assert.deepEqual(
    pick(peer, 12),
    [0, 1, 2].flatMap((i) => [0, 1, 2, 3].map((b) => [first + i, b])),
  );
  picker.setDeadlines([{ first, last: first + 3 }]);
  picker.setDeadlines([]);
  assert.notEqual(pieces(pick(peer, 3)).length, 0);
});

test('asks a choking peer for allowed pieces only', () => {
  const { picker, pick, join } = setUp(10);
  const peer = join(bits(10, 1, 2, 3), fastRate);
  peer.allowedFast = new Set([3, 9, 500]);
  assert.deepEqual(pieces(pick(peer, 20)), [3]);
  peer.allowedFast = new Set();
  assert.deepEqual(pick(peer, 20), []);
  peer.allowedFast = undefined;
  assert.equal(pick(peer, 20).length, 8);
  picker.checkInvariants();
});

test('prefers a suggested piece within its priority', () => {
  const { picker, pick, join } = setUp(30);
  verifyFirst(picker);
  const peer = join(Bitfield.full(30), fastRate);
  picker.setPiecePriority(9, 3);
  peer.suggested.push(2, 17, 9);
  assert.deepEqual(pieces(pick(peer, 1)), [17]);
});

test('interest follows what is wanted', () => {
  const { picker } = setUp(4);
  assert.equal(picker.isInteresting(bits(4, 2)), true);
  picker.markVerified(2);
  assert.equal(picker.isInteresting(bits(4, 2)), false);
  assert.equal(picker.isInteresting(Bitfield.full(4)), true);
  for (const piece of [0, 1, 3]) picker.setPiecePriority(piece, 0);
  assert.equal(picker.isInteresting(Bitfield.full(4)), false);
  picker.setPiecePriority(1, 1);
  assert.equal(picker.isInteresting(bits(4, 1)), true);
  assert.equal(picker.wantedLeftBytes, 65_536);
});

test('a torrent without pieces wants nothing', () => {
  const { picker } = setUp(0);
  assert.equal(picker.missingWantedCount, 0);
  picker.checkInvariants();
});
