import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalIp } from '../base/ip-address.ts';
import {
  decodeCompactPeer,
  decodeCompactPeersV4,
  decodeCompactPeersV6,
  encodeCompactPeers,
} from './compact-peers.ts';

const endpoint = fc.record(
  {
    host: fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => canonicalIp(text) ?? '0.0.0.0'),
    port: fc.integer({ min: 1, max: 65_535 }),
  },
  { noNullPrototype: true },
);

test('lists survive encoding and decoding, each family in its order', () => {
  fc.assert(
    fc.property(fc.array(endpoint), (peers) => {
      const { v4, v6 } = encodeCompactPeers(peers);
      assert.deepEqual(
        decodeCompactPeersV4(v4),
        peers.filter(({ host }) => !host.includes(':')),
      );
      assert.deepEqual(
        decodeCompactPeersV6(v6),
        peers.filter(({ host }) => host.includes(':')),
      );
    }),
  );
});

test('ports are big-endian; port 0 and an incomplete entry are left out', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 0x1a, 0xe1, 9, 9, 9, 9, 0, 0, 5, 6, 7, 8, 0, 1, 1, 2, 3);
  assert.deepEqual(decodeCompactPeersV4(bytes), [
    { host: '1.2.3.4', port: 6881 },
    { host: '5.6.7.8', port: 1 },
  ]);
});

test('a mapped address is its IPv4 self', () => {
  const entry = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4, 0, 80);
  assert.deepEqual(decodeCompactPeersV6(entry), [{ host: '1.2.3.4', port: 80 }]);
});

test('bytes of any length decode without error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.ok(decodeCompactPeersV4(bytes).length <= bytes.length / 6);
      assert.ok(decodeCompactPeersV6(bytes).length <= bytes.length / 18);
      if (bytes.length !== 6 && bytes.length !== 18) {
        assert.equal(decodeCompactPeer(bytes), undefined);
      }
    }),
  );
});
