import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashes } from '../base/hashes-fixture.test.ts';
import { toHex } from '../base/hex.ts';
import type { HashRange } from '../protocol/hash-message.ts';
import { merkleRoot } from '../protocol/merkle.ts';
import { HashServe } from './hash-serve.ts';

const pieceLength = 65_536;

function scene(pieceCount: number) {
  const layer = Uint8Array.from({ length: pieceCount * 32 }, (_, i) => i * 7);
  const piecesRoot = merkleRoot(layer, hashes, 2);
  const serve = new HashServe(hashes);
  const range: HashRange = { piecesRoot, baseLayer: 2, index: 0, length: 2, proofLayers: 0 };
  const source = { pieceLength, layers: new Map([[toHex(piecesRoot), layer]]) };
  return { serve, range, source, layer };
}

test('nothing is served before there is something, nor anything but piece layers', () => {
  const { serve, range, source, layer } = scene(5);
  assert.equal(serve.onRequest(1, range, 0), undefined);
  serve.setLayers(source);
  assert.deepEqual(serve.onRequest(1, range, 0), layer.slice(0, 64));
  const others: Partial<HashRange>[] = [
    { baseLayer: 0 },
    { baseLayer: 3 },
    { piecesRoot: new Uint8Array(32) },
    { index: 8 },
    { length: 16 },
    { proofLayers: 3 },
  ];
  for (const change of others) {
    assert.equal(serve.onRequest(1, { ...range, ...change }, 0), undefined, JSON.stringify(change));
  }
});

test('a peer gets its fill at once and then little; what a proof costs counts', () => {
  const { serve, range, source } = scene(3000);
  serve.setLayers(source);
  const rounds = (peer: number, asked: HashRange) => {
    let count = 0;
    while (count < 100_000 && serve.onRequest(peer, asked, 0) !== undefined) count++;
    return count;
  };
  const whole = rounds(1, { ...range, length: 512, proofLayers: 11 });
  assert.ok(whole >= 2 * Math.ceil(3000 / 512) && whole < 60, `${whole} ranges`);
  const proofs = rounds(2, { ...range, proofLayers: 11 });
  assert.ok(proofs < 60, `${proofs} costly proofs`);
  assert.equal(serve.onRequest(1, range, 0), undefined);
  assert.ok(serve.onRequest(1, range, 5000) !== undefined);
  serve.onPeerGone(1);
  assert.ok(serve.onRequest(1, range, 0) !== undefined);
});
