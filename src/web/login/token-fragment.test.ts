import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tokenIn } from './token-fragment.ts';

it('a token is found and taken out of the fragment', () => {
  assert.deepEqual(tokenIn('#token=abc-_1'), { token: 'abc-_1', rest: '' });
  assert.deepEqual(tokenIn('#/share&token=a%2Bb'), { token: 'a+b', rest: '#/share' });
  assert.deepEqual(tokenIn('#token=abc&x=1'), { token: 'abc', rest: '#x=1' });
  assert.deepEqual(tokenIn('#token=%'), { token: '%', rest: '' });
  for (const none of ['', '#', '#/share', '#token=', '#/get?source=x']) {
    assert.equal(tokenIn(none), undefined, none);
  }
});
