import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeExtensionHandshake } from '../protocol/extension.ts';
import {
  decodeMetadataMessage,
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
  METADATA_PIECE_BYTES,
} from '../protocol/metadata-exchange.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { isViolation } from '../protocol/violation.ts';
import { EngineRig, infoBytes } from './engine-fixture.test.ts';
import type { FakeLink } from './fake-ports.test.ts';

const theirId = 9;
const ourId = 1;

/** A peer that says it has this much of metadata, or none. */
function talker(rig: EngineRig, metadataSizeBytes?: number, host?: string): FakeLink {
  const link = rig.incoming({ extension: true, ...(host !== undefined && { host }) });
  const payload = encodeExtensionHandshake({
    messageIds: new Map([['ut_metadata', theirId]]),
    ...(metadataSizeBytes !== undefined && { metadataSizeBytes }),
  });
  link.hear(wire.encodeExtended(0, payload));
  return link;
}

function told(link: FakeLink): string[] {
  return link.extended().flatMap(({ id, payload }) => {
    if (id !== theirId) return [];
    const message = decodeMetadataMessage(payload);
    assert.ok(!isViolation(message) && 'piece' in message);
    return [`${message.type} ${message.piece}`];
  });
}

function give(link: FakeLink, piece: number, info = infoBytes): void {
  const start = piece * METADATA_PIECE_BYTES;
  const data = info.subarray(start, start + METADATA_PIECE_BYTES);
  link.hear(wire.encodeExtended(ourId, encodeMetadataData(piece, info.length, data)));
}

test('a magnet asks who offers, and takes the metadata that its hash promises', () => {
  const rig = new EngineRig({ start: 'magnet' });
  talker(rig);
  const link = talker(rig, infoBytes.length);
  const asked = told(link);
  assert.deepEqual(asked.sort(), ['request 0', 'request 1']);
  give(link, 1);
  assert.equal(rig.metadata, undefined);
  give(link, 0);
  assert.deepEqual(rig.metadata, infoBytes);
});

test('what was refused is asked of another', () => {
  const rig = new EngineRig({ start: 'magnet' });
  const first = talker(rig, infoBytes.length);
  const second = talker(rig, infoBytes.length);
  told(second);
  for (const line of told(first)) {
    const piece = Number(line.split(' ')[1]);
    first.hear(wire.encodeExtended(ourId, encodeMetadataReject(piece)));
  }
  rig.pass(3000);
  give(second, 0);
  give(second, 1);
  assert.deepEqual(rig.metadata, infoBytes);
});

test('who alone sent false metadata is banned, and an honest peer gives the right one', () => {
  const rig = new EngineRig({ start: 'magnet' });
  const liar = talker(rig, infoBytes.length, '66.6.6.6');
  const lie = infoBytes.slice();
  lie[100]! ^= 1;
  told(liar);
  give(liar, 0, lie);
  give(liar, 1, lie);
  assert.equal(rig.metadata, undefined);
  assert.deepEqual([liar.closed, rig.torrent.book.bans.isBanned(liar.remote)], [true, true]);
  const honest = talker(rig, infoBytes.length);
  rig.pass(1000);
  assert.deepEqual(told(honest).sort(), ['request 0', 'request 1']);
  give(honest, 0);
  give(honest, 1);
  assert.deepEqual(rig.metadata, infoBytes);
});

test('gives metadata away, each piece a few times and what is not there never', () => {
  const rig = new EngineRig();
  const link = talker(rig);
  const ask = (piece: number) =>
    link.hear(wire.encodeExtended(ourId, encodeMetadataRequest(piece)));
  for (const piece of [0, 1, 2, 0, 1]) ask(piece);
  assert.deepEqual(told(link), ['data 0', 'data 1', 'reject 2', 'data 0', 'data 1']);
  ask(0);
  assert.deepEqual(told(link), ['reject 0'], 'two copies are enough for now');
  rig.pass(30_000);
  ask(0);
  assert.deepEqual(told(link), ['data 0']);
});

test('a magnet has nothing to give, and asks no more once it has everything', () => {
  const rig = new EngineRig({ start: 'magnet' });
  const link = talker(rig, infoBytes.length);
  told(link);
  link.hear(wire.encodeExtended(ourId, encodeMetadataRequest(0)));
  assert.deepEqual(told(link), ['reject 0']);
  give(link, 0);
  give(link, 1);
  rig.setContent([]);
  const other = talker(rig, infoBytes.length);
  rig.pass(2000);
  assert.deepEqual(told(other), []);
});
