import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { bits, fastRate, pieces, setUp, verifyFirst } from './piece-picker-fixture.test.ts';

test('finishes a partial piece nobody fills before opening another', () => {
  const { picker, pick, join, receive, release } = setUp(10);
  verifyFirst(picker);
  const gone = join(Bitfield.full(10), fastRate);
  const [first] = pick(gone, 3);
  receive(gone, first![0], 0);
  release(gone);
  picker.removePeer(gone);
  const peer = join(Bitfield.full(10), fastRate);
  assert.deepEqual(pick(peer, 3), [
    [first![0], 1],
    [first![0], 2],
    [first![0], 3],
  ]);
});

test('gives fast peers a piece each, and lets slow peers share one', () => {
  const { pick, join } = setUp(20);
  const fast = [join(Bitfield.full(20), fastRate), join(Bitfield.full(20), fastRate)];
  const [one, other] = fast.map((peer) => pieces(pick(peer, 2)));
  assert.notDeepEqual(one, other);
  const slow = [join(Bitfield.full(20), 1), join(Bitfield.full(20), 0)];
  const [slowOne, slowOther] = slow.map((peer) => pieces(pick(peer, 2)));
  assert.deepEqual(slowOne, slowOther);
  assert.ok(!one!.includes(slowOne![0]!) && !other!.includes(slowOne![0]!));
});

test('joins the piece of another peer when there is no other', () => {
  const { pick, join } = setUp(1);
  pick(join(Bitfield.full(1), fastRate), 2);
  assert.deepEqual(pick(join(Bitfield.full(1), fastRate), 2), [
    [0, 2],
    [0, 3],
  ]);
});

test('opens nothing without memory, and shares what is open', () => {
  const { memory, pick, join } = setUp(10);
  memory.room = 1;
  const first = join(Bitfield.full(10), fastRate);
  const second = join(Bitfield.full(10), fastRate);
  const [piece] = pieces(pick(first, 2));
  assert.deepEqual(pieces(pick(second, 8)), [piece]);
  first.late = false;
  second.late = false;
  assert.deepEqual(pick(join(Bitfield.full(10)), 8), [], 'all is on its way');
  second.late = true;
  const third = join(Bitfield.full(10), fastRate);
  assert.deepEqual(pieces(pick(third, 8)), [piece], 'without room, others are asked for it');
  second.late = false;
  third.late = false;
  memory.room = 1;
  assert.equal(pick(first, 8).length, 4);
});

test('in the endgame, duplicates the slowest outstanding blocks, three copies at most', () => {
  const { picker, pick, join, receive } = setUp(2);
  const slow = join(bits(2, 0), 1000);
  const quick = join(bits(2, 1), 5000);
  assert.deepEqual(pieces(pick(slow, 4)), [0]);
  assert.deepEqual(pieces(pick(quick, 4)), [1]);
  const helper = join(Bitfield.full(2), 6000);
  assert.deepEqual(pieces(pick(helper, 4)), [0]);
  assert.deepEqual(pieces(pick(helper, 16)), [1]);
  assert.deepEqual(pick(helper, 16), [], 'never twice from one peer');
  const last = join(Bitfield.full(2), 6000);
  assert.equal(pick(last, 16).length, 8);
  assert.equal(picker.requestCount(0, 0), 3);
  assert.deepEqual(pick(join(Bitfield.full(2), 6000), 16), []);
  assert.equal(receive(helper, 0, 0), 'accepted');
  assert.equal(picker.requestCount(0, 0), 2, 'two cancels are due');
  assert.equal(receive(slow, 0, 0), 'duplicate');
});

test('no endgame while blocks are free, but one when the rest is not to be had', () => {
  const { pick, join } = setUp(3);
  const one = join(bits(3, 0), 5000);
  const two = join(bits(3, 0, 1), 5000);
  pick(one, 4);
  pick(two, 1);
  const rival = join(bits(3, 0), 6000);
  assert.deepEqual(pick(rival, 4), []);
  pick(two, 3);
  assert.equal(pick(rival, 4).length, 4, 'nobody has piece 2');
});

test('a peer ten times faster steals, before the endgame', () => {
  const { memory, picker, pick, join } = setUp(10);
  memory.room = 1;
  const slow = join(Bitfield.full(10), 1000);
  slow.late = false;
  pick(slow, 4);
  assert.deepEqual(pick(join(Bitfield.full(10), 9000), 4), []);
  const thief = join(Bitfield.full(10), 10_000);
  const [piece] = pieces(slow.outstanding);
  assert.deepEqual(pieces(pick(thief, 4)), [piece]);
  assert.equal(picker.requestCount(piece!, 0), 2);
  assert.equal(pick(join(Bitfield.full(10), 1e9), 4).length, 4, 'from the thief, in turn');
  assert.equal(picker.requestCount(piece!, 0), 3);
  assert.deepEqual(pick(join(Bitfield.full(10), 1e11), 4), [], 'three copies are enough');
});

