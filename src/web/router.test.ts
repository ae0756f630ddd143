import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hrefOf, sourceIn, viewOf } from './router.ts';

test('an address names a view, or else the torrents', () => {
  assert.equal(viewOf(hrefOf('catalog')), 'catalog');
  for (const other of ['', '#', '#/', '#/nothing', '#token=x', '#/get?source=x']) {
    assert.equal(viewOf(other), 'torrents', other);
  }
});

test('an address may hold a link to get', () => {
  const link = 'magnet:?xt=urn:btih:abc&tr=http://x/announce';
  assert.equal(sourceIn(`#/get?source=${encodeURIComponent(link)}`), link);
  for (const none of ['#/get', '#/get?source=', '#/share?source=x']) {
    assert.equal(sourceIn(none), undefined);
  }
});
