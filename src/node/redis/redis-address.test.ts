/** Where a Redis is, as people write it, and that secrets stay out of what is said about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRedisUrl, RedisSettingsError } from './redis-address.ts';

test('host, port, database, user and password', () => {
  assert.deepEqual(parseRedisUrl('redis://cache.example'), {
    host: 'cache.example',
    port: 6379,
    database: 0,
    usesTls: false,
    username: undefined,
    password: undefined,
    name: 'cache.example:6379',
  });
  assert.deepEqual(parseRedisUrl('rediss://shoal:p%40ss%2F@[fd00::9]:7000/3'), {
    host: 'fd00::9',
    port: 7000,
    database: 3,
    usesTls: true,
    username: 'shoal',
    password: 'p@ss/',
    name: '[fd00::9]:7000',
  });
  assert.equal(parseRedisUrl('redis://:word@a').password, 'word');
});

test('what is no address is refused without repeating it', () => {
  for (const text of [
    '',
    'cache.example:6379',
    'http://hidden-word@a',
    'redis://',
    'redis://a:hidden-word@b/x',
    'redis://a:hidden-word@b/1?x=y',
    'redis://a:hidden-word%@b',
    'redis://a:hidden-word@b:99999',
  ]) {
    assert.throws(
      () => parseRedisUrl(text),
      (error) => error instanceof RedisSettingsError && !error.message.includes('hidden-word'),
      text,
    );
  }
});
