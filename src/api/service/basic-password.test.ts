import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { basicPassword } from './basic-password.ts';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

test('is what comes after the first colon, whoever the user is', () => {
  assert.equal(basicPassword(basic('anna:s3cret')), 's3cret');
  assert.equal(basicPassword(basic(':a:b')), 'a:b');
  assert.equal(basicPassword(basic('anna:')), '');
});

test('is missing where there is none', () => {
  for (const header of [undefined, '', 'Basic', 'Basic !', 'Bearer abc', basic('anna')]) {
    assert.equal(basicPassword(header), undefined);
  }
});

test('comes back as it was sent', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[^:]*$/), fc.string(), (user, password) => {
      assert.equal(basicPassword(basic(`${user}:${password}`)), Buffer.from(password).toString());
    }),
  );
});
