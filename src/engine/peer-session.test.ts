import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { encodeLatin1 } from '../base/text.ts';
import { encodeHandshake, HANDSHAKE_BYTES } from '../protocol/handshake.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { EngineRig, infoHashBytes } from './engine-fixture.test.ts';
import { blockBytes } from './layout.ts';

const peerId = encodeLatin1('-XX0000-abcdefabcdef');
const reserved = { fast: true, extension: false, dht: false, v2: false };
const handshake = encodeHandshake({ infoHash: infoHashBytes, peerId, reserved });

test('a handshake may come byte by byte, with the first messages behind it', () => {
  const rig = new EngineRig();
  const link = rig.dialled();
  assert.equal(link.shookHands, true, 'who dials speaks first');
  for (const byte of handshake.subarray(0, HANDSHAKE_BYTES - 1)) link.hear(Uint8Array.of(byte));
  assert.deepEqual(link.said(), []);
  link.hear(Uint8Array.of(handshake.at(-1)!, ...wire.encodeHaveAll()));
  assert.deepEqual(link.said(), ['have-none', 'interested']);
});

test('a handshake for something else ends the link at once', () => {
  const other = encodeHandshake({ infoHash: new Uint8Array(20), peerId, reserved });
  for (const [bytes, code] of [
    [other, 'HANDSHAKE_WRONG_INFO_HASH'],
    [encodeLatin1('GET / HTTP/1.1'), 'HANDSHAKE_NOT_BITTORRENT'],
  ] as const) {
    const rig = new EngineRig();
    const link = rig.dialled();
    link.hear(bytes);
    assert.equal(link.closed, true);
    assert.deepEqual(rig.breaches(), [code]);
  }
});

test('who says nothing is let go, and a quiet link is kept alive', () => {
  const rig = new EngineRig();
  const mute = rig.dialled();
  const quiet = rig.incoming();
  rig.pass(20_000);
  assert.equal(mute.closed, false);
  rig.pass(2_000);
  assert.equal(mute.closed, true, 'no handshake in 20 s');
  quiet.said();
  rig.pass(100_000);
  assert.deepEqual(quiet.said(), ['keep-alive']);
  quiet.hear(wire.encodeKeepAlive());
  rig.pass(239_000);
  assert.equal(quiet.closed, false);
  rig.pass(3_000);
  assert.equal(quiet.closed, true, 'silent for 4 minutes');
});

test('after it is closed a session says and hears nothing', () => {
  const rig = new EngineRig();
  const link = rig.seeder();
  const [session] = rig.torrent.connections.all();
  link.said();
  session!.close('a test');
  session!.onBytes(wire.encodeChoke());
  session!.onDrained();
  session!.onClosed('late');
  session!.send(wire.encodeKeepAlive());
  assert.equal(session!.peerChoking, false);
  assert.equal(rig.torrent.connections.size, 0);
});

test('messages of the fast extension need both sides to know it', () => {
  for (const message of [
    wire.encodeHaveAll(),
    wire.encodeHaveNone(),
    wire.encodeSuggest(0),
    wire.encodeAllowedFast(0),
    wire.encodeReject(0, 0, blockBytes),
  ]) {
    const rig = new EngineRig();
    const link = rig.incoming({ fast: false });
    link.hear(message);
    assert.deepEqual([link.closed, rig.breaches()], [true, ['WIRE_FAST_NOT_AGREED']]);
  }
});

test('what lies outside the torrent ends the link', () => {
  const spare = Uint8Array.of(0xff);
  for (const [message, code] of [
    [wire.encodeHave(4), 'WIRE_PIECE_OUT_OF_RANGE'],
    [wire.encodeBitfield(spare), 'WIRE_BAD_BITFIELD'],
    [wire.encodeBitfield(new Uint8Array(2)), 'WIRE_BAD_BITFIELD'],
    [wire.encodeRequest(4, 0, blockBytes), 'WIRE_REQUEST_OUT_OF_RANGE'],
    [wire.encodeRequest(0, 1, 2 * blockBytes), 'WIRE_REQUEST_OUT_OF_RANGE'],
    [wire.encodeRequest(0, 0, 0), 'WIRE_REQUEST_OUT_OF_RANGE'],
  ] as const) {
    const rig = new EngineRig({ start: [0] });
    const link = rig.incoming();
    link.hear(message);
    assert.deepEqual([link.closed, rig.breaches()], [true, [code]]);
  }
});

