import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { EngineRig, requests } from './engine-fixture.test.ts';
import { blockOf, type FakeLink, pieceMessage } from './fake-ports.test.ts';
import { blockBytes } from './layout.ts';

function parse(line: string): { piece: number; begin: number } {
  const match = /(\d+):(\d+)$/.exec(line);
  assert.ok(match !== null, line);
  return { piece: Number(match[1]), begin: Number(match[2]) };
}

function reject(link: FakeLink, line: string): void {
  const { piece, begin } = parse(line);
  link.hear(wire.encodeReject(piece, begin, blockBytes));
}

/** Answers everything that is asked, until nobody asks any more. */
function serve(rig: EngineRig, links: readonly FakeLink[], liars: readonly FakeLink[] = []): void {
  for (let idle = 0; idle < 2; idle++) {
    let asked = 0;
    for (const link of [...links, ...liars].filter(({ closed }) => !closed)) {
      const lines = requests(link.said());
      asked += lines.length;
      rig.answer(link, lines, liars.includes(link));
      for (const piece of [...rig.storage.writing.keys()]) rig.storage.finishWrite(piece);
    }
    if (asked > 0) idle = -1;
    else rig.pass(1000);
  }
}

test('a torrent is fetched, announced piece by piece, and completed once', () => {
  const rig = new EngineRig();
  const other = rig.incoming();
  other.said();
  const seed = rig.seeder();
  serve(rig, [seed]);
  assert.deepEqual(rig.events.slice().sort(), [
    'completed',
    'verified 0',
    'verified 1',
    'verified 2',
    'verified 3',
  ]);
  assert.equal(rig.events.at(-1), 'completed');
  assert.equal(other.said().filter((line) => line.startsWith('have ')).length, 4);
  assert.equal(seed.closed, true, 'two seeds have nothing to say');
  assert.equal(rig.slabs.size, 0);
  assert.equal(rig.torrent.downloadedBytes, rig.layout.lengthBytes);
});

test('nothing is announced before the disk has it', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const other = rig.incoming();
  const seed = rig.seeder();
  other.said();
  rig.answer(seed, seed.said());
  assert.deepEqual(other.said(), []);
  assert.equal(rig.storage.finishWrite(0), 'written');
  assert.deepEqual(other.said(), ['have 0']);
});

test('what a choking peer owed is asked of another', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const old = rig.seeder({ fast: false });
  const asked = requests(old.said());
  assert.equal(asked.length, 2);
  const other = rig.seeder();
  assert.deepEqual(requests(other.said()), []);
  old.hear(wire.encodeChoke());
  rig.pass(1000);
  assert.deepEqual(requests(other.said()).sort(), asked.slice().sort());
});

test('with the fast extension, a reject gives a request back, and a choke alone does not', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const first = rig.seeder();
  const asked = requests(first.said());
  const other = rig.seeder();
  first.hear(wire.encodeChoke());
  rig.pass(1000);
  assert.deepEqual(requests(other.said()), []);
  for (const line of asked) reject(first, line);
  rig.pass(1000);
  assert.deepEqual(requests(other.said()).sort(), asked.slice().sort());
});

test('who rejects while it lets us ask is asked again a second later, not at once', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const link = rig.seeder();
  const asked = requests(link.said());
  for (const line of asked) reject(link, line);
  assert.deepEqual(requests(link.said()), []);
  rig.pass(1000);
  assert.deepEqual(requests(link.said()).sort(), asked.slice().sort());
});

test('a peer that chokes and never rejects loses its requests after a minute', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const first = rig.seeder();
  const asked = requests(first.said());
  first.hear(wire.encodeChoke());
  rig.pass(62_000);
  const other = rig.seeder();
  assert.deepEqual(requests(other.said()).sort(), asked.slice().sort());
});

test('what a lost peer owed is asked of another', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const first = rig.seeder();
  const asked = requests(first.said());
  first.sink!.onClosed('reset');
  const other = rig.seeder();
  assert.deepEqual(requests(other.said()).sort(), asked.slice().sort());
});

