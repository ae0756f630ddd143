import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32c } from '../base/crc32c.ts';
import { fromHex } from '../base/hex.ts';
import { canonicalPeerPriority } from './peer-priority.ts';

function priority(a: string, b: string, portA = 1, portB = 1): number {
  return canonicalPeerPriority({ host: a, port: portA }, { host: b, port: portB });
}

function crcOfHex(text: string): number {
  const bytes = fromHex(text);
  assert.ok(bytes !== undefined);
  return crc32c(bytes);
}

test('the examples of BEP 40', () => {
  assert.equal(priority('123.213.32.10', '98.76.54.32'), 0xec2d_7224);
  assert.equal(priority('123.213.32.10', '123.213.32.234'), 0x9956_8189);
});

test('IPv4 vectors of other clients', () => {
  // trim21/tyr, internal/bep40.
  assert.equal(priority('206.248.98.111', '142.147.89.224'), 0x2b41_d456);
  // arvidn/libtorrent, test_peer_priority.cpp, which gives the bytes that are hashed.
  assert.equal(priority('230.12.123.1', '230.12.123.3'), crcOfHex('e60c7b01e60c7b03'));
  assert.equal(priority('230.12.23.1', '230.12.123.3'), crcOfHex('e60c1701e60c7b01'));
  assert.equal(priority('230.120.23.1', '230.12.123.3'), crcOfHex('e60c5101e6781501'));
  assert.equal(priority('230.12.123.3', '230.12.123.3', 0x4d2, 0x12c), crcOfHex('012c04d2'));
});

test('IPv6 addresses are masked behind the /48, or as far as they agree', () => {
  // trim21/tyr, internal/bep40.
  const a = '2015:7693:6cd9:a56a:e47f:7101:483e:800a';
  assert.equal(priority(a, 'b1fa:9ff2:fbdc:23b9:3618:332c:216c:5b4a'), 0xfbd2_6e29);
  assert.equal(
    priority('fff1:fff2:fff3:ff00:ffff::ffff', 'fff1:fff2:fff3:0f00:ffff::ffff'),
    crcOfHex('fff1fff2fff30f00555500000000' + '5555' + 'fff1fff2fff3ff00555500000000' + '5555'),
  );
  assert.equal(priority('2001:db8::1', '2001:db8::1', 2, 1), crcOfHex('00010002'));
});

test('both ends compute the same, whatever the families', () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6());
  const endpoint = fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) });
  fc.assert(
    fc.property(endpoint, endpoint, (a, b) => {
      assert.equal(canonicalPeerPriority(a, b), canonicalPeerPriority(b, a));
    }),
  );
});
