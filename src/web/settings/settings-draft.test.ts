import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Settings } from '../../api/contract/torrents.ts';
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
