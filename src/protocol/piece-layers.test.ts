import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '../base/decode-error.ts';
import { readsOrRefuses } from '../base/decode-error-fixture.test.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { fromHex, toHex } from '../base/hex.ts';
import { decodeLatin1 } from '../base/text.ts';
import { type BencodeInput, encodeBencode } from './bencode.ts';
import { merkleRoot } from './merkle.ts';
import { parseInfo } from './metainfo.ts';
import {
  decodePieceLayers,
  encodePieceLayers,
  missingLayers,
  withPieceLayers,
} from './piece-layers.ts';

const pieceLength = 32_768;

function layerOf(pieces: number, fill: number) {
  const layer = new Uint8Array(pieces * 32).fill(fill);
  const root = merkleRoot(layer, hashes, 1);
  return { layer, root, hex: toHex(root) };
}

function infoOf(files: readonly (readonly [number, Uint8Array])[]) {
  const tree = new Map<string, BencodeInput>();
  files.forEach(([length, root], i) => {
    const entry = new Map<string, BencodeInput>([
      ['length', length],
      ['pieces root', root],
    ]);
    tree.set(`file ${i}`, new Map([['', entry]]));
  });
  const info = new Map<string, BencodeInput>([
    ['file tree', tree],
    ['meta version', 2],
    ['name', 'layers'],
    ['piece length', pieceLength],
  ]);
  return parseInfo(encodeBencode(info), hashes);
}

const three = layerOf(3, 7);
const two = layerOf(2, 9);
const small = new Uint8Array(32).fill(1);
const info = infoOf([
  [3 * pieceLength, three.root],
  [100, small],
  [pieceLength + 1, two.root],
  [2 * pieceLength + 5, three.root],
]);

test('a bare info dictionary lacks the layer of each larger file, and is whole with them', () => {
  assert.deepEqual(missingLayers(info), [
    { piecesRoot: three.root, pieceCount: 3 },
    { piecesRoot: two.root, pieceCount: 2 },
  ]);
  const part = withPieceLayers(info, new Map([[three.hex, three.layer]]));
  assert.deepEqual(missingLayers(part), [{ piecesRoot: two.root, pieceCount: 2 }]);
  assert.ok(part.pieceHashes.layersMissing);
  const whole = withPieceLayers(part, new Map([[two.hex, two.layer]]));
  assert.deepEqual(missingLayers(whole), []);
  assert.ok(!whole.pieceHashes.layersMissing);
  assert.deepEqual(whole.pieceHashes.layers?.get(three.hex), three.layer);
  assert.ok(info.pieceHashes.layersMissing, 'the original is as it was');
});

test('files of different lengths cannot share a root', () => {
  const code = 'METAINFO_PIECE_LAYERS';
  for (const length of [2 * pieceLength, 5]) {
    const twins = infoOf([
      [3 * pieceLength, three.root],
      [length, three.root],
    ]);
    assert.throws(() => missingLayers(twins), { code });
    assert.throws(() => withPieceLayers(twins, new Map([[three.hex, three.layer]])), { code });
  }
});

test('layers that were kept are read back, and each is checked against its root', () => {
  const layers = new Map([
    [three.hex, three.layer],
    [two.hex, two.layer],
  ]);
  const kept = encodePieceLayers(layers);
  assert.deepEqual(decodePieceLayers(kept, info, hashes), layers);
  const other = new Map([['piece layers', new Map([[decodeLatin1(fromHex(two.hex)!), small]])]]);
  assert.throws(() => decodePieceLayers(encodeBencode(other), info, hashes), DecodeError);
  fc.assert(
    fc.property(fc.nat(kept.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const mutated = kept.slice();
      mutated[at]! ^= flip;
      readsOrRefuses(() => {
        for (const [root, layer] of decodePieceLayers(mutated, info, hashes)) {
          assert.deepEqual(layer, layers.get(root));
        }
      });
    }),
  );
});
