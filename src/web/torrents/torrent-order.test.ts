import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import { countTorrents, everything, hasWords, passes, trackerHost } from './torrent-filter.ts';
import { orderTorrents } from './torrent-order.ts';

function torrent(hash: string, fields: Partial<TorrentInfo> = {}): TorrentInfo {
  return {
    hash,
    name: hash,
    state: 'downloading',
    lengthBytes: 10,
    wantedBytes: 10,
    doneBytes: 0,
    downRate: 0,
    upRate: 0,
    labels: [],
    ...fields,
  } as TorrentInfo;
}
const mapOf = (...all: TorrentInfo[]) => new Map(all.map((one) => [one.hash, one]));
const byName = {
  filter: everything,
  search: '',
  sort: { key: 'name', isDescending: false },
} as const;

test('names sort as people count, and the order stays the same object while nothing moves', () => {
  const torrents = mapOf(torrent('c', { name: 'part 10' }), torrent('a', { name: 'Part 9' }));
  const order = orderTorrents(torrents, byName);
  assert.deepEqual(order, ['a', 'c']);
  torrents.set('c', torrent('c', { name: 'part 10', downRate: 5 }));
  assert.equal(orderTorrents(torrents, byName, order), order);
  torrents.set('b', torrent('b', { name: 'part 9.5' }));
  assert.deepEqual(orderTorrents(torrents, byName, order), ['a', 'b', 'c']);
});

test('an unknown time left is the longest, whichever way', () => {
  const torrents = mapOf(torrent('a'), torrent('b', { etaSeconds: 5 }), torrent('c'));
  const eta = (isDescending: boolean) =>
    orderTorrents(torrents, { ...byName, sort: { key: 'eta', isDescending } });
  assert.deepEqual(eta(false), ['b', 'a', 'c']);
  assert.deepEqual(eta(true), ['a', 'c', 'b']);
});

test('searching takes all words, in any order, or the beginning of a hash', () => {
  const one = torrent('abc', { name: 'Summer Holiday 2024' });
  assert.ok(hasWords(one, ['holiday', 'summ']));
  assert.ok(!hasWords(one, ['holiday', 'winter']));
  assert.ok(hasWords(one, ['ab']));
});

test('counts are of what the filters let through', () => {
  const all = [
    torrent('a', { stalled: { code: 'x', message: 'y' }, labels: ['tv', 'new'] }),
    torrent('b', { state: 'seeding', tracker: 'http://Tracker.example:6969/announce', upRate: 1 }),
    torrent('c', { state: 'stopped', doneBytes: 10, category: 'films' }),
    torrent('d', { state: 'queued', stalled: { code: 'queue', message: 'waits' } }),
  ];
  const counts = countTorrents(all);
  for (const [value, count] of Object.entries(counts.groups)) {
    const filter = { kind: 'group', value } as typeof everything;
    assert.equal(all.filter((one) => passes(one, filter)).length, count, value);
  }
  assert.equal(counts.groups.stalled, 1);
  assert.equal(counts.groups.complete, 2);
  assert.deepEqual(
    [...counts.labels],
    [
      ['tv', 1],
      ['new', 1],
    ],
  );
  assert.deepEqual([...counts.trackers], [['tracker.example', 1]]);
  assert.ok(passes(all[1]!, { kind: 'tracker', value: 'tracker.example' }));
});

test('the host of a tracker is what stands between the slashes', () => {
  assert.equal(trackerHost('udp://[2001:db8::1]:80/announce'), '[2001:db8::1]');
  assert.equal(trackerHost('nonsense'), 'nonsense');
});
