import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBase32 } from './base32.ts';
import { decodeLatin1 } from './text.ts';

test('the vectors of RFC 4648, section 10, without padding', () => {
  const vectors = { MY: 'f', MZXQ: 'fo', MZXW6: 'foo', MZXW6YQ: 'foob', MZXW6YTB: 'fooba' };
  for (const [text, plain] of Object.entries({ ...vectors, '': '', MZXW6YTBOI: 'foobar' })) {
    assert.equal(decodeLatin1(decodeBase32(text)!), plain);
    assert.equal(decodeLatin1(decodeBase32(text.toLowerCase())!), plain);
  }
});

test('other characters and impossible lengths are refused', () => {
  for (const text of ['M', 'MZX', 'MZXW6Y', 'M1', 'MY======', 'M Y', 'É2']) {
    assert.equal(decodeBase32(text), undefined, text);
  }
});
