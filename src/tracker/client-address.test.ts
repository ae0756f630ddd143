/** Whose word about addresses is taken, and whose is not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatIp, parseIp } from '../base/ip-address.ts';
import {
  claimsOtherFamily,
  forwardedAddress,
  listedAddress,
  parseTrustedNetwork,
} from './client-address.ts';

const ip = (text: string): Uint8Array => parseIp(text)!;

describe('X-Forwarded-For', () => {
  const proxies = ['10.0.0.0/8', '2001:db8::/32'].map((text) => parseTrustedNetwork(text)!);
  const cases: [why: string, direct: string, header: string | undefined, expected: string][] = [
    ['no header', '10.0.0.1', undefined, '10.0.0.1'],
    ['no proxy', '198.51.100.1', '1.2.3.4', '198.51.100.1'],
    ['one proxy', '10.0.0.1', '1.2.3.4', '1.2.3.4'],
    ['what the client put in front is not believed', '10.0.0.1', '6.6.6.6, 1.2.3.4', '1.2.3.4'],
    ['a chain of proxies', '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', '1.2.3.4'],
    ['only proxies', '10.0.0.1', '10.0.0.2', '10.0.0.2'],
    ['rubbish', '10.0.0.1', '1.2.3.4, unknown', '10.0.0.1'],
    ['empty', '10.0.0.1', '', '10.0.0.1'],
    ['with a port', '10.0.0.1', '1.2.3.4:5', '1.2.3.4'],
    ['IPv6 with a port', '2001:db8::9', '[2a00::1]:5', '2a00::1'],
  ];
  for (const [why, direct, header, expected] of cases) {
    test(why, () => {
      assert.equal(formatIp(forwardedAddress(ip(direct), header, proxies)), expected);
    });
  }

  test('without trusted proxies the header is nothing', () => {
    assert.deepEqual(forwardedAddress(ip('10.0.0.1'), '1.2.3.4', []), ip('10.0.0.1'));
  });

  test('networks are read strictly', () => {
    for (const text of ['', 'a', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '::/129', '10/8']) {
      assert.equal(parseTrustedNetwork(text), undefined, text);
    }
    assert.equal(parseTrustedNetwork('10.1.2.3')?.prefixBits, 32);
  });
});

describe('ip=', () => {
  const cases: [
    why: string,
    source: string,
    local: string | undefined,
    claimed: string[],
    expected: string,
  ][] = [
    ['from the internet', '8.8.8.8', '10.0.0.1', ['10.0.0.7'], '8.8.8.8'],
    ['to the internet', '10.0.0.9', '8.8.8.8', ['10.0.0.7'], '10.0.0.9'],
    ['claims of the internet', '10.0.0.9', '10.0.0.1', ['8.8.8.8'], '10.0.0.9'],
    ['within a network', '10.0.0.9', '10.0.0.1', ['10.0.0.7'], '10.0.0.7'],
    ['of the same machine', '127.0.0.1', '127.0.0.1', ['192.168.1.5'], '192.168.1.5'],
    ['local address not known', '127.0.0.1', undefined, ['192.168.1.5'], '192.168.1.5'],
    ['claims of loopback', '10.0.0.9', '10.0.0.1', ['127.0.0.1'], '10.0.0.9'],
    ['a name', '10.0.0.9', '10.0.0.1', ['host.example'], '10.0.0.9'],
    ['the first that counts', '10.0.0.9', '10.0.0.1', ['x', '8.8.8.8', 'fd00::1'], 'fd00::1'],
  ];
  for (const [why, source, local, claimed, expected] of cases) {
    test(why, () => {
      const arrived = local === undefined ? undefined : ip(local);
      assert.equal(formatIp(listedAddress(ip(source), arrived, claimed)), expected);
    });
  }

  test('a claim of the other family asks for peers of both', () => {
    assert.ok(claimsOtherFamily(ip('8.8.8.8'), ['2a00::1']));
    assert.ok(!claimsOtherFamily(ip('8.8.8.8'), ['1.2.3.4', 'x', '::ffff:1.2.3.4']));
  });
});
