import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIp } from './ip-address.ts';
import {
  isGlobal,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isPrivate,
  sameNetwork,
} from './ip-network.ts';

function ip(text: string): Uint8Array {
  const bytes = parseIp(text);
  assert.ok(bytes !== undefined, text);
  return bytes;
}

const kinds = { isLoopback, isLinkLocal, isPrivate, isMulticast, isGlobal };

function kindsOf(text: string): string[] {
  return Object.entries(kinds).flatMap(([name, test]) => (test(ip(text)) ? [name] : []));
}

test('addresses belong to the networks the registries name', () => {
  const cases: Record<string, readonly string[]> = {
    isLoopback: ['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1'],
    isLinkLocal: ['169.254.169.254', 'fe80::1', 'febf:ffff::', '::ffff:169.254.0.1'],
    isPrivate: ['10.0.0.0', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::'],
    isMulticast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
    isGlobal: [
      '1.1.1.1',
      '172.32.0.0',
      '172.15.255.255',
      '11.0.0.0',
      '100.128.0.0',
      '2606:4700::1',
      '64:ff9b::101:101',
      '2002:101:101::',
      '::ffff:8.8.8.8',
      '192.0.3.0',
      '198.20.0.0',
    ],
  };
  for (const [kind, texts] of Object.entries(cases)) {
    for (const text of texts) assert.deepEqual(kindsOf(text), [kind], text);
  }
});

test('special addresses are of no kind, not even where another notation hides them', () => {
  const special = [
    '0.0.0.0',
    '100.64.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::7f00:1',
    '2001:db8::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2002:a00:1::',
    '64:ff9b::a9fe:a9fe',
    '100::1',
    'fec0::1',
  ];
  for (const text of special) assert.deepEqual(kindsOf(text), [], text);
  assert.equal(isGlobal(new Uint8Array(0)), false);
});

test('networks are compared to the bit', () => {
  const same = (a: string, b: string, bits: number) => sameNetwork(ip(a), ip(b), bits);
  assert.ok(same('1.2.3.4', '1.2.3.5', 24));
  assert.ok(same('1.2.3.4', '1.2.3.5', 31));
  assert.ok(!same('1.2.3.4', '1.2.3.5', 32));
  assert.ok(same('1.2.3.4', '200.2.3.4', 0));
  assert.ok(!same('128.0.0.0', '0.0.0.0', 1));
  assert.ok(same('1.2.3.4', '::ffff:1.2.3.4', 32));
  assert.ok(!same('1.2.3.4', '::1', 0));
  assert.ok(!same('1.2.3.4', '1.2.3.4', 33));
  assert.ok(same('2001:db8:0:1::1', '2001:db8:0:1:ffff::', 64));
});
