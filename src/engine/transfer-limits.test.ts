import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { EngineRig } from './engine-fixture.test.ts';
import { SharedLimit } from './shared-limit.ts';
import { TransferLimits } from './transfer-limits.ts';

/** Of a type nobody knows, 40,000 bytes long. */
const longMessage = new Uint8Array(40_000);
longMessage.set([0, 0, 0x9c, 0x3c, 99]);

test('a session that used the limit up is not read until there is some again', () => {
  const rig = new EngineRig({ downLimit: 50_000 });
  const [first, second] = [rig.incoming(), rig.incoming()];
  for (let i = 0; i < 8_000; i++) first!.hear(wire.encodeHave(i % 4));
  assert.deepEqual([first!.paused, second!.paused], [true, false]);
  rig.pass(200);
  assert.equal(first!.paused, true, 'the debt is not paid yet');
  rig.pass(1000);
  assert.equal(first!.paused, false);
});

test('who is not read is not taken for silent', () => {
  const rig = new EngineRig({ downLimit: 100 });
  const link = rig.seeder();
  for (let i = 0; i < 3; i++) link.hear(longMessage);
  rig.pass(300_000);
  const [session] = rig.torrent.connections.all();
  assert.deepEqual([link.paused, link.closed, session!.snubbed], [true, false, false]);
});

test('a session that is gone is never resumed', () => {
  const rig = new EngineRig({ downLimit: 1 });
  const link = rig.incoming();
  link.hear(longMessage);
  assert.equal(link.paused, true);
  link.sink!.onClosed('reset');
  rig.torrent.setLimits('unlimited', 'unlimited');
  rig.pass(1000);
  assert.equal(link.paused, true);
});

test('a limit that is lifted lets everybody be read at once', () => {
  const rig = new EngineRig({ downLimit: 1 });
  const link = rig.incoming();
  link.hear(longMessage);
  assert.equal(link.paused, true);
  rig.torrent.setLimits('unlimited', 'unlimited');
  rig.pass(100);
  assert.equal(link.paused, false);
});

test('tells which download limit binds, and whose it is', () => {
  const of = (own: number | 'unlimited', shared: number | 'unlimited') =>
    new TransferLimits(
      { downLimit: own, upLimit: 'unlimited' },
      { downLimit: new SharedLimit(shared, 0), upLimit: new SharedLimit('unlimited', 0) },
      0,
    ).narrowestDown;
  assert.equal(of('unlimited', 'unlimited'), undefined);
  assert.deepEqual(of(5, 'unlimited'), { bytesPerSecond: 5, owner: 'torrent' });
  assert.deepEqual(of(5, 9), { bytesPerSecond: 5, owner: 'torrent' });
  assert.deepEqual(of(9, 5), { bytesPerSecond: 5, owner: 'daemon' });
  assert.deepEqual(of('unlimited', 5), { bytesPerSecond: 5, owner: 'daemon' });
});
