/** Which of a machine's addresses go into torrents, and in which order. */
import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { announceUrls } from './announce-urls.ts';

function at(address: string, internal = false): NetworkInterfaceInfo {
  const common = { address, netmask: '', mac: '', internal, cidr: null };
  return address.includes(':')
    ? { ...common, family: 'IPv6', scopeid: 0 }
    : { ...common, family: 'IPv4' };
}

const interfaces = {
  lo: [at('127.0.0.1', true), at('::1', true)],
  docker0: [at('172.17.0.1')],
  eth0: [at('fe80::1'), at('fd00::5'), at('192.168.1.5'), at('169.254.3.3')],
};

test('real networks first, IPv4 first, this machine last, link-local never', () => {
  assert.deepEqual(announceUrls(undefined, 80, 81, interfaces), [
    'http://192.168.1.5:80/announce',
    'udp://192.168.1.5:81/announce',
    'http://[fd00::5]:80/announce',
    'udp://[fd00::5]:81/announce',
    'http://172.17.0.1:80/announce',
    'udp://172.17.0.1:81/announce',
    'http://127.0.0.1:80/announce',
    'udp://127.0.0.1:81/announce',
  ]);
});

test('only what is listened on', () => {
  const ipv4 = announceUrls('0.0.0.0', 80, 81, interfaces);
  assert.ok(ipv4.length === 6 && ipv4.every((url) => !url.includes('[')));
  assert.deepEqual(announceUrls('::1', 80, 81, interfaces), [
    'http://[::1]:80/announce',
    'udp://[::1]:81/announce',
  ]);
});
