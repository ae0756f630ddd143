import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { RemotePieces } from './remote-pieces.ts';

function codeOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'code' in result
    ? result.code
    : undefined;
}

test('what comes before the piece count is known is judged when it is', () => {
  const pieces = new RemotePieces();
  assert.equal(pieces.have(3), 'kept');
  const announced = new Bitfield(10);
  announced.set(7);
  assert.equal(pieces.announce(announced.toBytes()), undefined);
  assert.equal(pieces.field, undefined);
  assert.equal(pieces.setPieceCount(10), undefined);
  assert.deepEqual([...pieces.field!.indices()], [3, 7]);
});

test('have-all and have-none count as announcements, and have-none only as the first', () => {
  const pieces = new RemotePieces();
  pieces.setPieceCount(9);
  assert.equal(pieces.announce('all'), undefined);
  assert.equal(pieces.field?.isFull, true);
  assert.equal(codeOf(pieces.announce('none')), 'WIRE_BITFIELD_NOT_FIRST');
});

test('a later bitfield or have-all stands for the HAVEs that it adds', () => {
  const pieces = new RemotePieces();
  pieces.setPieceCount(10);
  assert.equal(pieces.hasAnnounced, false);
  const first = new Bitfield(10);
  first.set(7);
  assert.equal(pieces.announce(first.toBytes()), undefined);
  assert.equal(pieces.hasAnnounced, true);
  const later = new Bitfield(10);
  for (const piece of [2, 9]) later.set(piece);
  assert.deepEqual(pieces.added(later.toBytes()), [2, 9]);
  assert.deepEqual([...pieces.field!.indices()], [7], 'they are told one by one');
  assert.deepEqual(pieces.added('all'), [0, 1, 2, 3, 4, 5, 6, 8, 9]);
  assert.equal(codeOf(pieces.added(new Uint8Array(3))), 'WIRE_BAD_BITFIELD');
});

test('of bitfields before the piece count is known, the newest counts', () => {
  const pieces = new RemotePieces();
  pieces.announce('none');
  const later = new Bitfield(10);
  later.set(4);
  assert.deepEqual(pieces.added(later.toBytes()), []);
  assert.equal(pieces.setPieceCount(10), undefined);
  assert.deepEqual([...pieces.field!.indices()], [4]);
});

test('a bitfield that comes after HAVEs keeps them', () => {
  const pieces = new RemotePieces();
  pieces.setPieceCount(16);
  assert.equal(pieces.have(1), 'new');
  assert.equal(pieces.have(1), 'known', 'the second time is no news');
  const late = new Bitfield(16);
  late.set(2);
  assert.equal(pieces.announce(late.toBytes()), undefined);
  assert.deepEqual([...pieces.field!.indices()], [1, 2]);
});

test('pieces out of range and misfit bitfields are violations, early ones too', () => {
  const known = new RemotePieces();
  known.setPieceCount(8);
  assert.equal(codeOf(known.have(8)), 'WIRE_PIECE_OUT_OF_RANGE');
  assert.equal(codeOf(known.announce(new Uint8Array(2))), 'WIRE_BAD_BITFIELD');
  const early = new RemotePieces();
  early.have(4_000_000_000);
  assert.equal(codeOf(early.setPieceCount(8)), 'WIRE_PIECE_OUT_OF_RANGE');
  const spare = new RemotePieces();
  spare.setPieceCount(7);
  assert.equal(codeOf(spare.announce(Uint8Array.of(0x01))), 'WIRE_BAD_BITFIELD');
});

test('a flood of early HAVEs costs bounded memory and stays harmless', () => {
  const pieces = new RemotePieces();
  for (let piece = 0; piece < 100_000; piece++) pieces.have(piece);
  assert.equal(pieces.setPieceCount(100_000), undefined);
  assert.ok(pieces.field!.count <= 4096);
});
