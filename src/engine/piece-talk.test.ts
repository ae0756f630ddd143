import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { EngineRig, requests } from './engine-fixture.test.ts';

test('the first words tell what is here, in the shortest form the peer knows', () => {
  const first = (start: readonly number[], fast: boolean) => {
    const lines = new EngineRig({ start, pieceCount: 12 }).incoming({ fast }).said();
    return lines.filter((line) => !line.startsWith('allowed-fast'));
  };
  const all = Array.from({ length: 12 }, (_, piece) => piece);
  assert.deepEqual(first([], true), ['have-none']);
  assert.deepEqual(first([], false), []);
  assert.deepEqual(first([0, 9], true), ['bitfield 128 64']);
  assert.deepEqual(first(all, true), ['have-all']);
  assert.deepEqual(first(all, false), ['bitfield 255 240']);
});

test('interest is told when there is something to want, and taken back when there is not', () => {
  const rig = new EngineRig({ start: [0, 1] });
  const link = rig.incoming();
  link.said();
  link.hear(wire.encodeHaveNone(), wire.encodeHave(1));
  assert.deepEqual(link.said(), []);
  link.hear(wire.encodeHave(2));
  assert.deepEqual(link.said(), ['interested']);
  const seed = rig.seeder();
  rig.answer(seed, seed.said());
  for (const piece of [...rig.storage.writing.keys()]) rig.storage.finishWrite(piece);
  rig.pass(1000);
  assert.ok(link.said().includes('not-interested'));
});

test('a HAVE goes to those who lack the piece', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const [lacks, has] = [rig.incoming(), rig.seeder()];
  lacks!.said();
  rig.answer(has!, has!.said());
  rig.storage.finishWrite(0);
  assert.deepEqual(lacks!.said(), ['have 0']);
  assert.deepEqual(has!.said(), []);
});

test('two that have everything part', () => {
  const rig = new EngineRig({ start: [0, 1, 2, 3] });
  const late = rig.incoming();
  for (const link of [rig.seeder(), rig.incoming()]) {
    if (!link.closed) link.hear(wire.encodeHaveAll());
    assert.equal(link.closed, true);
  }
  late.hear(wire.encodeHaveNone());
  for (let piece = 0; piece < 4; piece++) late.hear(wire.encodeHave(piece));
  assert.equal(late.closed, true, 'also when it became whole');
});

test('what was said before the metadata came counts once it is here', () => {
  const rig = new EngineRig({ start: 'magnet' });
  const link = rig.incoming();
  link.hear(wire.encodeHaveNone(), wire.encodeHave(2), wire.encodeUnchoke());
  const liar = rig.incoming();
  liar.hear(wire.encodeHave(1_000_000));
  link.said();
  rig.setContent([]);
  assert.equal(liar.closed, true);
  const said = link.said();
  assert.ok(said.includes('interested'), `${said}`);
  assert.deepEqual(requests(said).sort(), ['request 2:0', 'request 2:16384']);
});
