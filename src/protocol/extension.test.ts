import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeLatin1 } from '../base/text.ts';
import type { ExtensionHandshake } from './extension.ts';
import { decodeExtensionHandshake, encodeExtensionHandshake } from './extension.ts';
import { isViolation } from './violation.ts';

function decoded(text: string): ExtensionHandshake {
  const result = decodeExtensionHandshake(encodeLatin1(text));
  assert.ok(!isViolation(result), text);
  return result;
}

const handshake = fc.record(
  {
    messageIds: fc
      .dictionary(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }), fc.nat(255))
      .map((ids) => new Map(Object.entries(ids))),
    clientName: fc.constantFrom('Shoal 0.1.0', 'µTorrent 3.5'),
    reqq: fc.integer({ min: 1, max: 100_000 }),
    metadataSizeBytes: fc.integer({ min: 1, max: 33_554_432 }),
    listenPort: fc.integer({ min: 1, max: 65_535 }),
    yourIp: fc.constantFrom('1.2.3.4', '2001:db8::1'),
    ipv4: fc.constant('5.6.7.8'),
    ipv6: fc.constant('::5'),
    uploadOnly: fc.boolean(),
    prefersEncryption: fc.boolean(),
  },
  { requiredKeys: ['messageIds'], noNullPrototype: true },
);

test('a handshake survives encoding and decoding', () => {
  fc.assert(
    fc.property(handshake, (fields) => {
      assert.deepEqual(decodeExtensionHandshake(encodeExtensionHandshake(fields)), fields);
    }),
  );
});

test('the example of BEP 10', () => {
  const { messageIds, ...rest } = decoded(
    'd1:md11:LT_metadatai1e6:\xb5T_PEXi2ee1:pi6881e1:v13:\xc2\xb5Torrent 1.2e',
  );
  assert.deepEqual(
    [...messageIds],
    [
      ['LT_metadata', 1],
      ['\xb5T_PEX', 2],
    ],
  );
  assert.deepEqual(rest, { listenPort: 6881, clientName: 'µTorrent 1.2' });
});

test('keys are written in the order bencoding demands', () => {
  const messageIds = new Map([
    ['ut_pex', 2],
    ['ut_metadata', 3],
  ]);
  const bytes = encodeExtensionHandshake({ messageIds, reqq: 500, clientName: 'x' });
  const expected = 'd1:md11:ut_metadatai3e6:ut_pexi2ee4:reqqi500e1:v1:xe';
  assert.equal(Buffer.from(bytes).toString('latin1'), expected);
});

test('what other clients get wrong is ignored', () => {
  const none = { messageIds: new Map() };
  const sloppy = [
    'de',
    'd1:mlee',
    'd1:mi1ee',
    'd1:v0:e',
    'd1:vi5ee',
    'd1:pi0ee',
    'd1:pi65536ee',
    'd1:p4:6881e',
    'd4:reqqi0ee',
    'd4:reqqi-1ee',
    'd4:reqq3:250e',
    'd13:metadata_sizei0ee',
    'd6:yourip3:abce',
    'd13:metadata_sizei33554433ee',
    'd13:metadata_sizei99999999999999999999ee',
    'd4:ipv46:abcdefe',
    'd3:fooi1e3:zoold1:ai1eeee',
    'detrailing',
    'd1:md3:fooi256e3:fop1:1e3:foqi-1eee',
    'd1:md0:i1eee',
  ];
  for (const text of sloppy) assert.deepEqual(decoded(text), none, text);
});

test('an extension can be turned off', () => {
  assert.deepEqual([...decoded('d1:md6:ut_pexi0eee').messageIds], [['ut_pex', 0]]);
});

test('the client name is one short harmless line', () => {
  assert.equal(decoded('d1:v8:a\r\nb\x1b[0me').clientName, 'a b [0m');
  const long = decoded(`d1:v5000:${'x'.repeat(5000)}e`).clientName;
  assert.equal(long, 'x'.repeat(64));
  assert.equal(decoded('d1:v4:\x00\x01\x02\x03e').clientName, undefined);
});

test('bytes that are no dictionary are a violation', () => {
  const deep = 'l'.repeat(50_000);
  for (const text of [
    '',
    'i1e',
    'le',
    'd',
    'd1:m',
    deep,
    `d1:a${deep}`,
    `d1:v65600:${'x'.repeat(65_600)}e`,
  ]) {
    const result = decodeExtensionHandshake(encodeLatin1(text));
    assert.ok(isViolation(result) && result.code === 'EXTENSION_MALFORMED', text.slice(0, 20));
  }
});

test('the number of extensions is bounded', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `4:${1000 + i}i1e`).join('');
  assert.equal(decoded(`d1:md${names}ee`).messageIds.size, 128);
});

test('random and mutated handshakes never throw', () => {
  fc.assert(
    fc.property(handshake, fc.nat(), fc.nat(255), fc.uint8Array(), (fields, at, value, noise) => {
      decodeExtensionHandshake(noise);
      const bytes = encodeExtensionHandshake(fields);
      bytes[at % bytes.length] = value;
      decodeExtensionHandshake(bytes);
      decodeExtensionHandshake(bytes.subarray(0, at % bytes.length));
    }),
    { numRuns: 500 },
  );
});
