import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTrackerList, trackerListText, wishedTiers } from './tracker-list.ts';

const trackers = [
  { url: 'http://a/announce', tier: 0 },
  { url: 'http://b/announce', tier: 0 },
  { url: 'http://c/announce', tier: 1 },
];
const [a, b, c] = trackers.map(({ url }) => url) as [string, string, string];
const d = 'udp://d:1';

test('the text has a line for each, and an empty one between tiers', () => {
  assert.equal(trackerListText(trackers), `${a}\n${b}\n\n${c}\n`);
  assert.equal(trackerListText([]), '');
  assert.deepEqual(parseTrackerList(`\r\n${a}\r\n ${b} \n\n\n${c}`), [[a, b], [c]]);
});

test('text and tiers are the same thing', () => {
  const url = fc.integer({ min: 0, max: 99 }).map((port) => `udp://t:${port}`);
  const tiers = fc.array(fc.array(url, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(tiers, (lists) => {
      const flat = lists.flatMap((urls, tier) => urls.map((one) => ({ url: one, tier })));
      assert.deepEqual(parseTrackerList(trackerListText(flat)), lists);
    }),
  );
});

test('ids mean places before the change, and each added one has its own tier', () => {
  assert.equal(wishedTiers({}, trackers), undefined);
  assert.deepEqual(wishedTiers({ add: [d, a] }, trackers), [[a, b], [c], [d]]);
  assert.deepEqual(wishedTiers({ remove: [0, 2, 9] }, trackers), [[b]]);
  assert.deepEqual(wishedTiers({ replace: [{ id: 1, url: d }], remove: [0] }, trackers), [
    [d],
    [c],
  ]);
  assert.deepEqual(wishedTiers({ list: `${d}\n\n${a}` }, trackers), [[d], [a]]);
  assert.deepEqual(wishedTiers({ list: '' }, trackers), []);
});
