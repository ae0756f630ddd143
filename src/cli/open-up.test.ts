import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachableUrls } from './open-up.ts';

const at = (host: string): string[] => [
  `http://${host}:6969/announce`,
  `udp://${host}:6969/announce`,
];

test('links carry the addresses that other machines can reach, this one alone when there are none', () => {
  const all = [
    at('203.0.113.7'),
    at('10.0.0.5'),
    at('192.168.1.4'),
    at('[fd00::5]'),
    at('127.0.0.1'),
  ];
  assert.deepEqual(reachableUrls(all.flat()), [at('10.0.0.5')[0], at('192.168.1.4')[0]]);
  assert.deepEqual(reachableUrls([...at('203.0.113.7'), ...at('127.0.0.1')]), [
    at('203.0.113.7')[0],
  ]);
  assert.deepEqual(reachableUrls([...at('[fd00::5]'), ...at('127.0.0.1')]), [at('127.0.0.1')[0]]);
  assert.deepEqual(reachableUrls(at('[::1]')), [at('[::1]')[0]]);
});
