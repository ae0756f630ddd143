import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeLatin1 } from '../base/text.ts';
import { decodeExtensionHandshake, encodeExtensionHandshake } from '../protocol/extension.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { isViolation } from '../protocol/violation.ts';
import { EngineRig, infoBytes } from './engine-fixture.test.ts';
import type { FakeLink } from './fake-ports.test.ts';

function handshakeTo(link: FakeLink) {
  const sent = link.extended().filter(({ id }) => id === 0);
  const decoded = decodeExtensionHandshake(sent.at(-1)!.payload);
  assert.ok(!isViolation(decoded));
  return decoded;
}

function say(link: FakeLink, fields: Parameters<typeof encodeExtensionHandshake>[0]): void {
  link.hear(wire.encodeExtended(0, encodeExtensionHandshake(fields)));
}

test('our handshake says what we offer, and goes to those who know the protocol', () => {
  const rig = new EngineRig({ start: [0, 1, 2, 3] });
  rig.session.listenPort = 6881;
  const said = handshakeTo(rig.incoming({ extension: true, host: '10.0.0.9' }));
  assert.deepEqual(
    [...said.messageIds],
    [
      ['ut_metadata', 1],
      ['ut_pex', 2],
    ],
  );
  assert.equal(said.metadataSizeBytes, infoBytes.length);
  assert.equal(said.listenPort, 6881);
  assert.equal(said.reqq, 2000);
  assert.equal(said.uploadOnly, true);
  assert.equal(said.yourIp, '10.0.0.9');
  assert.match(said.clientName ?? '', /^Shoal/);
  assert.deepEqual(rig.incoming().extended(), []);
});

test('a private torrent offers no exchange of peers, a magnet no metadata', () => {
  const closed = handshakeTo(new EngineRig({ isPrivate: true }).incoming({ extension: true }));
  assert.deepEqual([...closed.messageIds.keys()], ['ut_metadata']);
  const magnet = handshakeTo(new EngineRig({ start: 'magnet' }).incoming({ extension: true }));
  assert.equal(magnet.metadataSizeBytes, undefined);
});

test('later handshakes change what they name, and turn extensions off', () => {
  const rig = new EngineRig();
  const link = rig.incoming({ extension: true });
  const [session] = rig.torrent.connections.all();
  const remote = () => rig.torrent.talk.remote(session!);
  assert.equal(remote(), undefined);
  say(link, { messageIds: new Map([['ut_pex', 7]]), reqq: 100, clientName: 'Fish 1' });
  assert.deepEqual([remote()?.pexId, remote()?.metadataId, session!.reqq], [7, undefined, 100]);
  say(link, { messageIds: new Map([['ut_metadata', 9]]) });
  assert.deepEqual([remote()?.pexId, remote()?.metadataId], [7, 9]);
  assert.equal(remote()?.handshake.clientName, 'Fish 1');
  say(link, { messageIds: new Map([['ut_pex', 0]]) });
  assert.equal(remote()?.pexId, undefined);
});

test('names of extensions that nobody uses are not kept', () => {
  const rig = new EngineRig();
  const link = rig.incoming({ extension: true });
  const [session] = rig.torrent.connections.all();
  for (let i = 0; i < 20; i++) {
    say(link, { messageIds: new Map(Array.from({ length: 50 }, (_, n) => [`x${i}_${n}`, n + 1])) });
  }
  assert.equal(rig.torrent.talk.remote(session!)?.handshake.messageIds.size, 0);
});

test('a broken handshake, and extended messages that were not agreed on, end the link', () => {
  const rig = new EngineRig();
  const broken = rig.incoming({ extension: true });
  broken.hear(wire.encodeExtended(0, encodeLatin1('i1e')));
  const stranger = rig.incoming({ extension: false });
  stranger.hear(wire.encodeExtended(0, encodeLatin1('d1:mdee')));
  assert.deepEqual([broken.closed, stranger.closed], [true, true]);
  assert.deepEqual(rig.breaches(), ['EXTENSION_MALFORMED', 'EXTENSION_MALFORMED']);
});

test('who only uploads is let go by who needs nothing', () => {
  const rig = new EngineRig({ start: [0, 1, 2, 3] });
  const link = rig.incoming({ extension: true });
  say(link, { messageIds: new Map(), uploadOnly: true });
  assert.equal(link.closed, true);
});
