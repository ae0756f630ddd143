import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeLatin1 } from '../base/text.ts';
import { encodeHandshake } from '../protocol/handshake.ts';
import { EngineRig } from './engine-fixture.test.ts';
import { FakeLink } from './fake-ports.test.ts';

function stranger(rig: EngineRig, number: number): FakeLink {
  const link = new FakeLink({ host: `10.1.${number >> 8}.${number & 255}`, port: 1 }, true);
  link.sink = rig.session.accept(link);
  return link;
}

test('a link for a torrent that is not here is closed', () => {
  const rig = new EngineRig();
  const link = stranger(rig, 1);
  link.hear(
    encodeHandshake({
      infoHash: new Uint8Array(20),
      peerId: encodeLatin1('-XX0000-abcdefabcdef'),
      reserved: { fast: true, extension: true, dht: false, v2: false },
    }),
  );
  assert.deepEqual([link.closed, link.shookHands], [true, false]);
});

test('a crowd of silent strangers shuts nobody out', () => {
  const rig = new EngineRig();
  const crowd = Array.from({ length: 150 }, (_, i) => stranger(rig, i));
  assert.equal(crowd.filter(({ closed }) => !closed).length, 100);
  assert.equal(crowd[0]!.closed, true);
  assert.equal(rig.incoming().shookHands, true);
  rig.pass(21_000);
  assert.ok(crowd.every(({ closed }) => closed));
});

test('a torrent is added once, and is gone once it was removed', () => {
  const rig = new EngineRig();
  const link = rig.incoming();
  const closing: (() => void)[] = [];
  let left = 0;
  rig.storage.close = (done) => {
    closing.push(done);
  };
  rig.session.remove(rig.torrent.infoHash, () => left++);
  rig.session.remove(rig.torrent.infoHash, () => left++);
  rig.pass(5_000);
  assert.deepEqual([left, closing.length], [0, 1], 'both wait for the files');
  closing[0]!();
  assert.deepEqual([link.closed, left, rig.session.torrents.size], [true, 2, 0]);
  assert.equal(rig.incoming().closed, true);
});

test('closing ends strangers and torrents, and hears nobody afterwards', () => {
  const rig = new EngineRig();
  const waiting = stranger(rig, 1);
  let closed = 0;
  rig.session.close(() => closed++);
  rig.pass(5_000);
  assert.deepEqual([waiting.closed, closed], [true, 1]);
  assert.equal(stranger(rig, 2).sink, undefined);
});