test('a later bitfield counts as the HAVEs that it adds, have-none as a breach', () => {
  const rig = new EngineRig();
  const link = rig.incoming();
  link.hear(wire.encodeHaveNone());
  assert.deepEqual(link.said(), ['have-none']);
  const some = new Bitfield(4);
  some.set(2);
  link.hear(wire.encodeBitfield(some.toBytes()));
  assert.deepEqual(link.said(), ['interested']);
  assert.equal(rig.torrent.content!.picker.availability(2), 1);
  link.hear(wire.encodeHaveNone());
  assert.deepEqual(rig.breaches(), ['WIRE_BITFIELD_NOT_FIRST']);
  assert.equal(rig.torrent.content!.picker.availability(2), 0);
});

const floods: Readonly<Record<string, Uint8Array>> = {
  'have of a piece it has': wire.encodeHave(1),
  'choke and unchoke': join(wire.encodeChoke(), wire.encodeUnchoke()),
  'interested and not': join(wire.encodeInterested(), wire.encodeNotInterested()),
  'cancel of nothing': wire.encodeCancel(0, 0, blockBytes),
  'request and cancel': join(
    wire.encodeRequest(0, 0, blockBytes),
    wire.encodeCancel(0, 0, blockBytes),
  ),
  'request of what is not here': wire.encodeRequest(3, 0, blockBytes),
  'keep-alive': wire.encodeKeepAlive(),
  'the same pieces again': wire.encodeBitfield(Uint8Array.of(0x40)),
  suggest: wire.encodeSuggest(1),
  'allowed fast': wire.encodeAllowedFast(1),
  'unknown message': Uint8Array.of(0, 0, 0, 1, 99),
  'handshake of extensions': wire.encodeExtended(0, encodeLatin1('d1:mdee')),
  'extension nobody offered': wire.encodeExtended(77, encodeLatin1('junk')),
  'metadata that is not there': wire.encodeExtended(1, encodeLatin1('d8:msg_typei0e5:piecei9ee')),
  'addresses without end': wire.encodeExtended(2, encodeLatin1('d5:added0:e')),
};

test('who floods us with messages of no use is closed', () => {
  for (const [name, message] of Object.entries(floods)) {
    const rig = new EngineRig({ start: [0] });
    const link = rig.incoming({ extension: true });
    link.hear(wire.encodeHaveNone(), wire.encodeHave(1));
    rig.torrent.tick(rig.nowMs);
    let sent = 0;
    for (; sent < 12_000 && !link.closed; sent++) link.hear(message);
    assert.deepEqual([link.closed, rig.breaches()], [true, ['WIRE_FLOOD']], `${name} ${sent}`);
  }
});

test('bursts of honest peers are welcome', () => {
  const rig = new EngineRig({ pieceCount: 10_000, blocksPerPiece: 1, start: [0] });
  const link = rig.incoming({ extension: true });
  link.hear(wire.encodeHaveNone());
  for (let piece = 1; piece < 10_000; piece++) {
    if (piece % 10 !== 0) link.hear(wire.encodeHave(piece));
  }
  for (let i = 0; i < 2_000; i++) link.hear(wire.encodeCancel(0, 0, blockBytes));
  const grown = new Bitfield(10_000);
  for (let piece = 0; piece < 10_000; piece += 10) {
    grown.set(piece);
    link.hear(wire.encodeBitfield(grown.toBytes()));
  }
  // Endless chatter at a modest pace is no flood either.
  for (let second = 0; second < 200; second++) {
    for (let i = 0; i < 100; i++) link.hear(wire.encodeHave(1));
    rig.pass(1000);
  }
  assert.equal(link.closed, false);
});

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
