import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { SeededRandom } from '../base/random.ts';
import { blockBytes, Layout } from './layout.ts';
import { PiecePicker } from './piece-picker.ts';

const blocksPerPiece = 4;
const fastRate = blocksPerPiece * blockBytes;

class FakePeer {
  readonly have: Bitfield;
  allowedFast: ReadonlySet<number> | undefined = undefined;
  suggested: number[] = [];
  rateBytesPerSecond: number;
  readonly outstanding: [number, number][] = [];

  constructor(have: Bitfield, rateBytesPerSecond = 0) {
    this.have = have;
    this.rateBytesPerSecond = rateBytesPerSecond;
  }

  isLate(): boolean {
    return true;
  }

  isOutstanding(piece: number, block: number): boolean {
    return this.outstanding.some(([p, b]) => p === piece && b === block);
  }
}

function bits(length: number, ...indices: number[]): Bitfield {
  const field = new Bitfield(length);
  for (const index of indices) field.set(index);
  return field;
}

function setUp(pieceCount: number, seed = 1) {
  const lengthBytes = pieceCount * blocksPerPiece * blockBytes;
  const layout = new Layout(blocksPerPiece * blockBytes, [{ offsetBytes: 0, lengthBytes }], false);
  const memory = { room: Number.POSITIVE_INFINITY, opened: [] as number[] };
  const picker = new PiecePicker({
    layout,
    random: new SeededRandom(seed),
    openPiece(piece) {
      if (memory.room <= 0) return false;
      memory.room--;
      memory.opened.push(piece);
      return true;
    },
  });
  const pick = (peer: FakePeer, count: number): [number, number][] => {
    const out = new Uint32Array(2 * count);
    const picked = picker.pick(peer, count, out);
    const pairs = Array.from({ length: picked }, (_, i): [number, number] => {
      return [out[2 * i]!, out[2 * i + 1]!];
    });
    peer.outstanding.push(...pairs);
    picker.checkInvariants();
    return pairs;
  };
  const join = (have: Bitfield, rate = 0): FakePeer => {
    const peer = new FakePeer(have, rate);
    picker.addPeer(peer);
    return peer;
  };
  const receive = (peer: FakePeer, piece: number, block: number): string => {
    const at = peer.outstanding.findIndex(([p, b]) => p === piece && b === block);
    if (at >= 0) peer.outstanding.splice(at, 1);
    const result = picker.onBlockReceived(piece, block);
    picker.checkInvariants();
    return result;
  };
  const release = (peer: FakePeer): void => {
    for (const [piece, block] of peer.outstanding.splice(0)) picker.releaseBlock(piece, block);
    picker.checkInvariants();
  };
  return { picker, memory, pick, join, receive, release };
}

/** Past the four pieces that are chosen at random. */
function verifyFirst(picker: PiecePicker, count = 4): void {
  for (let piece = 0; piece < count; piece++) picker.markVerified(piece);
}

const pieces = (pairs: [number, number][]): number[] => [...new Set(pairs.map(([piece]) => piece))];

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
  assert.deepEqual(pick(first, 8), [], 'no endgame while pieces wait for memory');
  memory.room = 1;
  assert.equal(pick(first, 8).length, 4);
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
  picker.setDeadline(first, first + 2);
  assert.deepEqual(
    pick(peer, 12),
    [0, 1, 2].flatMap((i) => [0, 1, 2, 3].map((b) => [first + i, b])),
  );
  picker.setDeadline(first, first + 3);
  picker.clearDeadline();
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

test('what a peer turns away from is shared again', () => {
  const { picker, pick, join } = setUp(10);
  const fast = join(Bitfield.full(10), fastRate);
  const [left] = pieces(pick(fast, 2));
  const next = left === 0 ? 1 : 0;
  picker.setDeadline(next, next);
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