test('a silent peer is asked for little, and its blocks for others', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const mute = rig.seeder();
  mute.said();
  rig.pass(62_000);
  const [session] = rig.torrent.connections.all();
  assert.equal(session!.snubbed, true);
  assert.equal(session!.requests.size, 1);
  const other = rig.seeder();
  assert.ok(requests(other.said()).length >= 1);
});

test('at the end a late block is asked of a second peer, and cancelled when it came', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const slow = rig.seeder();
  const asked = requests(slow.said());
  rig.pass(10_000);
  const quick = rig.seeder();
  const copies = requests(quick.said());
  assert.ok(copies.length > 0 && copies.every((line) => asked.includes(line)));
  rig.answer(quick, copies.slice(0, 1));
  assert.deepEqual(slow.said(), [copies[0]!.replace('request', 'cancel')]);
  const { piece, begin } = parse(copies[0]!);
  slow.hear(pieceMessage(piece, begin, blockOf(rig.layout, piece, begin / blockBytes)));
  assert.equal(slow.closed, false, 'it was on its way');
  assert.equal(rig.torrent.content!.downloads.wastedBytes, blockBytes);
});

test('unrequested, misplaced and doubly rejected blocks end the link', () => {
  const block = blockOf(new EngineRig().layout, 0, 0);
  const cases: [string, (link: FakeLink) => void][] = [
    ['WIRE_UNREQUESTED_BLOCK', (link) => link.hear(pieceMessage(0, 0, block))],
    ['WIRE_PIECE_OUT_OF_RANGE', (link) => link.hear(pieceMessage(9, 0, block))],
    ['WIRE_PIECE_OUT_OF_RANGE', (link) => link.hear(pieceMessage(0, 5, block))],
    ['WIRE_PIECE_OUT_OF_RANGE', (link) => link.hear(pieceMessage(0, 0, block.subarray(1)))],
    ['WIRE_UNREQUESTED_REJECT', (link) => reject(link, 'request 0:0')],
  ];
  for (const [code, act] of cases) {
    const rig = new EngineRig();
    const link = rig.incoming();
    act(link);
    assert.deepEqual([link.closed, rig.breaches()], [true, [code]]);
  }
});

test('before the metadata is known every block is unrequested', () => {
  const rig = new EngineRig({ start: 'magnet' });
  const link = rig.incoming();
  link.hear(pieceMessage(0, 0, new Uint8Array(9)));
  assert.deepEqual(rig.breaches(), ['WIRE_UNREQUESTED_BLOCK']);
});

test('who sent all of a corrupt piece is banned, and others finish it', () => {
  const rig = new EngineRig({ pieceCount: 2 });
  const liar = rig.seeder({ host: '66.6.6.6' });
  serve(rig, [], [liar]);
  assert.equal(liar.closed, true);
  assert.equal(rig.torrent.book.bans.isBanned(liar.remote), true);
  const honest = rig.seeder();
  serve(rig, [honest]);
  assert.equal(rig.torrent.isComplete, true);
  assert.equal(rig.torrent.book.bans.isBanned(honest.remote), false);
  assert.equal(rig.log.filter(({ code }) => code === 'PEER_BANNED').length, 1);
});

test('of several senders the liar alone is banned, once the piece is right', () => {
  const rig = new EngineRig({ pieceCount: 1, blocksPerPiece: 8 });
  const liar = rig.seeder({ host: '66.6.6.6' });
  const wanted = requests(liar.said());
  rig.answer(liar, wanted.slice(0, 3), true);
  for (const line of wanted.slice(3)) reject(liar, line);
  liar.hear(wire.encodeChoke());
  const honest = rig.seeder();
  serve(rig, [honest]);
  assert.equal(rig.torrent.isComplete, true);
  assert.equal(rig.torrent.book.bans.isBanned(liar.remote), true);
  assert.equal(rig.torrent.book.bans.isBanned(honest.remote), false);
});

