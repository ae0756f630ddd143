import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { EngineRig } from './engine-fixture.test.ts';
import type { FakeLink } from './fake-ports.test.ts';
import { blockBytes } from './layout.ts';

/** Pieces of the set that the peer was told. */
function setOf(link: FakeLink): number[] {
  const lines = link.said().filter((line) => line.startsWith('allowed-fast '));
  return lines.map((line) => Number(line.slice('allowed-fast '.length)));
}

const everything = Array.from({ length: 200 }, (_, piece) => piece);

test('a choked peer is granted ten pieces, the same ones for its whole network', () => {
  const rig = new EngineRig({ pieceCount: 200, start: everything });
  const set = setOf(rig.incoming({ host: '10.1.2.3' }));
  assert.equal(set.length, 10);
  assert.deepEqual(setOf(rig.incoming({ host: '10.1.2.99' })), set);
  assert.notDeepEqual(setOf(rig.incoming({ host: '10.1.3.3' })), set);
});

test('only of what is here, and not to peers that do not know the extension, or of IPv6', () => {
  const some = everything.slice(0, 100);
  const rig = new EngineRig({ pieceCount: 200, start: some });
  const set = setOf(rig.incoming({ host: '10.1.2.3' }));
  assert.ok(set.length > 0 && set.every((piece) => piece < 100), `${set}`);
  assert.deepEqual(setOf(rig.incoming({ fast: false })), []);
  assert.deepEqual(setOf(rig.incoming({ host: '2001:db8::1' })), []);
  assert.deepEqual(setOf(new EngineRig({ start: [] }).incoming()), []);
});

test('a block of the set is served while choked, but not without end', () => {
  const rig = new EngineRig({ pieceCount: 200, start: everything });
  const link = rig.incoming();
  const [piece] = setOf(link);
  let served = 0;
  for (let i = 0; i < 2_000; i++) link.hear(wire.encodeRequest(piece!, 0, blockBytes));
  for (const line of link.said()) if (line === `piece ${piece}:0`) served++;
  assert.equal(served, 768);
});
