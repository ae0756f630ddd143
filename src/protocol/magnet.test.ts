import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '../base/decode-error.ts';
import { readsOrRefuses } from '../base/decode-error-fixture.test.ts';
import { infoHashFromBytes } from '../base/ids.ts';
import { formatMagnet, type MagnetInput, parseMagnet } from './magnet.ts';

const hex = 'd8e8fca2dc0f896fd7cb4cb0031ba249c0de1a2b';
const base32 = '3DUPZIW4B6EW7V6LJSYAGG5CJHAN4GRL';
const v2 = 'caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e';

function fails(text: string, code: string): void {
  assert.throws(
    () => parseMagnet(text),
    (error) => error instanceof DecodeError && error.code === code,
    text,
  );
}

test('a link with everything', () => {
  const magnet = parseMagnet(
    `magnet:?xt=urn:btih:${hex}&xt=urn:btmh:1220${v2}&dn=My+File%20%C3%A9&xl=1234` +
      '&tr=http%3A%2F%2Ft.example%2Fannounce%3Fk%3Da%2Bb&tr=udp%3A%2F%2Ft.example%3A6969' +
      '&ws=https%3A%2F%2Fw.example%2Fa%20b&x.pe=10.0.0.1:6881&x.pe=[fe80::1]:1&x.pe=peer.example:65535' +
      '&so=0,2,4,6-8&x.unknown=1',
  );
  assert.deepEqual(magnet, {
    infoHash: hex,
    infoHashV1: hex,
    infoHashV2: v2,
    name: 'My File é',
    trackers: ['http://t.example/announce?k=a+b', 'udp://t.example:6969'],
    webSeeds: ['https://w.example/a%20b'],
    peers: [
      { host: '10.0.0.1', port: 6881 },
      { host: 'fe80::1', port: 1 },
      { host: 'peer.example', port: 65535 },
    ],
    select: [
      { first: 0, last: 0 },
      { first: 2, last: 2 },
      { first: 4, last: 4 },
      { first: 6, last: 8 },
    ],
    lengthBytes: 1234,
  });
  assert.deepEqual(parseMagnet(formatMagnet(magnet)), magnet);
});

test('hashes in every form', () => {
  assert.equal(parseMagnet(`magnet:?xt=urn:btih:${hex.toUpperCase()}`).infoHash, hex);
  assert.equal(parseMagnet(`magnet:?xt=urn:btih:${base32}`).infoHash, hex);
  assert.equal(parseMagnet(`MAGNET:?XT=URN:BTIH:${base32.toLowerCase()}`).infoHash, hex);
  assert.equal(parseMagnet(`magnet:?xt.1=urn%3Abtih%3A${hex}`).infoHash, hex);
  assert.equal(parseMagnet(`magnet:?dn=x&amp;xt=urn:btih:${hex}`).infoHash, hex);
  const pureV2 = parseMagnet(`magnet:?xt=urn:btmh:1220${v2}`);
  assert.equal(pureV2.infoHash, v2.slice(0, 40));
  assert.equal(pureV2.infoHashV1, undefined);
  for (const bare of [hex, base32, ` ${hex}\n`]) assert.equal(parseMagnet(bare).infoHashV1, hex);
  assert.equal(parseMagnet(`1220${v2}`).infoHashV2, v2);
});

test('links that say nothing usable are refused', () => {
  fails('http://example/', 'MAGNET_SCHEME');
  fails('', 'MAGNET_SCHEME');
  fails(hex.slice(1), 'MAGNET_SCHEME');
  fails('magnet:?', 'MAGNET_NO_TOPIC');
  fails('magnet:?xt=urn:sha1:abc&dn=x', 'MAGNET_NO_TOPIC');
  fails(`magnet:?xt=urn:btih:${hex.slice(1)}`, 'MAGNET_BAD_HASH');
  fails(`magnet:?xt=urn:btih:${hex.slice(1)}g`, 'MAGNET_BAD_HASH');
  fails(`magnet:?xt=urn:btmh:1114${hex}`, 'MAGNET_BAD_HASH');
  fails(`magnet:?xt=urn:btih:${base32.slice(1)}1`, 'MAGNET_BAD_HASH');
  fails(`magnet:?xt=urn:btih:${hex}&dn=${'x'.repeat(1 << 20)}`, 'MAGNET_TOO_LONG');
});

test('parameters that cannot be used are left out', () => {
  const magnet = parseMagnet(
    `magnet:?xt=urn:btih:${hex}&dn=50%&tr=file:///etc&tr=javascript:x&tr=http://&tr=http://a/%0d%0ax` +
      '&ws=udp://a&x.pe=:1&x.pe=a:0&x.pe=a:65536&x.pe=[::1]&x.pe=a%20b:1&so=x,3-1,-,1-2-3&xl=-1&&=&dn',
  );
  assert.deepEqual(magnet, {
    infoHash: hex,
    infoHashV1: hex,
    name: '50%',
    trackers: [],
    webSeeds: [],
    peers: [],
  });
});

test('lists are bounded, distinct and in order', () => {
  const trackers = Array.from({ length: 3000 }, (_, i) => `&tr=http://t/${i >> 1}`).join('');
  assert.equal(parseMagnet(`magnet:?xt=urn:btih:${hex}${trackers}`).trackers.length, 1000);
  assert.deepEqual(parseMagnet(`magnet:?xt=urn:btih:${hex}&so=5,1-3,2-7,9,0`).select, [
    { first: 0, last: 7 },
    { first: 9, last: 9 },
  ]);
});

test('names that look like options or code are text', () => {
  const link = formatMagnet({ infoHashV1: parseMagnet(hex).infoHash, name: `-x "$(a)'&tr=\u202e` });
  assert.match(link, /^magnet:\?xt=urn:btih:[0-9a-f]{40}&dn=[A-Za-z0-9%._~-]+$/);
  assert.equal(parseMagnet(link).name, `-x "$(a)'&tr=\u202e`);
});

test('what is formatted parses to the same', () => {
  const url = fc.webUrl({ withQueryParameters: true });
  const input: fc.Arbitrary<MagnetInput> = fc.record(
    {
      infoHashV1: fc.uint8Array({ minLength: 20, maxLength: 20 }).map(infoHashFromBytes),
      name: fc.string({ unit: 'grapheme', minLength: 1 }),
      trackers: fc.uniqueArray(url, { maxLength: 4 }),
      webSeeds: fc.uniqueArray(url, { maxLength: 2 }),
      peers: fc.array(
        fc.record(
          {
            host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
            port: fc.integer({ min: 1, max: 65535 }),
          },
          { noNullPrototype: true },
        ),
        { maxLength: 3 },
      ),
      lengthBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(input, (magnet) => {
      assert.deepEqual(parseMagnet(formatMagnet(magnet)), {
        ...magnet,
        infoHash: magnet.infoHashV1,
      });
    }),
  );
});

test('random and mutated links either parse or throw DecodeError', () => {
  const valid = `magnet:?xt=urn:btih:${hex}&dn=a%20b&tr=http://t/&x.pe=[::1]:1&so=1-2`;
  const mutated = fc
    .tuple(fc.nat(valid.length), fc.nat(8), fc.string({ unit: 'binary', maxLength: 8 }))
    .map(([at, cut, text]) => valid.slice(0, at) + text + valid.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), mutated), (text) => {
      readsOrRefuses(() => parseMagnet(text));
    }),
    { numRuns: 500 },
  );
});