test('a released block is picked again, lowest first', () => {
  const { picker, pick, join } = setUp(1);
  const peer = join(Bitfield.full(1), fastRate);
  pick(peer, 4);
  peer.outstanding.length = 0;
  picker.releaseBlock(0, 3);
  picker.releaseBlock(0, 1);
  picker.releaseBlock(0, 1);
  assert.deepEqual(pick(peer, 2), [
    [0, 1],
    [0, 3],
  ]);
});

test('accepts a late block of a request that was given back', () => {
  const { picker, pick, join, receive, release } = setUp(1);
  const peer = join(Bitfield.full(1));
  pick(peer, 4);
  release(peer);
  assert.equal(receive(peer, 0, 1), 'accepted');
  assert.deepEqual(
    pick(peer, 4).map(([, block]) => block),
    [0, 2, 3],
  );
  picker.releaseBlock(0, 1);
  assert.equal(picker.stateOf(0), 'partial');
});

test('a corrupt piece is fetched again whole from one peer', () => {
  const { picker, pick, join, receive, release } = setUp(1);
  const peers = [join(Bitfield.full(1), 100), join(Bitfield.full(1), 100)];
  for (const peer of peers) for (const [p, b] of pick(peer, 2)) receive(peer, p, b);
  assert.equal(picker.stateOf(0), 'unverified');
  picker.onPieceCorrupt(0);
  picker.restrictToOnePeer(0);
  assert.equal(picker.stateOf(0), 'missing');
  assert.equal(pick(peers[0]!, 2).length, 2);
  assert.deepEqual(pick(peers[1]!, 4), [], 'the other stays away');
  assert.equal(pick(peers[0]!, 4).length, 2);
  assert.deepEqual(pick(peers[1]!, 4), [], 'in the endgame, too');
  release(peers[0]!);
  assert.equal(pick(peers[1]!, 4).length, 4, 'until the first one stops');
  assert.deepEqual(pick(peers[0]!, 4), []);
});

test('a much faster peer takes over a restricted piece', () => {
  const { picker, pick, join } = setUp(1);
  picker.restrictToOnePeer(0);
  const slow = join(Bitfield.full(1), 100);
  pick(slow, 1);
  assert.equal(pick(join(Bitfield.full(1), 5000), 2).length, 2);
  assert.deepEqual(pick(slow, 2), []);
});

test('a peer that leaves gives its pieces up', () => {
  const { picker, pick, join, receive } = setUp(10);
  const first = join(Bitfield.full(10), fastRate);
  const picked = pick(first, 2);
  for (const [piece, block] of picked) receive(first, piece, block);
  picker.removePeer(first);
  const second = join(Bitfield.full(10), fastRate);
  assert.deepEqual(pieces(pick(second, 1)), pieces(picked));
  assert.throws(() => picker.removePeer(first), /added before/);
});

test('what a peer turns away from is shared again', () => {
  const { picker, pick, join } = setUp(10);
  const fast = join(Bitfield.full(10), fastRate);
  const [left] = pieces(pick(fast, 2));
  const next = left === 0 ? 1 : 0;
  picker.setDeadlines([{ first: next, last: next }]);
  assert.deepEqual(pieces(pick(fast, 4)), [next]);
  assert.deepEqual(pieces(pick(join(Bitfield.full(10)), 2)), [left]);
});

test('in the endgame, blocks with fewer copies come before slower ones', () => {
  const { pick, join } = setUp(2);
  pick(join(bits(2, 0), 10), 4);
  pick(join(bits(2, 0), 20), 4);
  pick(join(bits(2, 1), 5000), 4);
  assert.deepEqual(pieces(pick(join(Bitfield.full(2), 5000), 4)), [1]);
});

test('one pick never takes a block twice', () => {
  const { pick, join } = setUp(1);
  assert.equal(pick(join(Bitfield.full(1), fastRate), 16).length, 4);
});

test('in the endgame, what is on its way is left alone', () => {
  const { pick, join } = setUp(1);
  const first = join(Bitfield.full(1), 5000);
  first.late = false;
  pick(first, 4);
  const second = join(Bitfield.full(1), 5000);
  second.late = false;
  assert.deepEqual(pick(second, 4), []);
  first.late = true;
  assert.equal(pick(second, 4).length, 4);
  assert.deepEqual(pick(join(Bitfield.full(1), 5000), 4), [], 'the second has its time, too');
});

test('takes no more duplicates than it is told', () => {
  const { picker, pick, join } = setUp(1);
  pick(join(Bitfield.full(1), fastRate), 4);
  const idle = join(Bitfield.full(1), fastRate);
  const out = new Uint32Array(8);
  assert.equal(picker.pick(idle, 4, out, 0), 0);
  assert.equal(picker.pick(idle, 4, out, 1), 1);
});

test('a block whose request was given back answers no other request', () => {
  const { picker, pick, join } = setUp(1);
  const slow = join(Bitfield.full(1));
  const [[piece, block]] = pick(slow, 1) as [[number, number]];
  picker.releaseBlock(piece, block);
  slow.outstanding.length = 0;
  pick(join(Bitfield.full(1)), 1);
  assert.equal(picker.onBlockReceived(piece, block, false), 'accepted');
  assert.equal(picker.requestCount(piece, block), 1, 'the other is to be cancelled');
  picker.releaseBlock(piece, block);
  picker.checkInvariants();
});