test('a full disk halts the torrent, and a retry that succeeds lets it go on', () => {
  const rig = new EngineRig();
  const seed = rig.seeder();
  rig.answer(seed, seed.said());
  const [piece] = [...rig.storage.writing.keys()];
  for (const other of [...rig.storage.writing.keys()]) rig.storage.failWrite(other);
  assert.deepEqual(rig.events, ['ENOSPC']);
  assert.equal(rig.torrent.content!.downloads.halted, true);
  assert.equal(rig.slabs.size, 1, 'one piece is kept to try with');
  seed.said();
  rig.pass(4_000);
  assert.deepEqual([requests(seed.said()), rig.storage.writing.size], [[], 0]);
  rig.pass(2_000);
  rig.storage.failWrite(piece!);
  rig.pass(6_000);
  assert.equal(rig.storage.finishWrite(piece!), 'written');
  assert.deepEqual(rig.events, ['ENOSPC', 'well again', `verified ${piece}`]);
  serve(rig, [seed]);
  assert.equal(rig.torrent.isComplete, true);
  assert.equal(rig.slabs.size, 0);
});

test('leaving parks what is unfinished and gives all memory back, also on a full disk', () => {
  const rig = new EngineRig({ blocksPerPiece: 4 });
  const seed = rig.seeder();
  const asked = requests(seed.said());
  rig.answer(seed, asked.slice(0, 5));
  const [whole] = [...rig.storage.writing.keys()];
  rig.storage.failWrite(whole!);
  let left = false;
  rig.session.remove(rig.torrent.infoHash, () => {
    left = true;
  });
  for (const piece of rig.storage.parking.keys()) rig.storage.sink.onPieceParked(piece, undefined);
  rig.pass(5_000);
  assert.deepEqual([left, rig.storage.closed, rig.slabs.size], [true, true, 0]);
});

test('a piece that nobody can finish is parked for want of memory, and loaded again', () => {
  const rig = new EngineRig({ slabCount: 1 });
  const first = rig.seeder();
  const asked = requests(first.said());
  const { piece } = parse(asked[0]!);
  rig.answer(first, asked.slice(0, 1));
  first.sink!.onClosed('reset');
  const have = wire.encodeHave((piece + 1) % 4);
  const second = rig.incoming();
  second.hear(wire.encodeHaveNone(), have, wire.encodeUnchoke());
  rig.pass(1000);
  assert.deepEqual([...rig.storage.parking], [[piece, Uint8Array.of(1, 0)]]);
  rig.storage.sink.onPieceParked(piece, undefined);
  rig.tellOfRoom();
  serve(rig, [second]);
  assert.deepEqual(rig.events, [`verified ${(piece + 1) % 4}`]);
  rig.tellOfRoom();
  const third = rig.incoming();
  third.hear(wire.encodeHaveNone(), wire.encodeHave(piece), wire.encodeUnchoke());
  assert.deepEqual([...rig.storage.loading], [[piece, Uint8Array.of(1, 0)]]);
  const rest = requests(third.said());
  assert.deepEqual(rest, [`request ${piece}:${blockBytes}`]);
  rig.answer(third, rest);
  assert.equal(rig.storage.writing.size, 0, 'not before the parked block is there');
  const [slab] = rig.slabs;
  slab!.bytes.set(blockOf(rig.layout, piece, 0));
  rig.storage.sink.onPieceLoaded(piece, undefined);
  assert.equal(rig.storage.finishWrite(piece), 'written');
});

test('parked blocks that cannot be read are fetched anew', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const first = rig.seeder();
  rig.answer(first, requests(first.said()).slice(0, 1));
  first.sink!.onClosed('reset');
  const content = rig.torrent.content!;
  assert.ok(content.picker.parkPiece(0) !== undefined);
  content.downloads.onPieceParked(0, undefined);
  const second = rig.seeder();
  second.said();
  rig.storage.sink.onPieceLoaded(0, { code: 'EIO', message: 'cannot read', path: '/x' });
  rig.pass(1000);
  serve(rig, [second]);
  assert.equal(rig.torrent.downloadedBytes >= rig.layout.lengthBytes, true);
});
