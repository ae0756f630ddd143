import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeExtensionHandshake } from '../protocol/extension.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { decodePex, encodePex, PEX_REACHABLE, PEX_UPLOAD_ONLY } from '../protocol/pex.ts';
import { isViolation } from '../protocol/violation.ts';
import { EngineRig } from './engine-fixture.test.ts';
import type { FakeLink } from './fake-ports.test.ts';

const theirPexId = 5;
const ourPexId = 2;

/** A peer that takes part. */
function talker(rig: EngineRig, listenPort?: number): FakeLink {
  const link = rig.incoming({ extension: true });
  const payload = encodeExtensionHandshake({
    messageIds: new Map([['ut_pex', theirPexId]]),
    ...(listenPort !== undefined && { listenPort }),
  });
  link.hear(wire.encodeExtended(0, payload));
  return link;
}

/** The peer exchange messages since the last look, in words. */
function told(link: FakeLink): string[] {
  return link.extended().flatMap(({ id, payload }) => {
    if (id !== theirPexId) return [];
    const message = decodePex(payload);
    assert.ok(!isViolation(message));
    const added = message.added.map(({ host, port, flags }) => `+${host}:${port} ${flags}`);
    return [...added, ...message.dropped.map(({ host, port }) => `-${host}:${port}`)];
  });
}

function tell(link: FakeLink, host: string): void {
  const added = [{ host, port: 6881, flags: 0 }];
  link.hear(wire.encodeExtended(ourPexId, encodePex({ added, dropped: [] })));
}

test('tells once a minute what changed, and only of peers that can be dialled', () => {
  const rig = new EngineRig();
  const link = talker(rig);
  const dialled = rig.outgoing({ host: '10.7.0.1' });
  dialled.hear(wire.encodeHaveAll());
  talker(rig, 7777);
  rig.incoming({ host: '10.7.0.3' });
  rig.pass(7_000);
  assert.deepEqual(told(link), [
    `+10.7.0.1:6881 ${PEX_UPLOAD_ONLY | PEX_REACHABLE}`,
    '+10.0.0.3:7777 0',
  ]);
  rig.pass(30_000);
  dialled.sink!.onClosed('reset');
  rig.pass(20_000);
  assert.deepEqual(told(link), []);
  rig.pass(11_000);
  assert.deepEqual(told(link), ['-10.7.0.1:6881']);
  rig.pass(61_000);
  assert.deepEqual(told(link), [], 'no news is no message');
});

test('a peer is not told of itself, and of fifty others at once', () => {
  const rig = new EngineRig({ maxPeersPerTorrent: 100 });
  const link = talker(rig, 4444);
  for (let i = 0; i < 60; i++) rig.outgoing({ host: `10.8.0.${i + 1}` });
  rig.pass(7_000);
  const first = told(link);
  assert.equal(first.length, 50);
  rig.pass(61_000);
  const rest = told(link);
  assert.equal(rest.length, 10);
  assert.ok(![...first, ...rest].some((line) => line.includes(':4444')));
});

test('what is told is dialled; told again too soon it is passed over', () => {
  const rig = new EngineRig();
  const link = talker(rig);
  tell(link, '10.9.0.1');
  tell(link, '10.9.0.2');
  const known = (host: string) => rig.torrent.book.get({ host, port: 6881 }) !== undefined;
  assert.deepEqual([known('10.9.0.1'), known('10.9.0.2')], [true, false]);
  rig.pass(46_000);
  tell(link, '10.9.0.3');
  assert.deepEqual([known('10.9.0.3'), link.closed], [true, false]);
  for (let i = 0; i < 20; i++) tell(link, '10.9.0.4');
  assert.deepEqual(rig.breaches(), ['WIRE_FLOOD']);
});

test('a private torrent tells nothing and hears nothing', () => {
  const rig = new EngineRig({ isPrivate: true });
  const link = talker(rig);
  rig.outgoing();
  tell(link, '10.9.0.1');
  rig.pass(120_000);
  assert.deepEqual(told(link), []);
  assert.equal(rig.torrent.book.get({ host: '10.9.0.1', port: 6881 }), undefined);
});

test('a peer on the internet does not send us to our own network', () => {
  const rig = new EngineRig();
  const link = rig.incoming({ extension: true, host: '8.8.4.4' });
  tell(link, '192.168.1.1');
  assert.equal(rig.torrent.book.get({ host: '192.168.1.1', port: 6881 }), undefined);
});
