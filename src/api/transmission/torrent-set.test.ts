import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TorrentChange, TorrentInfo } from '../contract/torrents.ts';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';

async function changeOf(args: object, info: Partial<TorrentInfo> = {}): Promise<TorrentChange> {
  const daemon = new FakeDaemon(info);
  await daemon.call('torrent-set', { ids: [1], ...args });
  return (daemon.calls[0]?.[2] ?? {}) as TorrentChange;
}

describe('torrent-set', () => {
  it('limits in kilobytes, when the limit is switched on', async () => {
    const cases: [object, Partial<TorrentInfo>, TorrentChange][] = [
      [{ downloadLimit: 50, downloadLimited: true }, {}, { downLimit: 50_000 }],
      [{ uploadLimit: 0, uploadLimited: true }, {}, { upLimit: 1 }],
      [{ downloadLimited: true }, {}, { downLimit: 100_000 }],
      [{ downloadLimit: 50 }, {}, {}],
      [{ downloadLimit: 50 }, { downLimit: 9 }, { downLimit: 50_000 }],
      [{ downloadLimit: 50, downloadLimited: false }, { downLimit: 9 }, { downLimit: null }],
    ];
    for (const [args, info, change] of cases) {
      assert.deepEqual(await changeOf(args, info), change, JSON.stringify(args));
    }
  });

  it('sets goals of seeding by mode', async () => {
    const cases: [object, Partial<TorrentInfo>, TorrentChange][] = [
      [{ seedRatioLimit: 1.5, seedRatioMode: 1 }, {}, { seedRatio: 1.5 }],
      [{ seedRatioLimit: '1.5', seedRatioMode: 1 }, {}, { seedRatio: 1.5 }],
      [{ seedRatioMode: 2 }, {}, { seedRatio: 'unlimited' }],
      [{ seedRatioMode: 0 }, { seedRatio: 3 }, { seedRatio: null }],
      [{ seedRatioLimit: 1.5 }, { seedRatio: 3 }, { seedRatio: 1.5 }],
      [{ seedRatioMode: 1 }, {}, { seedRatio: 2 }],
      [{ seedIdleLimit: 90, seedIdleMode: 1 }, {}, { seedTimeSeconds: 5400 }],
      [{ seedIdleMode: 2 }, {}, { seedTimeSeconds: 'unlimited' }],
    ];
    for (const [args, info, change] of cases) {
      assert.deepEqual(await changeOf(args, info), change, JSON.stringify(args));
    }
  });

  it('sets labels and the order of pieces; what only tunes is taken', async () => {
    const args = { labels: ['b', 'a', 'b'], sequentialDownload: true, bandwidthPriority: 1 };
    assert.deepEqual(await changeOf({ ...args, 'peer-limit': 3, group: '' }), {
      labels: ['b', 'a'],
      sequential: true,
    });
  });

  it('chooses files, changes trackers, looks elsewhere and moves in the queue', async () => {
    const daemon = new FakeDaemon({}, {}, {});
    const [hash] = hashes;
    daemon.find(hash!).trackers = [
      { url: 'http://a/announce', tier: 0, state: 'idle', message: '' },
    ];
    await daemon.call('torrent-set', {
      ids: hash,
      'files-unwanted': [2],
      trackerAdd: ['udp://b:1'],
      location: '/downloads/x',
      queuePosition: 1,
    });
    assert.deepEqual(daemon.calls, [
      ['priorities', hash, [{ first: 3, last: 3, priority: 'skip' }]],
      ['trackers', hash, [['http://a/announce'], ['udp://b:1']]],
      ['move', hash, { dir: '/downloads/x', data: false }],
      ['queue', [hash], 'down'],
    ]);
  });

  it('checks everything before anything changes', async () => {
    const bad: [object, RegExp][] = [
      [{ honorsSessionLimits: false }, /honorsSessionLimits cannot be switched off/],
      [{ group: 'slow' }, /no bandwidth group slow/],
      [{ trackerAdd: ['javascript:alert(1)'] }, /trackerAdd.0 is an http/],
      [{ trackerReplace: [0] }, /trackerReplace is a list of ids, each followed/],
      [{ trackerList: 'http://a/announce\nnonsense' }, /trackerList has a line/],
      [{ seedRatioMode: 3 }, /seedRatioMode is 0/],
      [{ downloadLimit: -1 }, /downloadLimit is not negative/],
      [{ labels: ['a,b'] }, /labels.0 has a comma/],
      [{ 'files-wanted': [-1] }, /files-wanted/],
    ];
    for (const [args, reason] of bad) {
      const daemon = new FakeDaemon({});
      await assert.rejects(daemon.call('torrent-set', { labels: ['x'], ...args }), reason);
      assert.deepEqual(daemon.calls, []);
    }
  });

  it('goes on with the others when one fails, and says so', async () => {
    const daemon = new FakeDaemon({}, {});
    daemon.find(hashes[0]!).files = [];
    const asked = { 'files-unwanted': [1], downloadLimit: 1, downloadLimited: true };
    await assert.rejects(daemon.call('torrent-set', asked), /there is no file 1, only 0/);
    assert.ok(daemon.calls.some(([name, hash]) => name === 'priorities' && hash === hashes[1]));
  });
});
