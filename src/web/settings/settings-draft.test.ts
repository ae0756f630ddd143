import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Settings } from '../../api/contract/torrents.ts';
import { readNumber, readRate, readTime, readWhole, writeRate, writeTime } from './amount-text.ts';
import { draftOf, wishOf } from './settings-draft.ts';

const settings: Settings = {
  dir: '/data',
  downLimit: null,
  upLimit: 2 * 1024 ** 2,
  alternative: {
    enabled: false,
    downLimit: 100_000,
    upLimit: null,
    schedule: { enabled: false, from: '08:00', to: '18:00', days: [1, 2, 3] },
  },
  maxActiveDownloads: 5,
  maxActiveSeeds: null,
  seedRatio: 1.5,
  seedTimeSeconds: 5400,
  maxPeers: 100,
  startAdded: true,
  tracker: null,
  fixed: { allowDirs: [], watchDir: null, onComplete: false, peerPort: 6881 },
};

describe('the settings form', () => {
  const before = draftOf(settings);

  it('sends nothing that was not touched', () => {
    assert.deepEqual(wishOf(before, before), { change: {}, problems: {} });
    const wish = wishOf({ ...before, downLimit: '500k', seedRatio: '' }, before);
    assert.deepEqual(wish, { change: { downLimit: 512_000, seedRatio: null }, problems: {} });
  });

  it('nests what belongs together', () => {
    const draft = {
      ...before,
      'alternative.enabled': true,
      'alternative.schedule.days': [0, 6],
      'alternative.schedule.to': '19:00',
    };
    assert.deepEqual(wishOf(draft, before).change, {
      alternative: { enabled: true, schedule: { days: [0, 6], to: '19:00' } },
    });
  });

  it('names the fields that it does not understand', () => {
    const draft = { ...before, downLimit: 'fast', maxPeers: '', seedTimeSeconds: '2', dir: ' ' };
    const { problems } = wishOf(draft, before);
    assert.deepEqual(Object.keys(problems), ['dir', 'downLimit', 'maxPeers', 'seedTimeSeconds']);
  });
});

describe('amounts in fields', () => {
  it('are read as people write them', () => {
    assert.deepEqual(
      ['2 MiB/s', '2', '500k', '1.5 MB/s', '1,5m', '10 B/s'].map(readRate),
      [2_097_152, 2_097_152, 512_000, 1_500_000, 1_572_864, 10],
    );
    assert.deepEqual(['fast', '', '0', '-1', '2 XiB', '1 constructor'].map(readRate), [
      ...new Array(6),
    ]);
    assert.deepEqual(
      ['90 min', '2 h 5 min', '3d', '1.5 h'].map(readTime),
      [5400, 7500, 259_200, 5400],
    );
    assert.deepEqual(['90', 'soon', '', '2 h x'].map(readTime), [...new Array(4)]);
    assert.deepEqual(
      [readWhole('12'), readWhole('1.5'), readWhole('')],
      [12, undefined, undefined],
    );
    assert.deepEqual([readNumber('1,5'), readNumber('x')], [1.5, undefined]);
  });

  it('are written so that they are read the same', () => {
    for (const rate of [1, 1000, 1024, 123_457, 2 ** 21, 99_999_999]) {
      assert.equal(readRate(writeRate(rate)), rate, writeRate(rate));
    }
    for (const time of [0, 1, 90, 5400, 100_000, 259_200]) {
      assert.equal(readTime(writeTime(time)), time, writeTime(time));
    }
    assert.deepEqual([writeRate(2 ** 21), writeTime(5400)], ['2 MiB/s', '1 h 30 min']);
  });
});
