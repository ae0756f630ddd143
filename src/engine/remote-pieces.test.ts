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
  assert.equal(pieces.have(3), false);
  const announced = new Bitfield(10);
  announced.set(7);
  assert.equal(pieces.announce(announced.toBytes()), undefined);
  assert.equal(pieces.field, undefined);
  assert.equal(pieces.setPieceCount(10), undefined);
  assert.deepEqual([...pieces.field!.indices()], [3, 7]);
});

test('have-all and have-none count as announcements, and only one is allowed', () => {
  const pieces = new RemotePieces();
  pieces.setPieceCount(9);
  assert.equal(pieces.announce('all'), undefined);
  assert.equal(pieces.field?.isFull, true);
  assert.equal(codeOf(pieces.announce('none')), 'WIRE_BITFIELD_NOT_FIRST');
});

test('a bitfield that comes after HAVEs keeps them', () => {
  const pieces = new RemotePieces();
  pieces.setPieceCount(16);
  assert.equal(pieces.have(1), true);
  assert.equal(pieces.have(1), false, 'the second time is no news');
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
