import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashes } from '../base/hashes-fixture.test.ts';
import { toHex } from '../base/hex.ts';
import { encodeExtensionHandshake } from '../protocol/extension.ts';
import {
  encodeHashes,
  encodeHashReject,
  encodeHashRequest,
  type HashRange,
} from '../protocol/hash-message.ts';
import { LayerTree } from '../protocol/layer-tree.ts';
import { merkleRoot } from '../protocol/merkle.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { EngineRig, infoBytes } from './engine-fixture.test.ts';
import type { FakeLink } from './fake-ports.test.ts';

const pieceLength = 65_536;
const layer = Uint8Array.from({ length: 600 * 32 }, (_, i) => i * 13 + (i >> 8));
const piecesRoot = merkleRoot(layer, hashes, 2);
const tree = new LayerTree(layer, 2, hashes);
const ranges: HashRange[] = [
  { piecesRoot, baseLayer: 2, index: 0, length: 512, proofLayers: 9 },
  { piecesRoot, baseLayer: 2, index: 512, length: 128, proofLayers: 9 },
];
const layers = new Map([[toHex(piecesRoot), layer]]);

function fetching(): EngineRig {
  const rig = new EngineRig({ start: 'magnet' });
  rig.torrent.fetchLayers(
    { pieceLength, layers: [{ piecesRoot, pieceCount: 600 }] },
    { bytes: infoBytes, name: 'fixture', isPrivate: false },
  );
  return rig;
}

function asked(link: FakeLink): number {
  return link.said().filter((line) => line === 'hash-request').length;
}

function proof({ index, length, proofLayers }: HashRange): Uint8Array {
  const proven = tree.prove(index, length, proofLayers);
  assert.ok(proven !== undefined);
  return proven;
}

test('hashes are asked of who is known to have the metadata, choked or not', () => {
  const rig = fetching();
  const silent = rig.incoming();
  const seeder = rig.incoming();
  const magnet = rig.incoming({ extension: true });
  silent.hear(wire.encodeHaveNone());
  seeder.hear(wire.encodeHaveAll());
  const empty = encodeExtensionHandshake({ messageIds: new Map([['ut_metadata', 3]]) });
  magnet.hear(wire.encodeExtended(0, empty));
  rig.pass(1000);
  assert.deepEqual([asked(silent), asked(seeder), asked(magnet)], [0, 2, 0]);
  const offer = encodeExtensionHandshake({
    messageIds: new Map([['ut_metadata', 3]]),
    metadataSizeBytes: infoBytes.length,
  });
  magnet.hear(wire.encodeExtended(0, offer));
  seeder.hear(...ranges.map(encodeHashReject));
  assert.equal(asked(magnet), 2);
});

test('what was fetched is handed over once, and the torrent asks no more', () => {
  const rig = fetching();
  const link = rig.incoming();
  link.hear(wire.encodeHaveAll());
  rig.pass(1000);
  assert.equal(asked(link), 2);
  for (const range of ranges) link.hear(encodeHashes(range, proof(range)));
  assert.deepEqual(rig.events, ['layers']);
  const other = rig.incoming();
  other.hear(wire.encodeHaveAll());
  rig.pass(1000);
  assert.equal(asked(other), 0);
});

test('who sends false hashes is banned, and others are asked', () => {
  const rig = fetching();
  const liar = rig.incoming();
  liar.hear(wire.encodeHaveAll());
  rig.pass(1000);
  const honest = rig.incoming();
  honest.hear(wire.encodeHaveAll());
  const forged = proof(ranges[0]!);
  forged[100]! ^= 1;
  liar.hear(encodeHashes(ranges[0]!, forged));
  assert.ok(liar.closed && rig.torrent.book.bans.isBanned(liar.remote));
  rig.pass(1000);
  assert.equal(asked(honest), 2);
  assert.ok(!honest.closed);
});

test('an answer that does not parse ends the session', () => {
  const rig = fetching();
  const link = rig.incoming();
  link.hear(wire.encodeHaveAll());
  rig.pass(1000);
  link.hear(encodeHashes(ranges[0]!, proof(ranges[0]!).slice(0, -32)));
  assert.ok(link.closed);
  assert.deepEqual(rig.breaches(), ['HASH_MALFORMED']);
});

test('every hash request is answered, with hashes when there are some', () => {
  const rig = new EngineRig({ start: [0, 1, 2, 3] });
  const link = rig.incoming();
  const ask = (range: HashRange) => {
    link.said();
    link.hear(encodeHashRequest(range));
    return link.said();
  };
  assert.deepEqual(ask(ranges[0]!), ['hash-reject']);
  rig.torrent.talk.hashes.serve({ pieceLength, layers });
  assert.deepEqual(ask(ranges[0]!), ['hashes']);
  assert.deepEqual(ask({ ...ranges[0]!, baseLayer: 0 }), ['hash-reject']);
  // It does not read what it gets.
  link.queuedBytes = 2 ** 21;
  assert.deepEqual(ask(ranges[0]!), ['hash-reject']);
  link.hear(encodeHashRequest({ ...ranges[0]!, length: 3 }));
  assert.ok(link.closed);
});

test('hashes count against the upload limit', () => {
  const rig = new EngineRig({ start: [0, 1, 2, 3], upLimit: 1000 });
  rig.torrent.talk.hashes.serve({ pieceLength, layers });
  const link = rig.incoming();
  const before = rig.torrent.limits.up.available(rig.nowMs);
  link.hear(encodeHashRequest(ranges[0]!));
  const taken = before - rig.torrent.limits.up.available(rig.nowMs);
  assert.equal(taken, (512 + 1) * 32);
});
