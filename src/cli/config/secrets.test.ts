import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masked } from './secrets.ts';

test('tokens are not shown, the files they are in are', () => {
  assert.equal(masked('token', 'abc'), '****');
  assert.equal(masked('token', ''), '');
  assert.equal(masked('token-file', '/etc/tokens'), '/etc/tokens');
});

test('passwords and keys within URLs are not shown', () => {
  const cases = [
    ['redis://u:p@h:1/0', 'redis://u:****@h:1/0'],
    ['redis://:p@h', 'redis://:****@h'],
    ['postgres://u:p/a@ss@h/db?sslmode=require', 'postgres://u:****@h/db?sslmode=require'],
    ['postgres://h/db?user=u&password=x', 'postgres://h/db?user=u&password=****'],
    ['http://t.example/0123456789abcdef/announce', 'http://t.example/****/announce'],
    ['http://t.example/announce?passkey=1', 'http://t.example/announce?passkey=****'],
    ['http://a:b@h/x,http://c:d@h/y', 'http://a:****@h/x,http://c:****@h/y'],
    ['http://10.0.0.5:6969/announce', 'http://10.0.0.5:6969/announce'],
    ['2MiB', '2MiB'],
  ] as const;
  for (const [text, shown] of cases) assert.equal(masked('tracker', text), shown);
});
