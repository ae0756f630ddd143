import assert from 'node:assert/strict';
import { it } from 'node:test';
import { addressOf, firstLook, rangeWords, sortedBy } from './catalog-address.ts';

it('asks only for what was chosen', () => {
  assert.equal(addressOf(firstLook), '/api/v1/catalog?limit=50');
  assert.equal(
    addressOf({ query: ' a & b ', sort: 'size', isDescending: false, page: 2 }),
    '/api/v1/catalog?query=a+%26+b&sort=size&order=ascending&limit=50&offset=100',
  );
});

it('sorts by a column in its usual way first, and begins at the first page', () => {
  const look = sortedBy({ ...firstLook, page: 3 }, 'name');
  assert.deepEqual([look.isDescending, look.page], [false, 0]);
  assert.equal(sortedBy(look, 'name').isDescending, true);
  assert.equal(sortedBy(look, 'seeders').isDescending, true);
});

it('says which of how many are shown when there are more', () => {
  assert.equal(rangeWords(0, 12, 12), '');
  assert.equal(rangeWords(1, 50, 1312), '51–100 of 1,312');
});
