import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseIp } from '../../base/ip-address.ts';
import { isLinkLocal, isLoopback, isPrivate } from '../../base/ip-network.ts';
import { kindIsIpv6, kindIsPrivate, PeerKey } from './peer-key.ts';

test('the kind of a peer agrees with the registries of addresses', () => {
  const near = fc.constantFrom(
    ...['10.0.0.0', '11.0.0.0', '127.0.0.1', '172.15.255.255', '172.16.0.0', '172.31.255.255'],
    ...['172.32.0.0', '192.168.0.0', '192.169.0.0', '169.254.1.1', '169.253.0.0', '126.1.1.1'],
    ...[
      '::1',
      '::2',
      'fc00::',
      'fdff::',
      'fbff::',
      'fe00::',
      'fe80::1',
      'febf::',
      'fec0::',
      '1::1',
    ],
  );
  const address = fc.oneof(
    near.map((text) => parseIp(text)!),
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).filter(([first]) => first !== 0),
  );
  fc.assert(
    fc.property(address, fc.integer({ min: 1, max: 65_535 }), (bytes, port) => {
      const key = new PeerKey();
      key.load(bytes, port);
      const isNear = isPrivate(bytes) || isLoopback(bytes) || isLinkLocal(bytes);
      assert.equal((key.kind & kindIsPrivate) !== 0, isNear);
      assert.equal((key.kind & kindIsIpv6) !== 0, bytes.length === 16);
      const again = new PeerKey();
      const record = key.words.slice(0, key.length);
      record[key.length - 1] = (port << 16) | 0x1234;
      again.loadRecord(record, 0, bytes.length === 16);
      assert.deepEqual(
        [again.kind, again.port, again.words.slice(0, again.length)],
        [key.kind, port, key.words.slice(0, key.length)],
      );
    }),
    { numRuns: 1000 },
  );
});
